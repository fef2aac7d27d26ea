// The part of some activities' lines that comes near a place: painting a few pixels need not walk along whole recordings. Pure.

import type { Tracks } from "./tracks.ts";

/**
 * The segments of the activities with a weight whose boxes touch the one given (edges in grid units), as tracks of their own, and the
 * weights of the activities that have any.
 */
export function crop(t: Tracks, weights: Float32Array, west: number, north: number, east: number, south: number): { tracks: Tracks; weights: Float32Array } {
  const from: number[] = []; // vertex of t for each one kept
  const joined: number[] = [];
  const first: number[] = [];
  const kept: number[] = []; // activity of t for each one kept
  const { x, y, bounds } = t;
  for (let a = 0; a < t.count; a++) {
    if (!weights[a] || bounds[4 * a]! > east || bounds[4 * a + 2]! < west || bounds[4 * a + 1]! > south || bounds[4 * a + 3]! < north) continue;
    const begin = from.length;
    let open = false;
    for (let v = t.first[a]!; v < t.first[a + 1]!; v++) {
      const [p, q] = [v, v + 1];
      const touches =
        t.joined[v] === 1 &&
        !((x[p]! > east && x[q]! > east) || (x[p]! < west && x[q]! < west) || (y[p]! > south && y[q]! > south) || (y[p]! < north && y[q]! < north));
      if (!touches && !open) continue;
      from.push(v);
      joined.push(touches ? 1 : 0);
      open = touches;
    }
    if (from.length === begin) continue;
    first.push(begin);
    kept.push(a);
  }
  first.push(from.length);
  const column = (of: Float32Array): Float32Array => Float32Array.from(from, (v) => of[v]!);
  const activity = new Uint32Array(from.length);
  kept.forEach((_, k) => activity.fill(k, first[k]!, first[k + 1]!));
  return {
    tracks: {
      count: kept.length,
      first: Uint32Array.from(first),
      x: Int32Array.from(from, (v) => x[v]!),
      y: Int32Array.from(from, (v) => y[v]!),
      activity,
      joined: Uint8Array.from(joined),
      seconds: column(t.seconds),
      moving: column(t.moving),
      metres: column(t.metres),
      heart: Uint8Array.from(from, (v) => t.heart[v]!),
      rise: column(t.rise),
      steep: column(t.steep),
      hill: column(t.hill),
      altitude: column(t.altitude),
      readings: Object.fromEntries(Object.entries(t.readings).map(([sensor, of]) => [sensor, Uint16Array.from(from, (v) => of[v]!)])),
      bounds: Int32Array.from(kept.flatMap((a) => [...bounds.subarray(4 * a, 4 * a + 4)])),
    },
    weights: Float32Array.from(kept, (a) => weights[a]!),
  };
}
