// Over which values the ramp is spread for a selection, whose picture is drawn live: of counts and sums its own greatest value, of days
// its own first and last, of means its own percentiles where those of all activities would give it one colour. And why
// there is nothing to see of it. Pure.

import { isSensor, isTrend } from "./archive/livefields.ts";
import type { Activities, Field, Layer, Metadata } from "./archive/metadata.ts";
import type { Range } from "./heat/look.ts";
import { mapping, position } from "./heat/palette.ts";
import { type Area, unitsPerPixel } from "./live/area.ts";
import { type Painted, paintValues } from "./live/cpu/paint.ts";
import { amounts, factorOf, penWeights, planFor, reachOf } from "./live/plan.ts";
import { activitiesNear, type Cells, CELL_BITS, crowded } from "./tracks/cells.ts";
import { crop } from "./tracks/crop.ts";
import type { Overview } from "./tracks/lines.ts";
import type { LoadedTracks } from "./tracks/unpack.ts";
import type { Tracks } from "./tracks/tracks.ts";

/** Places that are looked at for the greatest value: the most visited ones. */
const PLACES = 12;
/** A place is so many pixels wide at least, as a power of two. */
const PLACE_BITS = 3;
/** Bits by which cells are narrower than a pixel at zoom 0. */
const CELL_PIXELS = 26 - 8 - CELL_BITS;

/** Percentiles that the range of a mean lies between, as of `auto_range_pct` in the build. */
const LOW = 0.05;
/** A selection whose own range takes less of the ramp than this is blind on that of all activities. */
const BLIND = 0.25;
/** A trend is as strong as this part of the places looked at have it at most, where it is present by half. */
const STRONG = 0.95;
const HALF = 0.5;
/** Bins that the values of a field are counted in. */
const BINS = 1024;

/** Why a selection has nothing to show. */
export type NothingThere = "selection" | "heartrate" | "pace" | "altitude" | "fresh" | "years" | "sensor" | "empty";

/**
 * The ranges of selections of an archive's activities, from whole lines that may be coarse. Flags that are given are not to be changed
 * afterwards.
 */
export class SelectionRanges {
  readonly #metadata: Metadata;
  readonly #loaded: Overview;
  readonly #asOf: number;
  readonly #peaks = new WeakMap<Uint8Array, Map<string, number>>();
  readonly #spreads = new WeakMap<Uint8Array, Map<string, Range | undefined>>();
  readonly #nothing = new WeakMap<Uint8Array, Map<string, NothingThere | undefined>>();
  readonly #amounts = new Map<string, Float32Array>();
  readonly #all: Uint8Array;

  constructor(metadata: Metadata, loaded: Overview) {
    this.#metadata = metadata;
    this.#loaded = loaded;
    this.#asOf = Math.floor(Date.parse(metadata.asOf) / 86_400_000);
    this.#all = new Uint8Array(loaded.tracks.count).fill(1);
  }

  /** The range of a layer for a selection at a zoom, whole being that of all activities. */
  range(layer: Layer, field: Field, flags: Uint8Array, zoom: number, whole: Range): Range {
    switch (field.kind) {
      case "count":
        return { lo: whole.lo, hi: Math.max(1, this.#count(field, flags, zoom, whole)) };
      case "sum":
        // The range of all reaches to a percentile, not to the greatest value.
        return { lo: whole.lo, hi: this.#compared(field, flags, zoom, whole) };
      case "date":
        return daysOf(this.#metadata.activities, flags) ?? whole;
      case "mean":
        return isTrend(field) ? this.#trend(field, flags, zoom, whole) : this.#mean(layer, field, flags, whole);
    }
  }

  /** Why a field of a selection shows nothing anywhere; undefined where it shows something. */
  nothing(field: Field, flags: Uint8Array): NothingThere | undefined {
    return once(this.#nothing, flags, field.id, () => this.#whyNothing(field, flags));
  }

  #whyNothing(field: Field, flags: Uint8Array): NothingThere | undefined {
    if (!flags.includes(1)) return "selection";
    const { tracks } = this.#loaded;
    if (field.kind === "count" || field.kind === "date") {
      return this.#weights(field, flags).some((w) => w > 0) ? undefined : "fresh";
    }
    const pairs = this.#amountsOf(field);
    for (let i = 0; i < tracks.activity.length; i++) {
      if (flags[tracks.activity[i]!] && (pairs[2 * i + 1]! > 0 || (field.kind === "sum" && pairs[2 * i]! > 0))) {
        return isTrend(field) && this.#strong(field, flags, 0) === 0 ? "years" : undefined;
      }
    }
    if (isTrend(field)) return "pace";
    if (field.id === "heartrate" || field.id === "pace") return field.id;
    if (isSensor(field)) return "sensor";
    return field.kind === "mean" ? "altitude" : "empty";
  }

  /** The greatest count. Closer up than lines are fine, it is less than there as that of all is: a hundred passes spread more than ten do. */
  #count(field: Field, flags: Uint8Array, zoom: number, whole: Range): number {
    const { deepest } = this.#loaded;
    if (zoom <= deepest) return this.#peak(field, flags, zoom);
    const [all, mine] = [this.#peak(field, this.#all, deepest), this.#peak(field, flags, deepest)];
    return all > 1 && mine > 1 && whole.hi > 1 ? mine ** (Math.log(whole.hi) / Math.log(all)) : mine;
  }

  /** The end of the range of all, by as much less as the greatest value of the selection is less than that of all. */
  #compared(field: Field, flags: Uint8Array, zoom: number, whole: Range): number {
    const fine = Math.min(zoom, this.#loaded.deepest); // closer up, coarse lines lie side by side that were one
    const all = this.#peak(field, this.#all, fine);
    return all > 0 ? (whole.hi * this.#peak(field, flags, fine)) / all : whole.hi;
  }

  #trend(field: Field, flags: Uint8Array, zoom: number, whole: Range): Range {
    const hi = this.#strong(field, flags, Math.min(zoom, this.#loaded.deepest)) || whole.hi;
    return { lo: -hi, hi };
  }

  /** How strong a trend is at a zoom, either way; 0 where there is none. */
  #strong(field: Field, flags: Uint8Array, zoom: number): number {
    return once(this.#peaks, flags, `${field.id}/${zoom}`, () => {
      const strengths: number[] = [];
      for (const { paint } of busiest(this.#loaded, field, this.#metadata, this.#weights(field, flags), zoom)) {
        const { value, presence } = paint();
        value.forEach((v, i) => {
          if (presence[i]! >= HALF) strengths.push(Math.abs(v));
        });
      }
      return strengths.sort((a, b) => a - b)[Math.floor(STRONG * strengths.length)] ?? 0;
    });
  }

  #weights(field: Field, flags: Uint8Array): Float32Array {
    return penWeights(field, flags, this.#metadata.activities.day, this.#asOf);
  }

  #mean(layer: Layer, field: Field, flags: Uint8Array, whole: Range): Range {
    const own = this.#spread(field, flags);
    if (!own) return whole;
    if (isSensor(field)) return own;
    if (layer.scale === "symmetric") {
      const hi = Math.max(Math.abs(own.lo), Math.abs(own.hi));
      return hi > 0 && hi < BLIND * whole.hi ? { lo: -hi, hi } : whole;
    }
    if (field.id === "hills") return own.hi > 0 && own.hi < BLIND * whole.hi ? { lo: 0, hi: own.hi } : whole;
    const m = mapping(layer, field, whole);
    return own.hi > own.lo && position(m, own.hi) - position(m, own.lo) < BLIND ? own : whole;
  }

  /** The percentiles of what the selected activities' segments have, weighted by their length on the map. */
  #spread(field: Field, flags: Uint8Array): Range | undefined {
    return once(this.#spreads, flags, field.id, () => percentiles(this.#loaded.tracks, this.#amountsOf(field), factorOf(field), flags, field.values));
  }

  #amountsOf(field: Field): Float32Array {
    let pairs = this.#amounts.get(field.id);
    if (!pairs) this.#amounts.set(field.id, (pairs = amounts(this.#loaded.tracks, field.id)));
    return pairs;
  }

  #peak(field: Field, flags: Uint8Array, zoom: number): number {
    return once(this.#peaks, flags, `${field.id}/${zoom}`, () =>
      peakOf(this.#loaded, field, this.#metadata, this.#weights(field, flags), zoom),
    );
  }
}

/** What is worked out for flags and a key, kept as long as the flags are. */
function once<T>(kept: WeakMap<Uint8Array, Map<string, T>>, flags: Uint8Array, key: string, make: () => T): T {
  let known = kept.get(flags);
  if (!known) kept.set(flags, (known = new Map<string, T>()));
  if (!known.has(key)) known.set(key, make());
  return known.get(key)!;
}

/** The first and the last day of the selected activities that have a date; undefined where none has. */
export function daysOf({ day }: Pick<Activities, "day">, flags: Uint8Array): Range | undefined {
  let [lo, hi] = [Infinity, -Infinity];
  for (let i = 0; i < flags.length; i++) {
    const d = day[i]!;
    if (!flags[i] || d === 0) continue;
    lo = Math.min(lo, d);
    hi = Math.max(hi, d);
  }
  return lo <= hi ? { lo, hi } : undefined;
}

/** The greatest value that the picture of a count or sum has at a zoom: that of the places where most of the activities were, painted. */
export function peakOf(loaded: LoadedTracks, field: Field, metadata: Pick<Metadata, "painting">, weights: Float32Array, zoom: number): number {
  let peak = 0;
  for (const { visits, paint } of busiest(loaded, field, metadata, weights, zoom)) {
    // Counts are bounded by who was there, but for what softening adds where many pens lie side by side.
    if (field.kind === "count" && visits <= peak) continue;
    for (const v of paint().value) if (v > peak) peak = v;
  }
  return peak;
}

/** The places where most of the activities were, as they are painted at a zoom, the busiest first. */
function* busiest(
  { tracks, cells }: LoadedTracks,
  field: Field,
  { painting }: Pick<Metadata, "painting">,
  weights: Float32Array,
  zoom: number,
): Generator<{ visits: number; paint: () => Omit<Painted, "rgba"> }> {
  const plan = planFor(field, painting);
  const units = unitsPerPixel(zoom);
  const reach = reachOf(plan, zoom);
  const bits = Math.max(0, PLACE_BITS + CELL_PIXELS - zoom);
  const side = 2 ** (CELL_BITS + bits);
  for (const { x, y, visits } of crowded(cells, weights, bits, PLACES)) {
    const [west, north] = [Math.floor((x * side) / units), Math.floor((y * side) / units)];
    const width = Math.ceil(side / units) + 2 * reach;
    const area: Area = { zoom, x: west - reach, y: north - reach, width, height: width };
    const paint = (): Omit<Painted, "rgba"> => {
      const near = nearby(cells, weights, (x + 0.5) * side, (y + 0.5) * side, side / 2 + 2 * reach * units);
      const piece = crop(tracks, near, (west - 2 * reach) * units, (north - 2 * reach) * units, (west + width + reach) * units, (north + width + reach) * units);
      return paintValues(piece.tracks, area, plan, piece.weights);
    };
    yield { visits, paint };
  }
}

/** The weights of the activities that may come near a place; of all where looking them up costs more than leaving them in. */
function nearby(cells: Cells, weights: Float32Array, x: number, y: number, radius: number): Float32Array {
  if (radius > 2 ** (CELL_BITS + 7)) return weights;
  const out = new Float32Array(weights.length);
  for (const a of activitiesNear(cells, x, y, radius)) out[a] = weights[a]!;
  return out;
}

function percentiles(tracks: Tracks, pairs: Float32Array, factor: number, flags: Uint8Array, values: readonly number[]): Range | undefined {
  const [lo, hi] = [values[0]!, values.at(-1)!];
  const bins = new Float64Array(BINS);
  let total = 0;
  const { x, y, activity, joined } = tracks;
  for (let i = 0; i < joined.length; i++) {
    const weight = pairs[2 * i + 1]!;
    if (!joined[i] || !(weight > 0) || !flags[activity[i]!]) continue;
    const value = (factor * pairs[2 * i]!) / weight;
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(((value - lo) / (hi - lo)) * BINS)));
    const length = Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!);
    bins[bin]! += length;
    total += length;
  }
  if (!(total > 0)) return undefined;
  const at = (part: number): number => {
    let left = part * total;
    let k = 0;
    while (k < BINS - 1 && (left -= bins[k]!) > 0) k++;
    return lo + ((k + 0.5) / BINS) * (hi - lo);
  };
  return { lo: at(LOW), hi: at(1 - LOW) };
}
