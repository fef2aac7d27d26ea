// Which language the page speaks. Every language is a table of the shape of en.ts; a new one goes into TABLES, and
// TypeScript names what is missing in it.

import { de } from "./de.ts";
import { en, type Strings } from "./en.ts";

export type { Strings } from "./en.ts";

const TABLES: Record<string, Strings> = { en, de };

/** The table for the first of the wanted languages that there is, and its tag; English otherwise. */
export function stringsFor(languages: readonly string[]): { strings: Strings; language: string } {
  for (const tag of languages) {
    const language = tag.toLowerCase().split("-")[0]!;
    const strings = TABLES[language];
    if (strings) return { strings, language };
  }
  return { strings: en, language: "en" };
}
