// The planes that thin lines are drawn on: in the pixels of the picture's own zoom, or, for a deep one, in those of the zoom
// whose sums it takes (docs/layers.md, "Thin lines"), with room around for what glows in. Pure.

import { finerBy, type Plan } from "../plan.ts";
import { Blur } from "./blur.ts";
import { spread } from "./line.ts";

/** Where a picture lies: its north-western pixel at a zoom. */
export interface Corner {
  zoom: number;
  x: number;
  y: number;
}

export class ThinPlanes {
  readonly #width: number;
  readonly #height: number;
  readonly #sums: Float32Array;
  readonly #divisors: Float32Array;
  readonly #softSums: Float32Array;
  readonly #softDivisors: Float32Array;
  readonly #blur: Blur;
  readonly #room: number;
  readonly #scale: number;
  #x = 0;
  #y = 0;
  #sum = 0;
  #divisor = 0;
  readonly #deposit = (at: number, share: number): void => {
    this.#sums[at]! += share * this.#sum;
    this.#divisors[at]! += share * this.#divisor;
  };

  /** For pictures of a size in pixels whose pixels are so many zooms finer, with room pixels of its own around where there is a difference. */
  constructor(width: number, height: number, finer: number, room: number) {
    this.#room = finer > 0 ? room : 0;
    this.#scale = 2 ** -finer;
    const size = (n: number): number => (finer > 0 ? Math.ceil(n * this.#scale) + 2 + 2 * room : n);
    this.#width = size(width);
    this.#height = size(height);
    const plane = (): Float32Array => new Float32Array(this.#width * this.#height);
    [this.#sums, this.#divisors, this.#softSums, this.#softDivisors] = [plane(), plane(), plane(), plane()];
    this.#blur = new Blur(this.#width, this.#height);
  }

  /** What distinguishes planes for a plan and a zoom from others. */
  static key(plan: Plan, zoom: number): string {
    return `${finerBy(zoom)}/${roomOf(plan)}`;
  }

  static for(width: number, height: number, plan: Plan, zoom: number): ThinPlanes {
    return new ThinPlanes(width, height, finerBy(zoom), roomOf(plan));
  }

  /** Clears everything for a picture that lies there. */
  begin(corner: Corner): void {
    this.#sums.fill(0);
    this.#divisors.fill(0);
    // The place of the picture's corner on the planes, in their pixels.
    const place = (at: number): number => (this.#scale === 1 ? 0 : at * this.#scale - Math.floor(at * this.#scale) + this.#room);
    this.#x = place(corner.x);
    this.#y = place(corner.y);
  }

  /** Draws a line, in pixels of the picture, that carries a numerator and a denominator. */
  carry(x0: number, y0: number, x1: number, y1: number, sum: number, divisor: number): void {
    this.#sum = sum;
    this.#divisor = divisor;
    const s = this.#scale;
    spread(x0 * s + this.#x, y0 * s + this.#y, x1 * s + this.#x, y1 * s + this.#y, this.#width, this.#height, this.#deposit);
  }

  /** Softens numerators and, where asked for, denominators, but for a margin of the picture; coarser planes have room of their own, and all is softened. */
  *soften(half: Float32Array, divisors: boolean, margin: number): Generator<void, void> {
    const left = this.#scale === 1 ? margin : 0;
    this.#blur.run(this.#sums, half, this.#softSums, left);
    yield;
    if (divisors) this.#blur.run(this.#divisors, half, this.#softDivisors, left);
    yield;
  }

  /** Puts the softened numerator and denominator of a pixel of the picture, i-th of its width, at out[0] and out[1]. */
  at(x: number, y: number, out: Float32Array): void {
    if (this.#scale === 1) {
      const i = y * this.#width + x;
      out[0] = this.#softSums[i]!;
      out[1] = this.#softDivisors[i]!;
      return;
    }
    // Linear between the middles of the coarser pixels.
    const u = (x + 0.5) * this.#scale + this.#x - 0.5;
    const v = (y + 0.5) * this.#scale + this.#y - 0.5;
    const left = Math.floor(u);
    const top = Math.floor(v);
    const f = u - left;
    const g = v - top;
    const i = top * this.#width + left;
    out[0] = between(this.#softSums, i, this.#width, f, g);
    out[1] = between(this.#softDivisors, i, this.#width, f, g);
  }
}

/** Pixels around a coarser picture that what is read of it hangs on. */
export const roomOf = (plan: Plan): number => plan.thin!.coarse.blur.length + 1;

function between(p: Float32Array, i: number, width: number, f: number, g: number): number {
  const a = p[i]! + f * (p[i + 1]! - p[i]!);
  const b = p[i + width]! + f * (p[i + width + 1]! - p[i + width]!);
  return a + g * (b - a);
}
