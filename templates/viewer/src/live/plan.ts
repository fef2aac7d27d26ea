// What a field asks of a painter: which activities press their pen with what, what thin lines carry, and how the two
// become a value (docs/layers.md). Pure; a plan is plain data, so that a worker can be handed one.

import { isDiscovery, isTrend } from "../archive/livefields.ts";
import type { Field, Painting } from "../archive/metadata.ts";
import { valueOf } from "../tracks/sensors.ts";
import type { Segments } from "../tracks/tracks.ts";
import { FAINTEST, gaussian, PEN_RADIUS, PEN_SOFT } from "./kernel.ts";

/** Days that the fresh fields look back on, the day itself included. */
const FRESH_DAYS: Record<string, number> = { fresh12: 365, fresh36: 1095 };

/** How thin lines glow. */
export interface ThinGlow {
  /** The half kernel that blurs them, in pixels of the zoom that they are drawn at. */
  blur: Float32Array;
  /** What a sum, or a sum over its weight, is multiplied by to be in the field's unit. */
  factor: number;
}

export interface Plan {
  kind: Field["kind"];
  /** Radius of the pen in pixels, and the half kernel that softens it. */
  radius: number;
  soft: Float32Array;
  /** The field whose amounts the thin lines carry, and how they glow at a zoom that blurs its own and at a deeper one; none for counts and dates. */
  thin?: { field: string; own: ThinGlow; coarse: ThinGlow };
  /** What dates are counted from, and which way: backwards where it is the first day that is looked for. */
  base: number;
  way: 1 | -1;
  /** Of the first day: how far from a line, in pixels, its day counts, which is farther than the pen; undefined where it counts where the pen was. */
  dayRadius?: number;
  /** Of a trend: the year that others are counted from, as its weights tell years. */
  middle?: number;
  /** Visits that make a presence of 1. */
  full: number;
  /** A count, or the presence of anything else, below this is nothing. */
  least: number;
}

/** The deepest zoom that means and seconds are blurred at; deeper ones take its sums, as receivers know no finer (docs/layers.md). */
export const MEAN_ZOOM = 15;

/** How many zooms a zoom is deeper than the one that its thin lines are drawn at. */
export const finerBy = (zoom: number): number => Math.max(0, zoom - MEAN_ZOOM);

/** The plan for a field, with a glow of so many times its width. */
export function planFor(field: Field, painting: Painting, glow = 1): Plan {
  const sigma = glow * painting.blurSigmaPX;
  const lines = field.kind === "mean" || field.kind === "sum";
  const blur = field.id === "hills" ? painting.hillBlurSigmaPX : painting.blurSigmaPX;
  const factor = factorOf(field);
  // What is spent in a pixel is told of one of the nearest whole zoom, which has the range; it is spread as much thinner as a glow is wider, so a line's ridge has
  // what it has at the whole zoom. Deeper than MEAN_ZOOM it is told of a pixel of that.
  const pixels = field.kind === "sum" ? 2 ** Math.ceil(Math.log2(glow) - 0.5 - 1e-9) * glow : 1;
  const own = { blur: gaussian(glow * blur), factor: factor * pixels };
  return {
    kind: field.kind,
    radius: PEN_RADIUS * sigma,
    soft: gaussian(PEN_SOFT * sigma),
    ...(lines ? { thin: { field: field.id, own, coarse: { blur: gaussian(blur), factor } } } : {}),
    base: dayBase(field),
    ...(isDiscovery(field) ? { way: -1, dayRadius: DAY_RADIUS * PEN_RADIUS * sigma } : { way: 1 }),
    ...(isTrend(field) ? { middle: yearsOf(field, (field.days![0] + field.days![1]) / 2) } : {}),
    full: isTrend(field) ? TREND_VISITS : 1,
    least: field.kind === "count" ? field.values[0]! / 2 : FAINTEST,
  };
}

/** What a sum, or a sum over its weight, is multiplied by to be in the field's unit. */
export const factorOf = (field: Field): number => (isTrend(field) ? 1000 : field.unit === "%" || field.id === "hills" ? 100 : 1);

/** Receivers are off: what lies so many radii of the pen beside a line is no new ground. It is as far as anything glows. */
const DAY_RADIUS = 2.2;

/** Visits that make a trend as present as anything can be, and the least variance of their days, in years squared: that of days spread evenly over one year. */
const TREND_VISITS = 4;
export const TREND_VARIANCE = 1 / 12;

/** Years since the day before the first one. */
const yearsOf = (field: Field, day: number): number => (day - field.days![0] + 1) / 365.25;

/**
 * The slope of a line fitted to points by least squares, from sums over them: weights, values times weights, both times the years, weights times their squares;
 * NaN where the years are too much alike.
 */
export function slopeOf(w: number, v: number, wt: number, vt: number, wtt: number): number {
  const mean = wt / w;
  const variance = wtt / w - mean * mean;
  return variance > TREND_VARIANCE ? (vt - mean * v) / w / variance : NaN;
}

/** Whether the pen counts activities: of a trend, that they are enough. */
export const isCounted = (plan: Plan): boolean => plan.kind === "count" || plan.middle !== undefined;

/** How the thin lines of a plan that has some glow at a zoom. */
export const thinGlowOf = ({ thin }: Plan, zoom: number): ThinGlow => (finerBy(zoom) > 0 ? thin!.coarse : thin!.own);

/** Pixels beyond the edge of an area of a zoom from which a line still glows into it. */
export function reachOf(plan: Plan, zoom: number): number {
  const finer = finerBy(zoom);
  const thin = !plan.thin ? 0 : finer > 0 ? (plan.thin.coarse.blur.length + 1) * 2 ** finer : plan.thin.own.blur.length;
  return Math.max(penReachOf(plan), Math.ceil(thin) + 1);
}

const penReachOf = (plan: Plan): number => Math.ceil(Math.max(plan.radius + plan.soft.length, plan.dayRadius ?? 0)) + 1;

/** Pixels around an area of a zoom that are to be painted for it to be right. Thin lines of a coarser zoom have room of their own. */
export const marginOf = (plan: Plan, zoom: number): number =>
  Math.max(penReachOf(plan), plan.thin && finerBy(zoom) === 0 ? plan.thin.own.blur.length + 1 : 0);

/** Days are counted from the day before the oldest, or back from the day after the newest, so that 0 is none. */
const dayBase = (field: Field): number => (field.kind !== "date" ? 0 : isDiscovery(field) ? field.days![1] + 1 : field.values[0]! - 1);

/**
 * What the pen of each activity leaves: 1 for counts, its day (from the plan's base) for dates, its years for a trend, 0 where the activity
 * is not drawn: of live fields one without a day. days are days since 1970-01-01, 0 where not known; asOf is a day like them.
 */
export function penWeights(field: Field, selected: Uint8Array, days: readonly number[], asOf: number): Float32Array {
  const out = new Float32Array(selected.length);
  const span = FRESH_DAYS[field.id];
  const base = dayBase(field);
  for (let a = 0; a < out.length; a++) {
    const day = days[a] ?? 0;
    if (!selected[a]) continue;
    if (span !== undefined && (day === 0 || day > asOf || day <= asOf - span)) continue;
    if (field.days && day === 0) continue;
    out[a] = isTrend(field) ? yearsOf(field, day) : field.kind === "date" ? Math.max(1, isDiscovery(field) ? base - day : day - base) : 1;
  }
  return out;
}

/** Numerator and denominator that each segment carries for a field: pairs, by the segment's first vertex. */
export function amounts(segments: Segments, field: string): Float32Array {
  const out = new Float32Array(2 * segments.joined.length);
  for (let i = 0; i < segments.joined.length; i++) if (segments.joined[i]) amountOf(segments, i, field, out, 2 * i);
  return out;
}

/** Puts numerator and denominator that segment i carries for a field at out[at] and after it. */
export function amountOf({ metres, moving, seconds, heart, rise, steep, hill, readings }: Segments, i: number, field: string, out: Float32Array, at: number): void {
  let sum = 0;
  let weight = 0;
  switch (field) {
    case "pace":
      if (moving[i]! > 0) {
        sum = metres[i]!;
        weight = moving[i]!;
      }
      break;
    case "trend":
      if (moving[i]! > 0) {
        sum = moving[i]!;
        weight = metres[i]!;
      }
      break;
    case "heartrate":
      if (heart[i]! > 0) {
        sum = heart[i]! * seconds[i]!;
        weight = seconds[i]!;
      }
      break;
    case "cadence":
    case "power":
    case "temperature": {
      const reading = readings[field]?.[i] ?? 0;
      if (reading > 0) {
        sum = valueOf(field, reading) * seconds[i]!;
        weight = seconds[i]!;
      }
      break;
    }
    case "visits":
      sum = seconds[i]!;
      break;
    default:
      if (Number.isNaN(rise[i]!)) break;
      sum = field === "steepness" ? steep[i]! : field === "direction" ? rise[i]! : hill[i]!;
      weight = metres[i]!;
  }
  out[at] = sum;
  out[at + 1] = weight;
}
