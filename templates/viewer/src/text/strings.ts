// Which language the page speaks. Every language is a table of the shape of en.ts; a new one goes into TABLES, and
// TypeScript names what is missing in it.

import { de } from "./de.ts";
import { en, type Strings } from "./en.ts";

export type { Strings } from "./en.ts";

const TABLES: Record<string, Strings> = { en, de };

/** A page's words, the tag of their language, and the locale that numbers and dates between them are written by. */
export interface Wording {
  strings: Strings;
  language: string;
  locale: string;
}

/** The words in the first of the wanted languages that there are, written as in the region that is wanted with it; the world's English otherwise. */
export function wordingFor(languages: readonly string[]): Wording {
  for (const tag of languages) {
    const language = tag.toLowerCase().split("-")[0]!;
    const strings = TABLES[language];
    if (strings) return { strings, language, locale: isLocale(tag) ? tag : language };
  }
  return { strings: en, language: "en", locale: "en-001" };
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false; // Intl would throw it at every number
  }
}
