// A selection in a few words: "2025 · Run, Hike · 5–20 km". Pure but for Intl.

import { ALL, isAll, type Selection } from "../selection.ts";
import type { Formatter } from "./format.ts";
import type { Strings } from "./strings.ts";

const DAY_MS = 86_400_000;

/** The year that a span of days is exactly; undefined for any other span. */
export function wholeYear(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  const year = new Date(from * DAY_MS).getUTCFullYear();
  return Date.UTC(year, 0, 1) === from * DAY_MS && Date.UTC(year, 11, 31) === to * DAY_MS ? year : undefined;
}

/** The day that it is where the reader is. */
export function readersDay(now = new Date()): number {
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY_MS;
}

/** The days of a year. */
export function yearSpan(year: number): { from: number; to: number } {
  return { from: Date.UTC(year, 0, 1) / DAY_MS, to: Date.UTC(year, 11, 31) / DAY_MS };
}

function span<T>(from: T | undefined, to: T | undefined, write: (v: T) => string, words: Strings["selectionWords"]): string {
  if (from !== undefined && to !== undefined) return from === to ? write(from) : `${write(from)}\u2009\u2013\u2009${write(to)}`;
  if (from !== undefined) return words.from(write(from));
  return to === undefined ? "" : words.to(write(to));
}

/** Names what limits a selection; without limits the word for everything. */
export function describeSelection(s: Selection, sportName: (sport: string) => string, format: Formatter, strings: Strings): string {
  const words = strings.selectionWords;
  if (isAll(s)) return words.all;
  const { from, to, minM, maxM, sports } = { ...ALL, ...s };
  const year = wholeYear(from, to);
  const metres = (m: number): string => {
    const { value, unit } = format.distance(m);
    return `${value}\u202f${unit}`;
  };
  return [
    year === undefined ? span(from, to, (d) => format.day(d, "day"), words) : String(year),
    sports?.map(sportName).join(", ") ?? "",
    span(minM, maxM, metres, words),
  ]
    .filter((part) => part !== "")
    .join(" \u00b7 ");
}

/** The picture that one most likely wants beside a selection: the span before it, else last year beside this one. */
export function counterpart(s: Selection, today: number): { left: Selection; right: Selection } {
  const year = wholeYear(s.from, s.to);
  const rest = { ...s };
  delete rest.from;
  delete rest.to;
  if (year !== undefined) return { left: { ...rest, ...yearSpan(year - 1) }, right: s };
  if (s.from !== undefined) {
    const to = s.to ?? today;
    const length = to - s.from + 1;
    return { left: { ...rest, from: s.from - length, to: s.from - 1 }, right: s };
  }
  const now = new Date((s.to ?? today) * DAY_MS).getUTCFullYear();
  return { left: { ...rest, ...yearSpan(now - 1) }, right: { ...rest, ...yearSpan(now) } };
}
