// The round pen: which pixels a stroke covers, each activity's only once. Pure.

import type { Area } from "../area.ts";

/** Pixels covered by the activity at hand; nothing is cleared between two activities. */
export class Pen {
  readonly #marks: Uint32Array;
  #activity = 0;

  constructor(
    readonly area: Area,
    /** Pixels. */
    readonly radius: number,
  ) {
    this.#marks = new Uint32Array(area.width * area.height);
  }

  /** Begins the next activity. */
  next(): void {
    this.#activity++;
  }

  /**
   * Calls press with the index of every pixel whose centre lies within the radius of the line from (x0, y0) to (x1, y1),
   * in pixels of the area, and which the activity has not covered yet.
   */
  stroke(x0: number, y0: number, x1: number, y1: number, press: (at: number) => void): void {
    const { width, height } = this.area;
    const r = this.radius;
    if (y0 > y1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    if (y1 + r < 0 || y0 - r > height || Math.max(x0, x1) + r < 0 || Math.min(x0, x1) - r > width) return;
    // A strip between two edges parallel to the line, and a disc at either end; (ux, uy) is along the line, uy >= 0.
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = Math.hypot(dx, dy);
    const [ux, uy] = length > 1e-9 ? [dx / length, dy / length] : [1, 0];
    const [offX, offY] = [uy * r, -ux * r];
    const chord = (d: number): number => Math.sqrt(Math.max(0, r * r - d * d));
    const first = Math.max(0, Math.ceil(y0 - r - 0.5));
    const last = Math.min(height - 1, Math.floor(y1 + r - 0.5));
    for (let row = first; row <= last; row++) {
      const y = row + 0.5;
      let hi: number;
      let lo: number;
      if (y < y0 + offY) hi = x0 + chord(y - y0);
      else if (y > y1 + offY) hi = x1 + chord(y - y1);
      else if (uy > 1e-12) hi = x0 + offX + ((y - y0 - offY) * ux) / uy;
      else hi = Math.max(x0, x1) + chord(y - y0);
      if (y < y0 - offY) lo = x0 - chord(y - y0);
      else if (y > y1 - offY) lo = x1 - chord(y - y1);
      else if (uy > 1e-12) lo = x0 - offX + ((y - y0 + offY) * ux) / uy;
      else lo = Math.min(x0, x1) - chord(y - y0);
      const b = Math.floor(Math.min(hi - 0.5, width - 1));
      for (let x = Math.ceil(Math.max(lo - 0.5, 0)); x <= b; x++) {
        const at = row * width + x;
        if (this.#marks[at] === this.#activity) continue;
        this.#marks[at] = this.#activity;
        press(at);
      }
    }
  }
}
