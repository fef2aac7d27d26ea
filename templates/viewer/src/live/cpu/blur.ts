// The Gaussian, along rows and then along columns; beyond the plane's edges there is nothing. Pure.

/** Softens planes of one size, with a plane of its own between rows and columns. */
export class Blur {
  readonly #width: number;
  readonly #height: number;
  readonly #rows: Float32Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#rows = new Float32Array(width * height);
  }

  /** Softens a plane with a half kernel (live/kernel.ts) into another one, whatever that held; the plane given stays as it was. */
  run(plane: Float32Array, half: Float32Array, out: Float32Array): void {
    const [width, height, rows] = [this.#width, this.#height, this.#rows];
    const radius = half.length - 1;
    out.fill(0);
    // Most pixels are empty, so those that are not are dealt out, and so is the part of each row that they reach.
    for (let y = 0; y < height; y++) {
      const from = y * width;
      let lo = width;
      let hi = -1;
      for (let x = 0; x < width; x++) {
        const v = plane[from + x]!;
        if (v === 0) continue;
        const first = Math.max(0, x - radius);
        const last = Math.min(width - 1, x + radius);
        if (first < lo) lo = first;
        hi = last;
        for (let i = first; i < x; i++) rows[from + i]! += v * half[x - i]!;
        for (let i = x; i <= last; i++) rows[from + i]! += v * half[i - x]!;
      }
      if (hi < 0) continue;
      const bottom = Math.min(height - 1, y + radius);
      for (let j = Math.max(0, y - radius); j <= bottom; j++) {
        const tap = half[j < y ? y - j : j - y]!;
        const to = j * width;
        for (let x = lo; x <= hi; x++) out[to + x]! += tap * rows[from + x]!;
      }
      rows.fill(0, from + lo, from + hi + 1);
    }
  }
}
