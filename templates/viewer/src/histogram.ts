// Counting activities into the bars over the sliders, and adding up what is selected, in one pass a frame. Pure.

import type { Activities } from "./archive/metadata.ts";
import type { Axis } from "./axes.ts";
import { HOURS, labelMatcher, withinHours } from "./labels.ts";
import { type Selection, type Totals, withLimits } from "./selection.ts";

/** The most bars over a slider. */
const MOST_BARS = 70;

/** A bar's number for an activity that is in none: it has no date. */
const NO_BAR = 255;

/** Which bar each activity belongs to; bars are equally wide. */
export interface Bars {
  /** Number of bars; the last one may reach beyond the axis by a part of it. */
  count: number;
  /** Width of a bar as a share of the axis. */
  width: number;
  /** Bar of each activity, NO_BAR for none. */
  of: Uint8Array;
  /** Activities in each bar. */
  all: Uint32Array;
  most: number;
}

/** Bars of whole days; from five days on of whole weeks, so that weekends do not make stripes. */
export function dayBars(days: ArrayLike<number>, axis: Axis): Bars {
  const span = axis.max - axis.min;
  let width = Math.ceil(span / MOST_BARS);
  if (width > 4) width = 7 * Math.ceil(width / 7);
  return bars(days.length, Math.ceil(span / width), width / span, (i) => (days[i] === 0 ? NO_BAR : Math.floor((days[i]! - axis.min) / width)));
}

/** Bars that are equally wide on the axis. */
export function distanceBars(metres: ArrayLike<number>, axis: Axis, count = 48): Bars {
  return bars(metres.length, count, 1 / count, (i) => Math.min(count - 1, Math.floor(axis.place(metres[i]!) * count)));
}

function bars(length: number, count: number, width: number, barOf: (activity: number) => number): Bars {
  const of = new Uint8Array(length);
  const all = new Uint32Array(count);
  for (let i = 0; i < length; i++) {
    of[i] = barOf(i);
    if (of[i] !== NO_BAR) all[of[i]!]!++;
  }
  return { count, width, of, all, most: Math.max(1, ...all) };
}

/** What the panel shows of a selection. */
export interface Counts {
  totals: Totals;
  /** Activities in each bar of days that every limit but that on days lets through. */
  days: Uint32Array;
  /** The same for distances. */
  distances: Uint32Array;
  /** The same for hours of the start, 24; none where hours are not known. */
  hours: Uint32Array;
}

/** Counts selections over columns that were made once. */
export class Counter {
  readonly #day: Int32Array;
  readonly #metres: Float64Array;
  readonly #sport: Uint16Array;
  readonly #activities: Activities;
  readonly #dayBars: Bars | undefined;
  readonly #distanceBars: Bars | undefined;

  constructor(a: Activities, dayBars: Bars | undefined, distanceBars: Bars | undefined) {
    this.#activities = a;
    this.#day = Int32Array.from(a.day);
    this.#metres = Float64Array.from(a.distanceM);
    this.#sport = Uint16Array.from(a.sport);
    this.#dayBars = dayBars;
    this.#distanceBars = distanceBars;
  }

  count(s: Selection): Counts {
    const { movingS, ascentM, sports, hour } = this.#activities;
    const dayBars = this.#dayBars;
    const distanceBars = this.#distanceBars;
    const days = new Uint32Array(dayBars?.count ?? 0);
    const distances = new Uint32Array(distanceBars?.count ?? 0);
    const hours = new Uint32Array(hour ? HOURS : 0);
    const labelled = labelMatcher(withLimits(s, { hours: undefined }), this.#activities);
    const totals: Totals = { count: 0, distanceM: 0, movingS: 0, ascentM: 0 };
    const wanted = s.sports ? Uint8Array.from(sports, (name) => (s.sports!.includes(name) ? 1 : 0)) : undefined;
    const dated = s.from !== undefined || s.to !== undefined;
    const { from = -Infinity, to = Infinity, minM = -Infinity, maxM = Infinity } = s;
    for (let i = 0; i < this.#day.length; i++) {
      if (wanted && !wanted[this.#sport[i]!]) continue;
      if (labelled && !labelled(i)) continue;
      const day = this.#day[i]!;
      const metres = this.#metres[i]!;
      const inTime = !dated || (day !== 0 && day >= from && day <= to);
      const inReach = metres >= minM && metres <= maxM;
      const started = hour?.[i] ?? -1;
      if (inTime && inReach && started >= 0) hours[started]!++;
      if (s.hours && !withinHours(s.hours, started)) continue;
      if (inReach && dayBars && dayBars.of[i] !== NO_BAR) days[dayBars.of[i]!]!++;
      if (inTime && distanceBars) distances[distanceBars.of[i]!]!++;
      if (!inTime || !inReach) continue;
      totals.count++;
      totals.distanceM += metres;
      totals.movingS += movingS[i] ?? 0;
      totals.ascentM += ascentM[i] ?? 0;
    }
    return { totals, days, distances, hours };
  }
}
