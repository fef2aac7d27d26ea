// The legend's tick marks: round numbers of the unit shown, at their true place
// on the ramp. Pure; ui/legend.ts draws them.

import type { Field } from "../archive/metadata.ts";
import type { Manner } from "../sports.ts";
import { clock, type Formatter } from "../text/format.ts";
import { type Mapping, position } from "./palette.ts";

/** How a field's values are shown: speeds as pace for runners and for swimmers, as km/h for riders. */
export type Quantity = "visits" | "athletes" | "time" | "pace" | "swim" | "speed" | "bpm" | "percent" | "grade" | "climb" | "day" | "first" | "trend" | "rpm" | "spm" | "watts" | "degrees" | "number";

/** What a field's values are, or, with difference, what differences of them are: speeds differ by km/h, whoever moves. */
export function quantityOf(field: Field, scale: Mapping["scale"], manner: Manner, difference = false): Quantity {
  switch (field.unit) {
    case "visits":
      return "visits";
    case "athletes":
      return "athletes";
    case "s":
      return "time";
    case "m/s":
      return difference || manner === "ride" ? "speed" : manner === "swim" ? "swim" : "pace";
    case "bpm":
      return "bpm";
    case "%":
      return scale === "symmetric" ? "grade" : "percent";
    case "m/100m":
      return "climb";
    case "day":
      return "day";
    case "first":
      return "first";
    case "s/km/y":
      return "trend";
    case "rpm":
      return manner === "ride" ? "rpm" : "spm";
    case "W":
      return "watts";
    case "°C":
      return "degrees";
  }
  return "number";
}

/** Whether a quantity counts activities or athletes. */
export const isCount = (quantity: Quantity): quantity is "visits" | "athletes" => quantity === "visits" || quantity === "athletes";

/** Whether a quantity is told in whole numbers. */
export const isWhole = (quantity: Quantity): boolean => isCount(quantity) || ["bpm", "rpm", "spm", "watts", "degrees"].includes(quantity);

/** The manner that a quantity of speed stands for. */
export const MANNERS = { pace: "run", swim: "swim", speed: "ride" } as const;

export interface Tick {
  /** Place on the ramp, 0..1. */
  t: number;
  label: string;
  /** Lower is kept first where labels would touch. */
  rank: number;
}

/** Words the labels need. */
export interface TickWords {
  second: string;
  minute: string;
  hour: string;
}

/** Candidate ticks inside the range; keep() then drops those without room. */
export function ticks(quantity: Quantity, m: Mapping, format: Formatter, words: TickWords): Tick[] {
  const lo = m.scale === "symmetric" ? -m.hi : m.lo;
  if (!(m.hi > lo)) return flat(quantity, m.hi, format, words);
  if (m.scale === "symmetric") return signedTicks(quantity, m, format, words);
  switch (quantity) {
    case "pace":
      return paceTicks(m, format.distanceUnitM);
    case "swim":
      return paceTicks(m, format.swimUnitM);
    case "speed":
      return speedTicks(m, format);
    case "time":
      return timeTicks(m, lo, format, words);
    case "day":
    case "first":
      return dayTicks(m, lo, format);
  }
  if (m.scale === "log") return decades(lo, m.hi).map(({ v, rank }) => tick(m, v, format.compact(v), rank));
  if (quantity === "degrees") return steps(format.degrees(lo), format.degrees(m.hi), [1, 2, 5, 10], true).map((v, i) => tick(m, format.celsius(v), format.compact(v), i % 2));
  return steps(lo, m.hi, [1, 2, 2.5, 5, 10], isWhole(quantity)).map((v, i) => tick(m, v, format.compact(v), i % 2));
}

/** Both sides of nothing, in equal steps, or in those of counts where the ramp spreads what is little. */
function signedTicks(quantity: Quantity, m: Mapping, format: Formatter, words: TickWords): Tick[] {
  const unit = quantity === "speed" ? format.distanceUnitM / 3600 : quantity === "trend" ? 1000 / format.distanceUnitM : quantity === "degrees" ? 1 / format.degrees(1, true) : 1;
  const hi = m.hi / unit;
  const label = (v: number): string => (quantity === "time" && v !== 0 ? `${v > 0 ? "+" : "\u2212"}${duration(Math.abs(v), format, words)}` : format.signed(v));
  const whole = isWhole(quantity);
  const even = m.gamma === 1;
  const most = quantity === "time" ? DURATIONS.filter((v) => v <= hi) : decades(whole ? 1 : hi / 100, hi).map(({ v }) => v);
  const values = even ? steps(-hi, hi, [1, 2, 2.5, 5, 10], whole) : [...most.map((v) => -v).reverse(), 0, ...most];
  return values.map((v) => tick(m, v * unit, label(v), v === 0 ? 0 : even ? 1 : 2 - Math.abs(v) / hi));
}

const tick = (m: Mapping, value: number, label: string, rank: number): Tick => ({ t: position(m, value), label, rank });

/** A range without an extent has one value to name. */
function flat(quantity: Quantity, v: number, format: Formatter, words: TickWords): Tick[] {
  const label = (): string => {
    switch (quantity) {
      case "pace":
      case "swim":
      case "speed":
        return format.speed(v, MANNERS[quantity]).value;
      case "day":
      case "first":
        return format.day(v, "day");
      case "time":
        return duration(v, format, words);
      case "degrees":
        return format.whole(format.degrees(v));
      default:
        return format.number(v);
    }
  };
  return Number.isFinite(v) ? [{ t: 0.5, label: label(), rank: 0 }] : [];
}

/** Multiples of a round step in lo..hi: four to nine of them where there can be. */
export function steps(lo: number, hi: number, mantissas: readonly number[], whole = false): number[] {
  const rough = (hi - lo) / 5;
  const decade = 10 ** Math.floor(Math.log10(rough));
  let step = (mantissas.find((k) => k * decade >= rough * 0.999) ?? 10) * decade;
  if (whole) step = Math.max(1, Math.round(step));
  const out: number[] = [];
  const epsilon = step * 1e-6;
  for (let k = Math.ceil((lo - epsilon) / step); k * step <= hi + epsilon; k++) {
    out.push(Number((k * step).toPrecision(12)) + 0); // + 0 turns -0 into 0
  }
  return out;
}

/** 1, 2, 5, 10, 20 ... in lo..hi; powers of ten rank first, then the fives. */
function decades(lo: number, hi: number): { v: number; rank: number }[] {
  const out: { v: number; rank: number }[] = [];
  for (let e = Math.floor(Math.log10(lo)); 10 ** e <= hi; e++) {
    for (const [k, rank] of [[1, 0], [2, 2], [5, 1]] as const) {
      const v = Number((k * 10 ** e).toPrecision(6));
      if (v >= lo * 0.999 && v <= hi * 1.001) out.push({ v, rank });
    }
  }
  return out;
}

/** Paces of a wide range, seconds, with their ranks: equal steps would all stand at its slow end, as the ramp goes by speed. */
const WIDE_PACES = [[30, 1], [45, 2], [60, 0], [75, 2], [90, 1], [120, 0], [150, 2], [180, 1], [240, 2], [300, 0], [360, 1], [480, 2], [600, 0], [900, 1], [1200, 2], [1800, 1], [3600, 0]] as const;

/** Round paces: every 1, 2, 5, 10, 15, 30, 60 ... seconds for a unit of way in metres. */
function paceTicks(m: Mapping, unit: number): Tick[] {
  const slowest = unit / Math.max(m.lo, 0.2);
  const fastest = unit / m.hi;
  if (slowest > 2.5 * fastest) {
    const inside = WIDE_PACES.filter(([s]) => s >= fastest && s <= slowest);
    return inside.map(([s, rank]) => tick(m, unit / s, clock(s), rank)).reverse();
  }
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((s) => (slowest - fastest) / s <= 7) ?? 1200;
  const out: Tick[] = [];
  for (let s = Math.ceil(fastest / step) * step; s <= slowest; s += step) {
    out.push(tick(m, unit / s, clock(s), s % (2 * step) === 0 ? 0 : 1));
  }
  return out.reverse();
}

/** Round speeds in km/h or mph. */
function speedTicks(m: Mapping, format: Formatter): Tick[] {
  const perMS = 3600 / format.distanceUnitM;
  return steps(m.lo * perMS, m.hi * perMS, [1, 2, 2.5, 5, 10]).map((v, i) => tick(m, v / perMS, format.number(v), i % 2));
}

const DURATIONS = [1, 2, 5, 10, 20, 30].flatMap((k) => [k, k * 60]).concat([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((k) => k * 3600));

function timeTicks(m: Mapping, lo: number, format: Formatter, words: TickWords): Tick[] {
  const all = m.scale === "log" ? [...DURATIONS].sort((a, b) => a - b) : steps(lo, m.hi, [1, 2, 3, 6, 10]);
  return all.filter((v) => v >= lo && v <= m.hi).map((v, i) => tick(m, v, duration(v, format, words), i % 2));
}

/** A time in its largest whole unit, as marks and values have it. */
export function duration(seconds: number, format: Formatter, words: TickWords): string {
  if (seconds < 60) return `${format.number(seconds)}\u202f${words.second}`;
  if (seconds < 3600) return `${format.number(seconds / 60)}\u202f${words.minute}`;
  return `${format.compact(seconds / 3600)}\u202f${words.hour}`;
}

/** Starts of years, of quarters or months, or of weeks, by the length of the span. */
function dayTicks(m: Mapping, lo: number, format: Formatter): Tick[] {
  const span = m.hi - lo;
  const out: Tick[] = [];
  if (span < 60) {
    const step = span < 14 ? 2 : 7;
    for (let d = Math.ceil(lo); d <= m.hi; d += step) out.push(tick(m, d, format.day(d, "day"), 1));
    return out;
  }
  const monthsApart = span < 300 ? 1 : span < 1200 ? 3 : 12;
  const start = new Date(lo * 86_400_000);
  for (let month = start.getUTCMonth() - (start.getUTCMonth() % monthsApart), year = start.getUTCFullYear(); ; month += monthsApart) {
    const d = Date.UTC(year, month, 1) / 86_400_000;
    if (d > m.hi) break;
    if (d < lo) continue;
    // The newest carry most of the ramp and are what one asks about.
    const first = new Date(d * 86_400_000).getUTCMonth() === 0;
    out.push(tick(m, d, format.day(d, first || monthsApart === 12 ? "year" : "month"), first ? 0 : 1));
  }
  return out;
}

/** Ticks whose labels do not touch: ranks are served in order, within one from the ramp's bright end. */
export function keep(candidates: readonly Tick[], width: number, measure: (label: string) => number, gap = 10): (Tick & { x: number })[] {
  const placed: { tick: Tick & { x: number }; from: number; to: number }[] = [];
  const order = [...candidates].sort((a, b) => a.rank - b.rank || b.t - a.t);
  for (const c of order) {
    const w = measure(c.label);
    // Labels stay inside the bar, so those at its ends are pushed inwards.
    const x = Math.min(Math.max(c.t * width, w / 2), width - w / 2);
    const from = x - w / 2 - gap / 2;
    const to = x + w / 2 + gap / 2;
    if (placed.some((p) => from < p.to && p.from < to)) continue;
    placed.push({ tick: { ...c, x }, from, to });
  }
  return placed.map((p) => p.tick).sort((a, b) => a.t - b.t);
}
