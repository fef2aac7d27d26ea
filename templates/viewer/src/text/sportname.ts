// What a sport is called. Pure.

import type { Strings } from "./strings.ts";

/** The reader's name for a sport of the metadata; one that the table does not know is taken apart: "IceHockey" is "Ice hockey". */
export function sportName(sport: string, strings: Strings): string {
  const key = sport.replace(/[\s-]/g, ""); // "E-Bike Ride" is how Strava's exports write "EBikeRide"
  if (Object.hasOwn(strings.sports, key)) return strings.sports[key]!;
  const words = sport
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(/[\s_]+/)
    .filter((w) => w !== "")
    // Abbreviations keep their capitals.
    .map((w) => (/^\p{Lu}\p{Lu}/u.test(w) ? w : w.toLowerCase()));
  if (words.length === 0) return strings.otherSport;
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
