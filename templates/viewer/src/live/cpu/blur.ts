// The Gaussian, along rows and then along columns; beyond the plane's edges there is nothing. Pure.

/** Softens planes of one size, on memory of its own. */
export class Blur {
  readonly #width: number;
  readonly #height: number;
  /** Softened along rows, with empty rows for a kernel to reach into above and below. */
  #rows = new Float32Array(0);
  /** A row, with empty pixels at both ends. */
  #line = new Float32Array(0);
  #room = -1;
  /** The part of each row that is not empty after softening, lo to hi. */
  readonly #lo: Int32Array;
  readonly #hi: Int32Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#lo = new Int32Array(height);
    this.#hi = new Int32Array(height);
  }

  /**
   * Softens a plane with a half kernel (live/kernel.ts) into another one, whatever that held; the plane given stays as it was. With a margin only
   * what lies so many pixels from the edges and more need be right.
   */
  run(plane: Float32Array, half: Float32Array, out: Float32Array, margin = 0): void {
    const radius = half.length - 1;
    if (this.#room < radius) {
      this.#room = radius;
      this.#rows = new Float32Array(this.#width * (this.#height + 2 * radius));
      this.#line = new Float32Array(this.#width + 2 * radius);
    }
    this.#alongRows(plane, half);
    this.#alongColumns(half, out, margin);
    for (let y = 0; y < this.#height; y++) if (this.#hi[y]! >= 0) this.#rows.fill(0, (y + this.#room) * this.#width + this.#lo[y]!, (y + this.#room) * this.#width + this.#hi[y]! + 1);
  }

  #alongRows(plane: Float32Array, half: Float32Array): void {
    const [width, height, rows, line, room] = [this.#width, this.#height, this.#rows, this.#line, this.#room];
    const radius = half.length - 1;
    const middle = half[0]!;
    for (let y = 0; y < height; y++) {
      const from = y * width;
      let first = 0;
      while (first < width && plane[from + first] === 0) first++;
      this.#hi[y] = -1;
      if (first === width) continue;
      let last = width - 1;
      while (plane[from + last] === 0) last--;
      const lo = Math.max(0, first - radius);
      const hi = Math.min(width - 1, last + radius);
      line.set(plane.subarray(from + first, from + last + 1), room + first);
      const to = (y + room) * width;
      for (let x = lo; x <= hi; x++) {
        const at = x + room;
        let sum = middle * line[at]!;
        for (let k = 1; k <= radius; k++) sum += half[k]! * (line[at - k]! + line[at + k]!);
        rows[to + x] = sum;
      }
      line.fill(0, room + first, room + last + 1);
      this.#lo[y] = lo;
      this.#hi[y] = hi;
    }
  }

  #alongColumns(half: Float32Array, out: Float32Array, margin: number): void {
    const [width, height, rows, room] = [this.#width, this.#height, this.#rows, this.#room];
    const radius = half.length - 1;
    const middle = half[0]!;
    for (let y = margin; y < height - margin; y++) {
      let lo = width;
      let hi = -1;
      for (let j = Math.max(0, y - radius); j <= Math.min(height - 1, y + radius); j++) {
        if (this.#hi[j]! < 0) continue;
        if (this.#lo[j]! < lo) lo = this.#lo[j]!;
        if (this.#hi[j]! > hi) hi = this.#hi[j]!;
      }
      const to = y * width;
      if (hi < 0) {
        out.fill(0, to, to + width);
        continue;
      }
      lo = Math.max(lo, margin);
      hi = Math.min(hi, width - 1 - margin);
      out.fill(0, to, to + Math.min(lo, width));
      out.fill(0, to + hi + 1, to + width);
      for (let x = lo, at = (y + room) * width + lo; x <= hi; x++, at++) {
        let sum = middle * rows[at]!;
        for (let k = 1, off = width; k <= radius; k++, off += width) sum += half[k]! * (rows[at - off]! + rows[at + off]!);
        out[to + x] = sum;
      }
    }
  }
}
