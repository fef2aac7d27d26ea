// Which vertices to hand to the GPU: runs of neighbouring activities that are drawn and touch the area. Pure.

import type { Tracks } from "../../tracks/tracks.ts";
import type { Copy } from "../area.ts";
import type { Level } from "../levels.ts";

/** More draw calls than this cost more than the vertices that they spare. */
const MOST_RUNS = 48;

/**
 * Activities from (included) to (excluded), in pairs, ascending. The runs hold every activity of a weight other than 0 whose
 * bounds touch the copy, and others only where a gap is too small to be worth a call.
 */
export function runs({ count, bounds }: Tracks, { first }: Pick<Level, "first">, weights: Float32Array, copy: Copy): number[] {
  const out: number[] = [];
  for (let a = 0; a < count; a++) {
    if (weights[a] === 0 || first[a] === first[a + 1]) continue;
    if (bounds[4 * a]! > copy.east || bounds[4 * a + 2]! < copy.west || bounds[4 * a + 1]! > copy.south || bounds[4 * a + 3]! < copy.north) continue;
    if (out[out.length - 1] === a) out[out.length - 1] = a + 1;
    else out.push(a, a + 1);
  }
  if (out.length <= 2 * MOST_RUNS) return out;
  // The gap before run i, in vertices; the widest ones stay.
  const gap = (i: number): number => first[out[2 * i]!]! - first[out[2 * i - 1]!]!;
  const gaps = Array.from({ length: out.length / 2 - 1 }, (_, i) => i + 1).sort((i, j) => gap(j) - gap(i));
  const kept = gaps.slice(0, MOST_RUNS - 1).sort((i, j) => i - j);
  const merged = [out[0]!];
  for (const i of kept) merged.push(out[2 * i - 1]!, out[2 * i]!);
  merged.push(out[out.length - 1]!);
  return merged;
}
