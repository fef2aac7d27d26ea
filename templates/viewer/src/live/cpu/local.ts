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
  let most = new Float32Array(columns * rows);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / width / BLOCK) * columns + Math.floor((i % width) / BLOCK);
    if (values[i]! > most[block]!) most[block] = values[i]!;
  }
  const at = (plane: Float32Array, x: number, y: number): number => (x < 0 || y < 0 || x >= columns || y >= rows ? 0 : plane[y * columns + x]!);
  const grown = most.slice();
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let k = 0; k < 9; k++) grown[y * columns + x] = Math.max(grown[y * columns + x]!, at(most, x + (k % 3) - 1, y + Math.floor(k / 3) - 1));
    }
  }
  most = grown;
  return (x, y) => {
    const [u, v] = [(x + 0.5) / BLOCK, (y + 0.5) / BLOCK];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [wx, wy] = [spline(u - i), spline(v - j)];
    let sum = 0;
    for (let k = 0; k < 9; k++) sum += wx[k % 3]! * wy[Math.floor(k / 3)]! * at(most, i + (k % 3) - 1, j + Math.floor(k / 3) - 1);
    return sum;
  };
}

/** Weights of the block before, this one and the next at place f (0..1) in this one. */
function spline(f: number): [number, number, number] {
  const [a, c] = [((1 - f) * (1 - f)) / 2, (f * f) / 2];
  return [a, 1 - a - c, c];
}
