// Lines as coarser levels of blocks have them, for tests.

import { simplify } from "../../src/live/levels.ts";
import type { Tracks } from "../../src/tracks/tracks.ts";

/** Lines with the vertices left out that lie within tolerance grid units of what stays; what segments carry is added up. */
export function coarse(t: Tracks, tolerance: number): Tracks {
  const { first, kept } = simplify(t, tolerance, Infinity);
  const over = (k: number): number[] => {
    const out: number[] = [];
    for (let i = kept[k]!; i < (kept[k + 1] ?? t.x.length); i++) if (t.joined[i]) out.push(i);
    return out;
  };
  const segments = Array.from(kept, (_, k) => over(k));
  const sum = (column: Float32Array): Float32Array => Float32Array.from(segments, (of) => of.reduce((s, i) => s + column[i]!, 0));
  const seconds = sum(t.seconds);
  const at = <T extends Int32Array | Uint32Array | Uint8Array | Float32Array>(column: T): number[] => Array.from(kept, (i) => column[i]!);
  return {
    count: t.count,
    first,
    x: Int32Array.from(at(t.x)),
    y: Int32Array.from(at(t.y)),
    activity: Uint32Array.from(at(t.activity)),
    joined: Uint8Array.from(at(t.joined)),
    altitude: Float32Array.from(at(t.altitude)),
    bounds: t.bounds,
    seconds,
    moving: sum(t.moving),
    metres: sum(t.metres),
    heart: Uint8Array.from(segments, (of, k) => (of.some((i) => t.heart[i] === 0) ? 0 : Math.round(of.reduce((s, i) => s + t.heart[i]! * t.seconds[i]!, 0) / (seconds[k] || 1)))),
    rise: sum(t.rise),
    steep: sum(t.steep),
    hill: sum(t.hill),
    readings: {},
  };
}
