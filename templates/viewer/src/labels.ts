// What activities are labelled with beside their sport, and when they began: which of them a selection lets through, and what there is to
// choose from. What is not known is left out by whoever asks for something. Pure.

import type { Activities } from "./archive/metadata.ts";
import type { Selection } from "./selection.ts";

/** Hours of a day. */
export const HOURS = 24;
/** Days of a week; 0 is Monday. */
export const WEEKDAYS = 7;
/** What `Activities.commute` says. */
const COMMUTE = 2;

/** The limits of a selection that are on labels, hours and weekdays. */
export const LABEL_LIMITS = ["gear", "commute", "kinds", "hours", "weekdays"] as const;

/** First and last hour of the start, both included; the last may be less, after midnight. */
export type HourSpan = readonly [first: number, last: number];

/** The day of the week of a day since 1970-01-01, a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % WEEKDAYS) + WEEKDAYS) % WEEKDAYS;
}

/** Whether an hour lies in a span. */
export function withinHours([first, last]: HourSpan, hour: number): boolean {
  return first <= last ? hour >= first && hour <= last : hour >= 0 && (hour >= first || hour <= last);
}

/** How many hours a span has. */
export function lengthOf([first, last]: HourSpan): number {
  return ((last - first + HOURS) % HOURS) + 1;
}

/** A span as a limit: that of all hours is none. */
export function asLimit(span: HourSpan): HourSpan | undefined {
  return lengthOf(span) === HOURS ? undefined : span;
}

/** Whether a selection has a limit on labels, hours or weekdays. */
export function hasLabelLimit(s: Selection): boolean {
  return LABEL_LIMITS.some((key) => s[key] !== undefined);
}

/** Which activities the limits of a selection on labels, hours and weekdays let through; undefined without such a limit. */
export function labelMatcher(s: Selection, a: Activities): ((i: number) => boolean) | undefined {
  if (!hasLabelLimit(s)) return undefined;
  const tests: ((i: number) => boolean)[] = [];
  const named = (names: readonly string[] | undefined, column: readonly number[] | undefined, words: readonly string[] | undefined): void => {
    if (!names) return;
    const wanted = (words ?? []).map((word) => word !== "" && names.includes(word));
    tests.push((i) => wanted[column?.[i] ?? -1] ?? false);
  };
  named(s.gear, a.gear, a.gears);
  named(s.kinds, a.kind, a.kinds);
  if (s.commute !== undefined) tests.push((i) => (a.commute?.[i] === COMMUTE) === s.commute);
  const { hours, weekdays } = s;
  if (hours) tests.push((i) => withinHours(hours, a.hour?.[i] ?? -1));
  if (weekdays) tests.push((i) => a.day[i] !== 0 && weekdays.includes(weekdayOf(a.day[i]!)));
  return (i) => tests.every((test) => test(i));
}

/** A selection's limits on labels as far as an archive has what they ask for. */
export function knownLabels(s: Selection, a: Activities): Selection {
  const known = (names: readonly string[] | undefined, words: readonly string[] | undefined): readonly string[] | undefined => {
    const there = names?.filter((name) => name !== "" && words?.includes(name));
    return there && there.length > 0 ? there : undefined;
  };
  const limits: Selection = { ...s, gear: known(s.gear, a.gears), kinds: known(s.kinds, a.kinds) };
  if (!a.commute) delete limits.commute;
  if (!a.hour) delete limits.hours;
  return Object.fromEntries(Object.entries(limits).filter(([, v]) => v !== undefined)) as Selection;
}

/** Something to choose. */
export interface Choice {
  value: string;
  count: number;
}

/** The words of a column with how many activities have each, the most frequent first, and of how many none is known. */
export function wordChoices(column: readonly number[] | undefined, words: readonly string[] | undefined): { choices: Choice[]; unknown: number } {
  const counts = new Map<string, number>();
  for (const k of column ?? []) counts.set(words?.[k] ?? "", (counts.get(words?.[k] ?? "") ?? 0) + 1);
  const unknown = counts.get("") ?? 0;
  counts.delete("");
  return { choices: [...counts].map(([value, count]) => ({ value, count })).sort((p, q) => q.count - p.count), unknown };
}

/** Adds a value to a list of those wanted, or takes it away, in the order of all; none and all of them are no limit. */
export function toggled<T>(now: readonly T[] | undefined, value: T, all: readonly T[]): readonly T[] | undefined {
  const wanted = all.filter((v) => (v === value) !== (now?.includes(v) ?? false));
  return wanted.length === 0 || wanted.length === all.length ? undefined : wanted;
}
