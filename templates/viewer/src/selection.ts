// Which activities are looked at, and what they add up to. Pure.

import type { Activities } from "./archive/metadata.ts";
import { hasLabelLimit, type HourSpan, LABEL_LIMITS, labelMatcher } from "./labels.ts";

/** A choice of activities; a piece that is missing does not limit. */
export interface Selection {
  /** First and last day, days since 1970-01-01, both included. Activities without a date are left out by either. */
  from?: number;
  to?: number;
  /** Least and greatest distance in metres, both included. */
  minM?: number;
  maxM?: number;
  /** Names of sports, as in the metadata. */
  sports?: readonly string[];
  /** Names of bikes and shoes, as in the metadata. */
  gear?: readonly string[];
  /** Commutes alone, or all that is not known for one. */
  commute?: boolean;
  /** What outings were for, as in the metadata. */
  kinds?: readonly string[];
  /** Hours of the start. */
  hours?: HourSpan;
  /** Days of the week, 0 being Monday, ascending. */
  weekdays?: readonly number[];
}

/** Everything. */
export const ALL: Selection = {};

/** Whether a selection has no limit at all. */
export function isAll(s: Selection): boolean {
  return s.from === undefined && s.to === undefined && s.minM === undefined && s.maxM === undefined && s.sports === undefined && !hasLabelLimit(s);
}

/** 1 for each activity that is selected, 0 for the others. */
export function select(s: Selection, a: Activities): Uint8Array {
  const sports = s.sports && new Set(s.sports);
  const wanted = a.sports.map((name) => !sports || sports.has(name));
  const labelled = labelMatcher(s, a);
  const flags = new Uint8Array(a.day.length);
  for (let i = 0; i < flags.length; i++) {
    const day = a.day[i]!;
    const metres = a.distanceM[i]!;
    if ((s.from !== undefined || s.to !== undefined) && day === 0) continue;
    if (s.from !== undefined && day < s.from) continue;
    if (s.to !== undefined && day > s.to) continue;
    if (s.minM !== undefined && metres < s.minM) continue;
    if (s.maxM !== undefined && metres > s.maxM) continue;
    if (!wanted[a.sport[i]!]) continue;
    if (labelled && !labelled(i)) continue;
    flags[i] = 1;
  }
  return flags;
}

/** The day of a selected activity that is nearest to a day, which may be fractional; undefined where none has a date. */
export function nearestDay({ day }: Pick<Activities, "day">, flags: Uint8Array, to: number): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < flags.length; i++) {
    const d = day[i]!;
    if (flags[i] && d !== 0 && (best === undefined || Math.abs(d - to) < Math.abs(best - to))) best = d;
  }
  return best;
}

export interface Totals {
  count: number;
  distanceM: number;
  movingS: number;
  ascentM: number;
}

/** Sums over the selected activities. */
export function totalsOf(a: Activities, flags: Uint8Array): Totals {
  const t: Totals = { count: 0, distanceM: 0, movingS: 0, ascentM: 0 };
  for (let i = 0; i < flags.length; i++) {
    if (!flags[i]) continue;
    t.count++;
    t.distanceM += a.distanceM[i]!;
    t.movingS += a.movingS[i] ?? 0;
    t.ascentM += a.ascentM[i] ?? 0;
  }
  return t;
}

/** A selection with other limits; undefined takes a limit away. */
export function withLimits(s: Selection, limits: { [K in keyof Selection]?: Selection[K] | undefined }): Selection {
  return Object.fromEntries(Object.entries({ ...s, ...limits }).filter(([, v]) => v !== undefined)) as Selection;
}

/** Adds a sport to those shown, or takes it away; none and all of them are no limit. Sports keep the metadata's order, so that links stay the same. */
export function toggleSport(s: Selection, sport: string, all: readonly string[]): Selection {
  const now = new Set(s.sports);
  if (!now.delete(sport)) now.add(sport);
  const sports = all.filter((name) => now.has(name));
  return withLimits(s, { sports: sports.length === 0 || sports.length === all.length ? undefined : sports });
}

/** Whether two selections have the same limits. */
export function sameSelection(p: Selection, q: Selection): boolean {
  return (
    p === q ||
    (p.from === q.from &&
      p.to === q.to &&
      p.minM === q.minM &&
      p.maxM === q.maxM &&
      (["sports", ...LABEL_LIMITS] as const).every((key) => JSON.stringify(p[key]) === JSON.stringify(q[key])))
  );
}
