// From two places to the way between them that most of the chosen activities went. Pure.

import { GRID_BITS, type Tracks } from "../../tracks/tracks.ts";
import { effortOf, followers, lineOfEffort } from "./follow.ts";
import { lengthOf, type Polyline, reversed, SHORTEST_M, tracksOf } from "./segment.ts";

/** A place on the grid. */
export interface Place {
  x: number;
  y: number;
}

/** A part of an activity's line from one place to the other, in the order that they were told. */
export interface Passing {
  activity: number;
  line: Polyline;
}

/** How many passings are compared with each other; of more, so many spread over them. */
const COMPARED = 48;

/** Where an activity's line passes a place: each run of segments within reach once, where it is nearest. */
function passes(t: Tracks, from: number, end: number, { x, y }: Place, shift: number, reach: number): number[] {
  const found: number[] = [];
  let [nearest, at] = [Infinity, -1];
  for (let v = from; v < end; v++) {
    const [ax, ay] = [t.x[v]! + shift - x, t.y[v]! - y];
    const [dx, dy] = [t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!];
    const f = Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(ax + f * dx, ay + f * dy);
    if (distance <= reach) {
      if (distance < nearest) [nearest, at] = [distance, v + f];
    } else if (at >= 0) {
      found.push(at);
      [nearest, at] = [Infinity, -1];
    }
  }
  if (at >= 0) found.push(at);
  return found;
}

/**
 * The parts of lines that lead from one place to another, or back, without passing either in between; both places and the reach in grid units. Those that went back are turned round. Where
 * the two are one place, rounds from it to it.
 */
export function passings(t: Tracks, chosen: Uint8Array, a: Place, b: Place, reach: number): Passing[] {
  const found: Passing[] = [];
  const round = Math.hypot(a.x - b.x, a.y - b.y) <= reach;
  for (let activity = 0; activity < t.count; activity++) {
    const [left, top, right, bottom] = t.bounds.subarray(4 * activity, 4 * activity + 4) as unknown as [number, number, number, number];
    if (!chosen[activity] || left > right || Math.min(a.y, b.y) < top - reach || Math.max(a.y, b.y) > bottom + reach) continue;
    for (const shift of [0, -(2 ** GRID_BITS), 2 ** GRID_BITS]) {
      if (Math.min(a.x, b.x) < left + shift - reach || Math.max(a.x, b.x) > right + shift + reach) continue;
      for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
        if (!t.joined[v]) continue;
        let end = v;
        while (t.joined[end]) end++;
        const stops = [
          ...passes(t, v, end, a, shift, reach).map((at) => ({ at, first: true })),
          ...(round ? [] : passes(t, v, end, b, shift, reach).map((at) => ({ at, first: false }))),
        ].sort((p, q) => p.at - q.at);
        stops.slice(1).forEach((to, i) => {
          const from = stops[i]!;
          if (!round && from.first === to.first) return;
          const { x, y } = lineOfEffort(t, effortOf(t, activity, from.at, to.at, true));
          const line = { x: Array.from(x, (place) => place + shift), y };
          if (lengthOf(line) >= SHORTEST_M) found.push({ activity, line: from.first ? line : reversed(line) });
        });
        v = end;
      }
    }
  }
  return found;
}

/** Some of many, spread evenly. */
const spread = <T>(all: readonly T[], most: number): readonly T[] => (all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!));

/** The passing that most others follow within a tolerance in grid units, the shortest of several such; undefined where there is none. */
export function mostTravelled(all: readonly Passing[], tolerance: number): Passing | undefined {
  const some = spread(all, COMPARED);
  // A line that ends at a gate does not cross it, so all are a little longer than what they are held against.
  const tracks = tracksOf(some.map(({ line }) => line));
  let [best, most, shortest] = [undefined as Passing | undefined, -1, Infinity];
  const chosen = new Uint8Array(some.length).fill(1);
  for (const one of some) {
    const inner = trimmed(one.line, 2 * tolerance);
    const followedBy = new Set<number>();
    if (inner) followers(tracks, chosen, inner, tolerance, (a) => followedBy.add(a));
    const length = lengthOf(one.line);
    if (followedBy.size < most || (followedBy.size === most && length >= shortest)) continue;
    [best, most, shortest] = [one, followedBy.size, length];
  }
  return best;
}

/** A line without so many grid units at both ends; undefined where that leaves nothing. */
function trimmed({ x, y }: Polyline, off: number): Polyline | undefined {
  const units = Array.from(x, (_, i) => (i === 0 ? 0 : Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!)));
  const total = units.reduce((sum, v) => sum + v, 0);
  if (total <= 3 * off) return undefined;
  const out = { x: [] as number[], y: [] as number[] };
  const put = (i: number, f: number): void => {
    out.x.push(x[i - 1]! + f * (x[i]! - x[i - 1]!));
    out.y.push(y[i - 1]! + f * (y[i]! - y[i - 1]!));
  };
  let at = 0;
  for (let i = 1; i < x.length; at += units[i++]!) {
    const [from, to] = [at, at + units[i]!];
    if (from < off && to > off) put(i, (off - from) / units[i]!);
    if (to > off && to < total - off) put(i, 1);
    if (from < total - off && to >= total - off) put(i, (total - off - from) / units[i]!);
  }
  return out;
}
