// Which activities the table shows, and in which order. Pure; ui/table.ts shows them.

import type { Activities } from "../archive/metadata.ts";
import { type Manner, mannerOf } from "../sports.ts";

/** A column one can sort by. */
export type Column = "name" | "date" | "sport" | "distance" | "moving" | "speed" | "ascent" | "gear" | "kind" | "hour";

export interface Order {
  column: Column;
  descending: boolean;
}

/** Newest first. */
export const NEWEST: Order = { column: "date", descending: true };

/** The order after a press on a column's head: the other way round, or what one asks a column for first. */
export function orderAfter(order: Order, column: Column): Order {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: !["name", "sport", "gear", "kind", "hour"].includes(column) };
}

/** Mean speed in m/s while moving; NaN where not known. */
export function speedOf(a: Activities, i: number): number {
  const seconds = a.movingS[i] ?? 0;
  return seconds > 0 && a.distanceM[i]! > 0 ? a.distanceM[i]! / seconds : NaN;
}

/** How an activity's speed is told. */
export const manner = (a: Activities, i: number): Manner => mannerOf(a.sports[a.sport[i]!] ?? "");

/** Texts without case and accents, so that "cafe" finds "Café". */
export const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * What the filter looks in, one text an activity: name, sport as the reader calls it and as the archive does, the date as 2025-03-09 and as the
 * reader writes it, with nothing for those without a date, gear and kind. sports are the reader's names of those of the activities, kindText tells
 * what an activity was for.
 */
export function searchTexts(a: Activities, sports: readonly string[], dayText: (day: number) => string, kindText: (i: number) => string = () => ""): string[] {
  const both = a.sports.map((sport, i) => fold(`${sports[i] ?? ""}\n${sport}`));
  const gears = a.gears?.map(fold);
  const days = new Map<number, string>(); // many share one
  return a.day.map((day, i) => {
    let date = days.get(day);
    if (date === undefined) {
      date = day === 0 ? "" : fold(`${new Date(day * 86_400_000).toISOString().slice(0, 10)}\n${dayText(day)}`);
      days.set(day, date);
    }
    return `${fold(a.name[i] ?? "")}\n${both[a.sport[i]!] ?? ""}\n${date}\n${gears?.[a.gear?.[i] ?? -1] ?? ""}\n${fold(kindText(i))}`;
  });
}

/**
 * Numbers of the activities of count that have all words of a query and, where flags are given, are flagged; oldest
 * first. textsOf gives the texts to look in, and is asked only where there are words.
 */
export function filterRows(count: number, textsOf: () => readonly string[], query: string, flags?: Uint8Array): Uint32Array {
  const words = fold(query).split(/\s+/).filter((w) => w !== "");
  const texts = words.length > 0 ? textsOf() : [];
  const rows = new Uint32Array(count);
  let n = 0;
  for (let i = 0; i < count; i++) {
    if (flags && !flags[i]) continue;
    if (words.every((w) => texts[i]!.includes(w))) rows[n++] = i;
  }
  return rows.subarray(0, n);
}

/**
 * A number to sort each activity by; NaN for what is not known. sports are the reader's names of those of the activities; compare orders texts, kindText
 * tells what an activity was for.
 */
export function sortKeys(
  a: Activities,
  sports: readonly string[],
  column: Column,
  compare: (p: string, q: string) => number,
  kindText: (i: number) => string = () => "",
): Float64Array {
  const ranked = (texts: readonly string[]): Map<string, number> =>
    new Map([...new Set(texts)].sort(compare).map((text, rank) => [text, text === "" ? NaN : rank]));
  const known = (v: number | undefined): number => v || NaN;
  const of = (key: (i: number) => number): Float64Array => Float64Array.from({ length: a.day.length }, (_, i) => key(i));
  switch (column) {
    case "name": {
      const ranks = ranked(a.name);
      return of((i) => ranks.get(a.name[i] ?? "") ?? NaN);
    }
    case "sport": {
      const ranks = ranked(sports);
      return of((i) => ranks.get(sports[a.sport[i]!] ?? "") ?? NaN);
    }
    case "gear": {
      const ranks = ranked(a.gears ?? []);
      return of((i) => ranks.get(a.gears?.[a.gear?.[i] ?? -1] ?? "") ?? NaN);
    }
    case "kind": {
      const texts = a.day.map((_, i) => kindText(i));
      const ranks = ranked(texts);
      return of((i) => ranks.get(texts[i]!) ?? NaN);
    }
    case "hour":
      return of((i) => (a.hour && a.hour[i]! >= 0 ? a.hour[i]! : NaN));
    case "date":
      return of((i) => known(a.day[i]));
    case "distance":
      return of((i) => known(a.distanceM[i]));
    case "moving":
      return of((i) => known(a.movingS[i]));
    case "speed":
      return of((i) => speedOf(a, i));
    case "ascent":
      return of((i) => known(a.ascentM[i]));
  }
}

/** Sorts rows in place by their keys; what is not known comes last either way, equals in the order of time. */
export function sortRows(rows: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1;
  return rows.sort((p, q) => {
    const [u, v] = [keys[p]!, keys[q]!];
    if (u === v) return sign * (p - q);
    if (Number.isNaN(u) || Number.isNaN(v)) return Number(Number.isNaN(u)) - Number(Number.isNaN(v)) || sign * (p - q);
    return sign * (u - v);
  });
}

/** First row and the one after the last to be drawn for a view of a scrolled list, with some to spare on both sides. */
export function rowsInView(scrolled: number, height: number, line: number, count: number, spare = 8): [from: number, to: number] {
  const from = Math.max(0, Math.floor(scrolled / line) - spare);
  const to = Math.min(count, Math.ceil((scrolled + height) / line) + spare);
  return [Math.min(from, count), Math.max(Math.min(from, count), to)];
}
