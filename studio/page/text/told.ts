// What the generator says in codes, as the page words it: for somebody who has no heatmap.toml, in their language.

import type { Args, Told } from "../../worker/core.ts";

/** The arguments of a message, as sentences have them. */
export interface Said {
  text(name: string): string;
  /** A number, in the language's way. */
  number(name: string): string;
  is(name: string): boolean;
  /** One of two sentences, for one and for several of what a number counts. */
  many(name: string, one: string, several: (n: string) => string): string;
  /** Counts by name, the most frequent first: "Run (3), Ride (1)". */
  sports(name: string): string;
  reasons(name: string): string;
  /** Counts of texts as they are. */
  texts(name: string): string;
}

/** The sentences of a language. studio/told_test.go knows which codes, reasons and stages there are. */
export interface Tellings {
  /** By code, as in calls of Go's message.New and message.Fail. */
  messages: Record<string, (said: Said) => string>;
  /** By the reasons of package activity, activity/source and generator: why an activity or file is not drawn. */
  reasons: Record<string, string>;
  /** By the reasons whose detail says more than the reason, of one file; the generator's own words. */
  detailed: ReadonlySet<string>;
}

export class Teller {
  readonly #tellings: Tellings;
  readonly #whole: (n: number) => string;
  readonly #sport: (sport: string) => string;

  /** whole writes a number, sport names a sport. */
  constructor(tellings: Tellings, whole: (n: number) => string, sport: (sport: string) => string) {
    this.#tellings = tellings;
    this.#whole = whole;
    this.#sport = sport;
  }

  /** A message in the page's words; in the generator's where its code has none here. */
  message({ text, code, args }: Told): string {
    const { messages } = this.#tellings;
    return code && Object.hasOwn(messages, code) ? messages[code]!(this.#said(args ?? {})) : text;
  }

  /** Why an activity is not drawn, with what is known of its file. */
  reason(reason: string, detail: string): string {
    const { reasons, detailed } = this.#tellings;
    const words = Object.hasOwn(reasons, reason) ? reasons[reason]! : undefined;
    if (words === undefined) return [reason, detail].filter(Boolean).join(": ");
    return detail && detailed.has(reason) ? `${words} (${detail})` : words;
  }

  #said(args: Args): Said {
    const number = (name: string): number => (typeof args[name] === "number" ? args[name] : 0);
    const counts = (name: string, word: (key: string) => string): string => {
      const by = args[name];
      if (typeof by !== "object" || by === null) return "";
      return Object.entries(by)
        .sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
        .map(([key, n]) => `${word(key)} (${this.#whole(n)})`)
        .join(", ");
    };
    return {
      text: (name) => String(args[name] ?? ""),
      number: (name) => this.#whole(number(name)),
      is: (name) => args[name] === true,
      many: (name, one, several) => (number(name) === 1 ? one : several(this.#whole(number(name)))),
      sports: (name) => counts(name, this.#sport),
      reasons: (name) => counts(name, (reason) => this.reason(reason, "")),
      texts: (name) => counts(name, (text) => text),
    };
  }
}

/** Reasons that are of one file, whose detail says what is wrong with it. */
export const DETAILED: ReadonlySet<string> = new Set([
  "cannot be read",
  "not a recording",
  "not a recording that can be read",
  "zip inside that cannot be read",
  "broken row",
  "file too large",
  "compression unknown",
  "takes too long",
]);
