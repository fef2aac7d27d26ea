// What a year, or all of them, adds up to: figures over the activities that flags choose. Pure.

import type { Activities } from "../../archive/metadata.ts";
import type { Board } from "../squares/board.ts";

const DAY_MS = 86_400_000;

/** Days with activities, ascending, counted from 1970-01-01, and the metres of each. Activities without a date are in none. */
export interface Days {
  day: number[];
  metres: number[];
}

/** Days, or weeks, in a row; first and last are days. */
export interface Streak {
  length: number;
  first: number;
  last: number;
}

/** A sport's part: its number in the metadata, its metres and how many activities. */
export interface Share {
  sport: number;
  metres: number;
  count: number;
}

/** The year of a day. */
export const yearOf = (day: number): number => new Date(day * DAY_MS).getUTCFullYear();

/** The first day of a month of a year, 0 being January; of month 12 that of the next year. */
export const firstOf = (year: number, month = 0): number => Date.UTC(year, month, 1) / DAY_MS;

/** How many days a year has. */
export const lengthOf = (year: number): number => firstOf(year + 1) - firstOf(year);

/** The same day of another year; 29 February is 1 March where there is none. */
export function inYear(day: number, year: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) / DAY_MS;
}

/** The flags of those that lie between two days, both included; undefined does not limit. */
export function between({ day }: Pick<Activities, "day">, flags: Uint8Array, from: number | undefined, to: number | undefined): Uint8Array {
  if (from === undefined && to === undefined) return flags;
  return flags.map((f, i) => (f && day[i] !== 0 && day[i]! >= (from ?? -Infinity) && day[i]! <= (to ?? Infinity) ? 1 : 0));
}

/** The days of the chosen activities. */
export function daysOf(a: Pick<Activities, "day" | "distanceM">, flags: Uint8Array): Days {
  const sums = new Map<number, number>();
  for (let i = 0; i < flags.length; i++) {
    const day = a.day[i]!;
    if (flags[i] && day !== 0) sums.set(day, (sums.get(day) ?? 0) + a.distanceM[i]!);
  }
  const day = [...sums.keys()].sort((p, q) => p - q);
  return { day, metres: day.map((d) => sums.get(d)!) };
}

/** Years from the first to the last one with a day, without gaps; none where there is no day. */
export function yearsOf({ day }: Days): number[] {
  if (day.length === 0) return [];
  const first = yearOf(day[0]!);
  return Array.from({ length: yearOf(day.at(-1)!) - first + 1 }, (_, i) => first + i);
}

/** Metres of each month of a year. */
export function byMonth({ day, metres }: Days, year: number): number[] {
  const sums = new Array<number>(12).fill(0);
  day.forEach((d, i) => {
    const date = new Date(d * DAY_MS);
    if (date.getUTCFullYear() === year) sums[date.getUTCMonth()]! += metres[i]!;
  });
  return sums;
}

/** Metres of each day of a year. */
export function byDay({ day, metres }: Days, year: number): Float64Array {
  const sums = new Float64Array(lengthOf(year));
  const first = firstOf(year);
  day.forEach((d, i) => {
    if (d >= first && d - first < sums.length) sums[d - first] = metres[i]!;
  });
  return sums;
}

/** A leap year, whose 366 days all years are laid on. */
export const LEAP = 2024;

/** Metres from the start of a year to the end of each of the 366 days of a leap year; null after the day until, where there is nothing to tell yet. */
export function cumulated(days: Days, year: number, until = Infinity): (number | null)[] {
  const sums = new Array<number | null>(lengthOf(LEAP)).fill(null);
  let sum = 0;
  byDay(days, year).forEach((metres, i) => {
    const day = firstOf(year) + i;
    sum += metres;
    if (day <= until) sums[inYear(day, LEAP) - firstOf(LEAP)] = sum;
  });
  // Where there is no 29 February it has what the day before has.
  const [short, leap] = [firstOf(LEAP, 2) - 2 - firstOf(LEAP), firstOf(LEAP, 2) - 1 - firstOf(LEAP)];
  sums[leap] ??= sums[short]!;
  return sums;
}

/** The longest row of whole numbers, each one more than that before; the first of several. */
function longestRow(ascending: readonly number[]): { length: number; first: number } {
  let best = { length: 0, first: 0 };
  let start = 0;
  ascending.forEach((v, i) => {
    if (i > 0 && v !== ascending[i - 1]! + 1) start = i;
    if (i - start + 1 > best.length) best = { length: i - start + 1, first: ascending[start]! };
  });
  return best;
}

/** Most days in a row. */
export function dayStreak({ day }: Days): Streak {
  const { length, first } = longestRow(day);
  return { length, first, last: first + length - 1 };
}

/** Number of the week of a day, Monday being its first; 1970-01-01 was a Thursday. */
const weekOf = (day: number): number => Math.floor((day + 3) / 7);

/** Most weeks in a row with a day at least, from Monday to Sunday. */
export function weekStreak({ day }: Days): Streak {
  const { length, first } = longestRow([...new Set(day.map(weekOf))]);
  return { length, first: first * 7 - 3, last: (first + length) * 7 - 4 };
}

/** The Eddington number: the largest E such that at least E units of unitM metres were covered on each of E days. */
export function eddington({ metres }: Days, unitM: number): number {
  const longest = metres.slice().sort((p, q) => q - p);
  let e = 0;
  while (e < longest.length && longest[e]! >= (e + 1) * unitM) e++;
  return e;
}

/** The hour that a runner's day begins with: who starts before it is late rather than early. */
const FIRST_HOUR = 3;

/** The activity of those flagged that started earliest in the day, by hours 0..23, -1 where not known; the first of several, undefined where no hour is known. */
export function earliest(flags: Uint8Array, hours: readonly number[] = []): number | undefined {
  const since = (i: number): number => (hours[i]! - FIRST_HOUR + 24) % 24;
  let best: number | undefined;
  for (let i = 0; i < hours.length; i++) {
    if (flags[i] && hours[i]! >= 0 && (best === undefined || since(i) < since(best))) best = i;
  }
  return best;
}

/** The chosen activity that has most of something, the first of several; undefined where none has any. */
export function most(flags: Uint8Array, values: readonly number[]): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < flags.length; i++) {
    if (flags[i] && (values[i] ?? 0) > (best === undefined ? 0 : values[best]!)) best = i;
  }
  return best;
}

/** The sports of the chosen activities, that with most metres first. */
export function sharesOf(a: Pick<Activities, "sport" | "sports" | "distanceM">, flags: Uint8Array): Share[] {
  const shares = a.sports.map((_, sport) => ({ sport, metres: 0, count: 0 }));
  for (let i = 0; i < flags.length; i++) {
    const share = flags[i] && shares[a.sport[i]!];
    if (!share) continue;
    share.metres += a.distanceM[i]!;
    share.count++;
  }
  return shares.filter((s) => s.count > 0).sort((p, q) => q.metres - p.metres || q.count - p.count);
}

/** So many shades has the calendar of days. */
export const SHADES = 5;

/** Least metres of each shade of the calendar but the first: a fifth of the days with a way has each. */
export function shadesOf({ metres }: Days): number[] {
  const known = metres.filter((m) => m > 0).sort((p, q) => p - q);
  if (known.length === 0) return [];
  return Array.from({ length: SHADES - 1 }, (_, i) => known[Math.min(known.length - 1, Math.ceil(((i + 1) * known.length) / SHADES))]!);
}

/** The shade of a day: 0 for none, 1 for the faintest. */
export const shadeOf = (metres: number, least: readonly number[]): number => (metres > 0 ? 1 + least.filter((m) => metres >= m).length : 0);

/**
 * New ground: squares that were entered for the first time, and metres on it. Squares know no metres, so an activity's way counts by the part of
 * its squares that are new: a way out and back along a new street counts twice, a second visit of it on another outing not at all.
 */
export interface NewGround {
  squares: number;
  metres: number;
}

/**
 * The new ground of the chosen activities. Those that earlier flags tell were there before them: activities are in the order of time, the chosen ones
 * among the earlier ones or after them.
 */
export function newGround(board: Pick<Board, "x" | "first" | "squares">, distanceM: readonly number[], chosen: Uint8Array, earlier: Uint8Array): NewGround {
  const seen = new Uint8Array(board.x.length);
  const found: NewGround = { squares: 0, metres: 0 };
  for (let a = 0; a < chosen.length; a++) {
    if (!chosen[a] && !earlier[a]) continue;
    const [from, to] = [board.first[a]!, board.first[a + 1]!];
    let fresh = 0;
    for (let i = from; i < to; i++) {
      const square = board.squares[i]!;
      if (!seen[square]) fresh++;
      seen[square] = 1;
    }
    if (!chosen[a] || fresh === 0) continue;
    found.squares += fresh;
    found.metres += (distanceM[a]! * fresh) / (to - from);
  }
  return found;
}
