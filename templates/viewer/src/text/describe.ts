// A selection in a few words: "2025 · Run, Hike · 5–20 km". Pure but for Intl.

import { ALL, isAll, type Selection } from "../selection.ts";
import type { Formatter } from "./format.ts";
import { describeLabels } from "./labels.ts";
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

function daysText(from: number | undefined, to: number | undefined, format: Formatter, words: Strings["selectionWords"]): string {
  if (from !== undefined && to !== undefined) return String(wholeYear(from, to) ?? format.days(from, to));
  if (from !== undefined) return words.since(format.day(from, "day"));
  return to === undefined ? "" : words.until(format.day(to, "day"));
}

function distancesText(minM: number | undefined, maxM: number | undefined, format: Formatter, words: Strings["selectionWords"]): string {
  const text = (m: number): string => {
    const { value, unit } = format.distance(m);
    return `${value}\u202f${unit}`;
  };
  if (minM !== undefined && maxM !== undefined) return minM === maxM ? text(minM) : `${format.distance(minM).value}\u2009\u2013\u2009${text(maxM)}`;
  if (minM !== undefined) return words.from(text(minM));
  return maxM === undefined ? "" : words.upTo(text(maxM));
}

/** Names what limits a selection; without limits the word for everything. */
export function describeSelection(s: Selection, sportName: (sport: string) => string, format: Formatter, strings: Strings): string {
  const words = strings.selectionWords;
  if (isAll(s)) return words.all;
  const { from, to, minM, maxM, sports } = { ...ALL, ...s };
  return [
    daysText(from, to, format, words),
    sports?.map(sportName).join(", ") ?? "",
    distancesText(minM, maxM, format, words),
    ...describeLabels(s, format, strings),
  ]
    .filter((part) => part !== "")
    .join(" \u00b7 ");
}

/** The same day of the year before; of a leap day the day before it. */
function yearEarlier(day: number): number {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear() - 1, date.getUTCMonth()];
  return Math.min(Date.UTC(year, month, date.getUTCDate()), Date.UTC(year, month + 1, 0)) / DAY_MS;
}

/** The picture that one most likely wants beside a selection: of a year, or what there is of it, the same days of the year before, else the span before it, or last year beside this one. */
export function counterpart(s: Selection, today: number): { left: Selection; right: Selection } {
  const rest = { ...s };
  delete rest.from;
  delete rest.to;
  if (s.from !== undefined) {
    const to = s.to ?? today;
    const { from, to: end } = yearSpan(new Date(s.from * DAY_MS).getUTCFullYear());
    if (s.from === from && to <= end) return { left: { ...rest, from: yearEarlier(from), to: yearEarlier(to) }, right: s };
    const length = to - s.from + 1;
    return { left: { ...rest, from: s.from - length, to: s.from - 1 }, right: s };
  }
  const now = new Date((s.to ?? today) * DAY_MS).getUTCFullYear();
  return { left: { ...rest, ...yearSpan(now - 1) }, right: { ...rest, ...yearSpan(now) } };
}
