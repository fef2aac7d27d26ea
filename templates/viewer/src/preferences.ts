// What a reader chose once and for all their visits: units and theme. Kept by the browser where it lets a page
// keep something; a page opened from a folder, or in a private window, may be refused.

import type { Units } from "./text/format.ts";

export type Theme = "auto" | "light" | "dark";

export interface Preferences {
  units: Units;
  /** "auto" follows the map: dark with a dark one, with a bright one as the system has it. */
  theme: Theme;
}

export const UNITS: readonly Units[] = ["metric", "imperial"];
/** The units that the reader has not. */
export const otherUnits = (units: Units): Units => (units === "metric" ? "imperial" : "metric");
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** Regions whose roads are measured in miles. */
const MILES = new Set(["US", "GB", "LR", "MM"]);

/** Time zones of those regions: the names of the IANA database, with older ones that systems still report. */
const MILES_ZONES = new RegExp(
  "^(US/.+|GB|GB-Eire|Europe/(London|Belfast)|Africa/Monrovia|Asia/(Yangon|Rangoon)|Pacific/Honolulu|" +
    "America/(New_York|Detroit|Louisville|Fort_Wayne|Indianapolis|(Kentucky|Indiana|North_Dakota)/.+|Chicago|Knox_IN|Menominee|Denver|Boise|Shiprock|Phoenix|" +
    "Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak|Atka))$",
);
/** What browsers report that do not tell where they are. */
const NOWHERE = /^(|UTC|Etc\/.*|GMT)$/;

/**
 * The units of the reader's first language: miles where those of its region, or of where it is mostly spoken, are miles, and the clock does not
 * speak against it, as it does where a browser in American English stands in Berlin. zone is a name of the IANA time zone database.
 */
export function unitsFor(languages: readonly string[], zone: string): Units {
  try {
    const region = new Intl.Locale(languages[0] ?? "").maximize().region ?? "";
    return MILES.has(region) && (NOWHERE.test(zone) || MILES_ZONES.test(zone)) ? "imperial" : "metric";
  } catch {
    return "metric"; // not a language tag
  }
}

/** The browser's time zone, by its name in the IANA database; empty where it tells none. */
export function readersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

/** The part of the browser's storage that is needed. */
export type Store = Pick<Storage, "getItem" | "setItem">;

const PREFIX = "heatmapgen.";

/** The browser's storage; undefined where it is refused. */
export function browserStore(): Store | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

/** Reads what was kept, with the defaults for what was not, or is not one of the choices. */
export function readPreferences(store: Store | undefined, languages: readonly string[], zone: string): Preferences {
  const kept = <T extends string>(name: keyof Preferences, choices: readonly T[]): T | undefined => {
    try {
      const value = store?.getItem(PREFIX + name);
      return choices.find((c) => c === value);
    } catch {
      return undefined;
    }
  };
  return { units: kept("units", UNITS) ?? unitsFor(languages, zone), theme: kept("theme", THEMES) ?? "auto" };
}

/** Keeps one choice; without a store it holds for this visit only. */
export function keepPreference<K extends keyof Preferences>(store: Store | undefined, name: K, value: Preferences[K]): void {
  try {
    store?.setItem(PREFIX + name, value);
  } catch {
    // Full, or refused after all: the choice holds for this visit.
  }
}

/** Puts a theme in force, over a map that is bright or not; style/tokens.css has the rest. */
export function applyTheme(theme: Theme, bright: boolean, root: HTMLElement = document.documentElement): void {
  if (theme !== "auto") root.dataset["theme"] = theme;
  else if (bright) delete root.dataset["theme"];
  else root.dataset["theme"] = "dark";
}
