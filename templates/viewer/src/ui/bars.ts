// The histogram over a slider: a bar for every part of the axis, dim for everything, lit for what is selected.

import type { Bars } from "../histogram.ts";
import { h, s } from "./dom.ts";

/** Height of the drawing in its own units; CSS stretches it to what there is room for. */
const HEIGHT = 100;
/** Height of the lowest bar: even a single activity shows. */
const LOWEST = 5;

export class BarChart {
  readonly element: HTMLElement;
  readonly #bars: Bars;
  readonly #lit: SVGElement;
  readonly #window: HTMLElement;

  constructor(bars: Bars) {
    this.#bars = bars;
    this.#lit = s("path", {});
    this.#window = h("div", { class: "lit" }, this.#draw(this.#lit));
    this.element = h("div", { class: "bars", "aria-hidden": "true" }, this.#draw(s("path", { d: this.#path(bars.all) })), this.#window);
  }

  /** Lights bars up between two places of the axis, 0..1. */
  show(counts: Uint32Array, lo: number, hi: number): void {
    this.#lit.setAttribute("d", this.#path(counts));
    this.#window.style.clipPath = `inset(0 ${(1 - hi) * 100}% 0 ${lo * 100}%)`;
  }

  #draw(path: SVGElement): SVGElement {
    // The axis' end may cut the last bar.
    return s("svg", { viewBox: `0 0 ${1 / this.#bars.width} ${HEIGHT}`, preserveAspectRatio: "none" }, path);
  }

  #path(counts: Uint32Array): string {
    let d = "";
    counts.forEach((n, i) => {
      if (n === 0) return;
      const high = LOWEST + (n / this.#bars.most) * (HEIGHT - LOWEST);
      d += `M${i + 0.1} ${HEIGHT}v${-high.toFixed(1)}h.8V${HEIGHT}z`;
    });
    return d;
  }
}
