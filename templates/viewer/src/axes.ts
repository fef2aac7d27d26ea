// The axes under the sliders: where a day or a distance lies between the ends, what values handles snap to, and where
// ticks stand. Pure but for Intl.

import type { Formatter } from "./text/format.ts";

/** An axis of edges: the low end of a span lies on one, the high end on another; the last edge of days is the end of the last day. */
export interface Axis {
  min: number;
  max: number;
  /** What edges are whole multiples of, counted from 0; also the least length of a span. */
  snap: number;
  /** How far an arrow key and a page key go. */
  step: number;
  page: number;
  /** Whether equal spans are equally long everywhere. */
  even: boolean;
  /** The place of an edge, 0..1. */
  place(edge: number): number;
  /** The snapped edge at a place. */
  at(place: number): number;
}

/** A tick: its place, 0..1, and what is written under it. */
export interface Tick {
  place: number;
  text: string;
}

const DAY_MS = 86_400_000;

/** Metres that distances snap to. */
const SNAP_M = 100;

const clamp = (v: number, lo: number, hi: number): number => Math.min(hi, Math.max(lo, v));

/** Days from the first to the last, undated ones (0) aside; undefined where there is nothing to choose from. */
export function dayAxis(days: ArrayLike<number>): Axis | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < days.length; i++) {
    const day = days[i]!;
    if (day === 0) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  if (!(last > first)) return undefined;
  const [min, max] = [first, last + 1];
  return {
    min,
    max,
    snap: 1,
    step: 1,
    page: 30,
    even: true,
    place: (edge) => clamp((edge - min) / (max - min), 0, 1),
    at: (place) => Math.round(min + clamp(place, 0, 1) * (max - min)),
  };
}

/**
 * Distances from the shortest to the longest: even around the median, where most activities are, and closer and closer
 * the further away from it, as of an inverse hyperbolic sine. One long ride thus does not press all runs into a corner.
 */
export function distanceAxis(metres: ArrayLike<number>): Axis | undefined {
  const sorted = Float64Array.from(metres).sort();
  if (sorted.length === 0) return undefined;
  const quantile = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  const middle = quantile(0.5);
  const width = Math.max((quantile(0.75) - quantile(0.25)) / 2, middle / 8, SNAP_M);
  // Where that takes little room it begins at nothing, which is the roundest number.
  const min = sorted[0]! < middle / 2 ? 0 : Math.floor(sorted[0]! / SNAP_M) * SNAP_M;
  const max = Math.ceil(sorted[sorted.length - 1]! / SNAP_M) * SNAP_M;
  if (max - min <= SNAP_M) return undefined;
  const bend = (m: number): number => Math.asinh((m - middle) / width);
  const [lo, hi] = [bend(min), bend(max)];
  const step = max - min < 10_000 ? SNAP_M : 5 * SNAP_M;
  return {
    min,
    max,
    snap: SNAP_M,
    step,
    page: 10 * step,
    even: false,
    place: (edge) => clamp((bend(edge) - lo) / (hi - lo), 0, 1),
    at: (place) => clamp(Math.round((middle + width * Math.sinh(lo + clamp(place, 0, 1) * (hi - lo))) / SNAP_M) * SNAP_M, min, max),
  };
}

/** Ticks of days: years, else months, else days, whatever the room allows; a place is a share of it. */
export function dayTicks(axis: Axis, format: Formatter): Tick[] {
  const date = (edge: number): Date => new Date(edge * DAY_MS);
  const tick = (year: number, month: number, day: number, precision: "year" | "month" | "day"): Tick & { edge: number } => {
    const edge = Date.UTC(year, month, day) / DAY_MS;
    return { edge, place: (edge - axis.min) / (axis.max - axis.min), text: format.day(edge, precision) };
  };
  const [first, last] = [date(axis.min).getUTCFullYear(), date(axis.max - 1).getUTCFullYear()];
  const inside = (ticks: (Tick & { edge: number })[]): Tick[] =>
    ticks.filter(({ edge }) => edge >= axis.min && edge < axis.max).map(({ place, text }) => ({ place, text }));
  const days = axis.max - axis.min;
  if (days > 800) {
    const step = [1, 2, 5, 10, 20].find((n) => days / 365.25 / n <= 7) ?? 50;
    const years = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((y) => y % step === 0);
    return inside(years.map((y) => tick(y, 0, 1, "year")));
  }
  if (days > 62) {
    const step = [1, 2, 3, 6].find((n) => days / 30.44 / n <= 5) ?? 12;
    const months = Array.from({ length: (last - first + 1) * 12 }, (_, i) => i).filter((m) => m % step === 0);
    return inside(months.map((m) => tick(first, m, 1, "month")));
  }
  const step = Math.max(1, Math.ceil(days / 3));
  const start = date(axis.min + (step >> 1)); // names of days are long, so none stands at the very end
  return inside(
    Array.from({ length: Math.ceil(days / step) }, (_, i) =>
      tick(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + i * step, "day"),
    ),
  );
}

/** Multiples within a power of ten that ticks may have, the roundest first: 1, 10, 100, then 5, 50, 500 and so on. */
const ROUND = [1, 5, 2, 3, 4, 1.5, 2.5];
/** How far apart ticks are at least, as a part of the room: numbers of two digits in the width of a card. */
const APART = 1 / 12;

/** Ticks at round distances in the reader's unit, APART of the room from each other: whole ones from 1 on. The last one says the unit. */
export function distanceTicks(axis: Axis, format: Formatter): Tick[] {
  const unit = format.distanceUnitM;
  const ticks: Tick[] = [];
  const top = Math.ceil(Math.log10(axis.max / unit));
  const values = ROUND.flatMap((round) => Array.from({ length: top + 2 }, (_, i) => Number((round * 10 ** (top - i)).toPrecision(2))));
  for (const value of [0, ...values]) {
    const edge = value * unit;
    const place = axis.place(edge);
    if ((value > 1 && !Number.isInteger(value)) || edge < axis.min || edge > axis.max || ticks.some((t) => Math.abs(t.place - place) < APART)) continue;
    ticks.push({ place, text: format.number(value) });
  }
  ticks.sort((p, q) => p.place - q.place);
  const last = ticks.at(-1);
  if (!last) return ticks;
  last.text += `\u202f${format.distanceUnit}`;
  // With its unit the last one needs more room.
  if (ticks.length > 2 && last.place - ticks.at(-2)!.place < 1 / 8) ticks.splice(-2, 1);
  return ticks;
}

/** A tick as it is written: its name beside its place where that is near an end. */
interface ShownTick extends Tick {
  side: "start" | "end" | undefined;
}

/** The ticks whose names have room, from the left. */
export function shownTicks(ticks: readonly Tick[]): ShownTick[] {
  const shown: ShownTick[] = [];
  let free = -Infinity; // from here on nothing is written
  for (const { place, text } of ticks) {
    // Names near an end stay within it.
    const half = text.length * 0.011;
    const side = place < half ? "start" : place > 1 - half ? "end" : undefined;
    const from = side === "start" ? place : side === "end" ? place - 2 * half : place - half;
    if (from < free) continue;
    free = from + 2 * half;
    shown.push({ place, text, side });
  }
  return shown;
}
