// All figures of one year of a selection, or of all its years, beside those of the year before. Pure.

import type { Activities } from "../../archive/metadata.ts";
import { select, type Selection, type Totals, totalsOf, withLimits } from "../../selection.ts";
import { between, dayStreak, type Days, daysOf, earliest, firstOf, inYear, most, type Share, sharesOf, type Streak, weekStreak, yearOf, yearsOf } from "./figures.ts";

/** What a link says of the tool: which year, and whether its page is open. */
export interface YearChoice {
  /** Undefined for the newest one that has activities. */
  year: number | "all" | undefined;
  page: boolean;
}

/** Reads what a link says; what makes no sense is left out. */
export function parseChoice(of: string): YearChoice {
  const m = /^(\d{4}|all)?(?:\.(charts))?$/.exec(of);
  return { year: m?.[1] === "all" ? "all" : m?.[1] ? Number(m[1]) : undefined, page: m?.[2] !== undefined };
}

export function formatChoice({ year, page }: YearChoice): string {
  return `${year ?? ""}${page ? ".charts" : ""}`;
}

export interface YearReport {
  year: number | "all";
  /** All years of the selection, ascending; one at least. */
  years: number[];
  /** The activities of the year. */
  flags: Uint8Array;
  /** Those of the selection, of all years, and those of the same days of the year before. */
  selected: Uint8Array;
  before: Uint8Array | undefined;
  totals: Totals;
  /** Of the same days of the year before; undefined for all years, and where it has nothing. */
  totalsBefore: Totals | undefined;
  /** The days of the year, of the selection, and of the whole year before. */
  days: Days;
  all: Days;
  daysBefore: Days;
  /** The last day that there is something to tell of. */
  until: number;
  longest: number | undefined;
  highest: number | undefined;
  /** Undefined where the archive does not tell hours, too. */
  earliest: number | undefined;
  dayStreak: Streak;
  weekStreak: Streak;
  shares: Share[];
}

/**
 * The figures of a year of a selection, known until a day; undefined where no selected activity has a date. A year that has none stands for the newest
 * that has. The year before has the limits of the selection, its span of time a year earlier, and where the year is not over its totals end on the same day.
 */
export function reportOf(a: Activities, s: Selection, wanted: number | "all" | undefined, until: number): YearReport | undefined {
  const selected = select(s, a);
  const all = daysOf(a, selected);
  const years = yearsOf(all);
  if (years.length === 0) return undefined;
  const year = wanted === "all" || (wanted !== undefined && years.includes(wanted)) ? wanted : years.at(-1)!;
  const flags = year === "all" ? selected : between(a, selected, firstOf(year), firstOf(year + 1) - 1);
  let before: Uint8Array | undefined;
  let wholeBefore: Uint8Array | undefined;
  if (year !== "all") {
    const moved = (day: number | undefined): number | undefined => (day === undefined ? undefined : inYear(day, yearOf(day) - 1));
    const whole = select(withLimits(s, { from: moved(s.from), to: moved(s.to) }), a);
    wholeBefore = between(a, whole, firstOf(year - 1), firstOf(year) - 1);
    before = yearOf(until) === year ? between(a, wholeBefore, undefined, inYear(until, year - 1)) : wholeBefore;
  }
  const totalsBefore = before && totalsOf(a, before);
  const days = daysOf(a, flags);
  return {
    year,
    years,
    flags,
    selected,
    before,
    totals: totalsOf(a, flags),
    totalsBefore: totalsBefore && totalsBefore.count > 0 ? totalsBefore : undefined,
    days,
    all,
    daysBefore: wholeBefore ? daysOf(a, wholeBefore) : { day: [], metres: [] },
    until: Math.max(until, all.day.at(-1)!),
    longest: most(flags, a.distanceM),
    highest: most(flags, a.ascentM),
    earliest: earliest(flags, a.hour),
    dayStreak: dayStreak(days),
    weekStreak: weekStreak(days),
    shares: sharesOf(a, flags),
  };
}
