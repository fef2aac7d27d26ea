// The greatest value around a place, as a smooth surface: the ground of the local scale. Pure.

import { BLOCK } from "../area.ts";

/**
 * Of values (a plane of the given width, both sides whole blocks) the greatest around each pixel. Each block takes the
 * greatest of itself and its eight neighbours, and a quadratic B-spline over the blocks runs between them: it weighs only
 * the blocks next to a pixel's own, so it never falls below the pixel's own value.
 */
export function localMost(values: Float32Array, width: number): (x: number, y: number) => number {
  const columns = width / BLOCK;
  const rows = values.length / width / BLOCK;
  const own = new Float32Array(columns * rows);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / width / BLOCK) * columns + Math.floor((i % width) / BLOCK);
    if (values[i]! > own[block]!) own[block] = values[i]!;
  }
  /** The k-th of the nine blocks around (x, y); beyond the edge lies what lies on it. */
  const around = (plane: Float32Array, x: number, y: number, k: number): number => {
    const column = Math.min(columns - 1, Math.max(0, x + (k % 3) - 1));
    const row = Math.min(rows - 1, Math.max(0, y + Math.floor(k / 3) - 1));
    return plane[row * columns + column]!;
  };
  const most = new Float32Array(columns * rows);
  for (let i = 0; i < most.length; i++) {
    for (let k = 0; k < 9; k++) most[i] = Math.max(most[i]!, around(own, i % columns, Math.floor(i / columns), k));
  }
  return (x, y) => {
    const [u, v] = [(x + 0.5) / BLOCK, (y + 0.5) / BLOCK];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [wx, wy] = [spline(u - i), spline(v - j)];
    let sum = 0;
    for (let k = 0; k < 9; k++) sum += wx[k % 3]! * wy[Math.floor(k / 3)]! * around(most, i, j, k);
    return sum;
  };
}

/** Weights of the block before, this one and the next at place f (0..1) in this one. */
function spline(f: number): [number, number, number] {
  const [a, c] = [((1 - f) * (1 - f)) / 2, (f * f) / 2];
  return [a, 1 - a - c, c];
}
