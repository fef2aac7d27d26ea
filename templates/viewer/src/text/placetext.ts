// What is said of a place where one has been. Pure but for Intl.

import type { PlaceFacts } from "../mapplaces.ts";
import type { Formatter } from "./format.ts";
import type { Strings } from "./strings.ts";
import { countText } from "./values.ts";

/** "Largest", or "1,240 km south-west": where it is from there. No name is known. */
export function placeName({ away }: PlaceFacts, format: Formatter, strings: Strings): string {
  const words = strings.mapPlaces;
  if (!away) return words.largest;
  const { value, unit } = format.distance(away.metres);
  return words.away(`${value}\u202f${unit}`, words.directions[away.direction]!);
}

/** "2015 – 2024", or the year; empty where none is known. */
export function yearsText({ from, to }: Pick<PlaceFacts, "from" | "to">, format: Formatter): string {
  if (from === 0) return "";
  const [first, last] = [format.day(from, "year"), format.day(to, "year")];
  return first === last ? first : `${first}\u2009\u2013\u2009${last}`;
}

/** "412 activities", or with a selection "12 of 412". */
export function countOf({ all = 0, selected }: PlaceFacts, format: Formatter, strings: Strings): string {
  if (selected === all) return countText(all, strings.activities, format);
  return strings.mapPlaces.of(format.whole(selected), format.whole(all));
}

/** What a jump by a key is told by: "2 · 1,240 km south-west · 96 activities". */
export function jumpText(f: PlaceFacts, n: number, format: Formatter, strings: Strings): string {
  return [String(n + 1), placeName(f, format, strings), ...(f.all === undefined ? [] : [countOf(f, format, strings)])].join(" \u00b7 ");
}
