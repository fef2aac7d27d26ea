// From a value to the nearest level of a field's scale, as the build stores it (layers/raster/levels.go). Pure.

import type { Field } from "../archive/metadata.ts";

const f32 = Math.fround;

/** Steps from one level to the next that a painted mean or sum can stand at: close up, those of the levels alone are borders that nobody drew. */
const STEPS = 8;

/** The values that a painted tile of a field tells apart: those of its scale, and for means and sums some between. Ascending. */
export function paintedValues({ values, kind }: Pick<Field, "values" | "kind">): number[] {
  if ((kind !== "mean" && kind !== "sum") || values.length < 2) return [...values];
  const even = evenlyApart(values);
  const between = (a: number, b: number, f: number): number => (even ? a + f * (b - a) : a * (b / a) ** f);
  return values.flatMap((v, i) => (i === 0 ? [v] : Array.from({ length: STEPS }, (_, k) => (k === STEPS - 1 ? v : between(values[i - 1]!, v, (k + 1) / STEPS)))));
}

/** Whether values are evenly apart, in numbers of 32 bits. */
function evenlyApart(values: ArrayLike<number>): boolean {
  const last = values.length - 1;
  const step = f32(f32(values[last]! - values[0]!) / last);
  return Array.prototype.every.call(values, (value: number, i: number) => last === 0 || Math.abs(f32(value - f32(values[0]! + f32(i * step)))) <= 1e-3 * step);
}

/** Levels of a field's values, numbered from 0. Numbers are of 32 bits, as where the tiles are made. */
export class Levels {
  readonly #values: Float32Array;
  /** Border i lies between values i and i + 1. */
  readonly #borders: Float32Array;
  readonly #step: number;
  readonly #even: boolean;

  constructor({ values, kind }: Pick<Field, "values" | "kind">) {
    const v = (this.#values = Float32Array.from(values));
    const last = v.length - 1;
    this.#step = f32(f32(v[last]! - v[0]!) / last);
    this.#even = evenlyApart(v);
    // Days that are not evenly apart are nearest by difference, everything else that is not by ratio.
    const between = (a: number, b: number): number => (kind === "date" ? a + f32(b - a) / 2 : Math.sqrt(a * b));
    this.#borders = Float32Array.from({ length: last }, (_, i) => between(v[i]!, v[i + 1]!));
  }

  /** The level nearest to a value; numbers beyond the ends take the end. */
  of(value: number): number {
    const values = this.#values;
    const last = values.length - 1;
    if (!(value > values[0]!)) return 0;
    if (value >= values[last]!) return last;
    if (this.#even) return Math.trunc(f32(f32(f32(value - values[0]!) / this.#step) + 0.5));
    const borders = this.#borders;
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (borders[middle]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
