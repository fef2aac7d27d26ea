// Says all that the generator can say, for studio/bundle's tests. What there is is JSON in the argument; the words of both languages are JSON in the output.

import { de } from "../../page/text/de.ts";
import { en } from "../../page/text/en.ts";
import { Teller } from "../../page/text/told.ts";
import type { Args } from "../core.ts";

interface There {
  /** The names of the arguments by code. */
  codes: Record<string, string[] | null>;
  reasons: string[];
  stages: string[];
}

interface Words {
  /** What is said of one thing and of several, and which arguments were looked at. */
  messages: Record<string, { one: string; several: string; asked: string[] }>;
  reasons: Record<string, string>;
  stages: Record<string, string>;
  /** Codes and reasons that there are words for. */
  known: string[];
}

const there = JSON.parse(process.argv[2]!) as There;

/** An argument as the generator gives it. */
function argument(name: string, n: number): Args[string] {
  if (["n", "of", "line", "metres", "zone", "sure", "chance"].includes(name)) return n;
  if (["sports", "texts"].includes(name)) return { Run: 2 };
  if (name === "reasons") return { "other sport": 2 };
  return name === "leftOut" ? n > 1 : `a ${name}`;
}

function say(texts: typeof en): Words {
  const teller = new Teller(texts.told, String, (sport) => sport);
  const words: Words = { messages: {}, reasons: {}, stages: {}, known: [...Object.keys(texts.told.messages), ...Object.keys(texts.told.reasons)] };
  for (const [code, names] of Object.entries(there.codes)) {
    const asked = new Set<string>();
    const of = (n: number): string => {
      const args = Object.fromEntries((names ?? []).map((name) => [name, argument(name, n)]));
      const watched = new Proxy(args, { get: (target, name) => (asked.add(String(name)), target[String(name)]) });
      return teller.message({ text: "", code, args: watched });
    };
    words.messages[code] = { one: of(1), several: of(3), asked: [...asked] };
  }
  for (const reason of there.reasons) words.reasons[reason] = texts.told.reasons[reason] ?? "";
  for (const stage of there.stages) words.stages[stage] = texts.stages[stage] ?? "";
  return words;
}

console.log(JSON.stringify([say(en), say(de)]));
