// The help dialog: what the reader may choose, the keys, and where the data stands.

import type { Metadata } from "../archive/metadata.ts";
import { type KeyAction, keyRows } from "../keys.ts";
import { type Preferences, THEMES, UNITS } from "../preferences.ts";
import type { Formatter } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { countText, summaryText } from "../text/values.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface HelpOptions {
  strings: Strings;
  keys: readonly KeyAction[];
  /** A line about the data (aboutData). */
  about: string;
  /** Called with one preference that was chosen. */
  choose<K extends keyof Preferences>(name: K, value: Preferences[K]): void;
}

export class Help {
  readonly element: HTMLDialogElement;
  readonly #options: HelpOptions;

  constructor(options: HelpOptions) {
    this.#options = options;
    this.element = h("dialog", {
      class: "card help",
      "aria-labelledby": "help-title",
      on: {
        // The dialog's own edge is not inside of it: a click there was one beside it.
        click: (e) => e.target === this.element && this.element.close(),
        close: () => this.element.replaceChildren(),
      },
    });
  }

  /** Opens the dialog with the preferences as they are by now; it has no content while it is closed. */
  open(preferences: Preferences): void {
    if (this.element.open) return;
    const { strings, keys, about } = this.#options;
    const words = strings.help;
    this.element.replaceChildren(
      h(
        "div",
        { class: "inner" },
        h(
          "header",
          {},
          h("h2", { id: "help-title" }, words.title),
          h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: () => this.element.close() } }, icon(ICONS.close)),
        ),
        this.#choice("units", UNITS, preferences),
        this.#choice("theme", THEMES, preferences),
        h("section", { class: "keys" }, h("h3", {}, words.keys), h("dl", {}, ...this.#rows(keys))),
        h("section", {}, h("h3", {}, words.data), h("p", { class: "about-data" }, about)),
      ),
    );
    this.element.showModal();
  }

  #choice<K extends keyof Preferences>(name: K, values: readonly Preferences[K][], chosen: Preferences): HTMLElement {
    const words = this.#options.strings.help;
    const choose = (value: Preferences[K]) => () => this.#options.choose(name, value);
    const option = (value: Preferences[K]): HTMLElement =>
      h(
        "label",
        {},
        h("input", { type: "radio", class: "unseen", name, value, checked: chosen[name] === value, on: { change: choose(value) } }),
        words[value],
      );
    return h("fieldset", { class: "choice" }, h("legend", {}, words[name]), h("div", { class: "segments" }, ...values.map(option)));
  }

  #rows(actions: readonly KeyAction[]): HTMLElement[] {
    const { strings } = this.#options;
    const kbd = (key: string): HTMLElement => h("kbd", {}, key === " " ? strings.help.space : key.toUpperCase());
    return keyRows(actions).map(({ label, keys: [first, ...others], range }) =>
      h(
        "div",
        {},
        h("dt", {}, kbd(first!), ...others.flatMap((k) => [range ? ` ${strings.help.to} ` : " ", kbd(k)])),
        h("dd", {}, strings.keys[label]),
      ),
    );
  }
}

/** "312 activities, as of Nov 20, 2026. Built by heatmapgen 0.1.0." */
export function aboutData({ activities, summary, asOf, generator }: Metadata, format: Formatter, strings: Strings): string {
  const { asOf: asOfWord, builtBy } = strings.help;
  const day = Date.parse(asOf) / 86_400_000;
  const parts = [summary ? summaryText(summary, format, strings) : countText(activities.day.length, strings.activities, format)];
  if (Number.isFinite(day)) parts.push(`${asOfWord} ${format.day(day, "day")}`);
  return `${parts.join(", ")}.${generator ? ` ${builtBy} ${generator}.` : ""}`;
}
