// The slim bar that says what the colours mean at the zoom in view.

import { type Field, type Layer, rangeAt } from "../archive/metadata.ts";
import { keep, quantityOf, type Quantity, ticks } from "../heat/legend.ts";
import { mapping } from "../heat/palette.ts";
import type { Formatter } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";
import { rampGradient } from "./ramp.ts";

export class LegendBar {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #rides: boolean;
  readonly #titleOf: (layer: Layer) => string;
  readonly #name = h("span", { class: "name" });
  readonly #unit = h("span", { class: "unit" });
  readonly #ramp = h("span", {});
  readonly #ticks = h("div", { class: "ticks" });
  readonly #pen = document.createElement("canvas").getContext("2d");
  #shown = "";

  /** rides says whether speeds are shown as km/h rather than as a runner's pace. */
  constructor(strings: Strings, format: Formatter, rides: boolean, titleOf: (layer: Layer) => string) {
    this.#strings = strings;
    this.#format = format;
    this.#rides = rides;
    this.#titleOf = titleOf;
    this.element = h(
      "section",
      { class: "card legend", "aria-label": strings.legend },
      h("div", { class: "title" }, this.#name, this.#unit),
      h("div", { class: "ramp" }, this.#ramp),
      this.#ticks,
    );
  }

  /** Shows a layer's range at a zoom; field undefined leaves the bar without marks. */
  show(layer: Layer, field: Field | undefined, zoom: number): void {
    const range = field && rangeAt(field, zoom);
    const width = this.#ticks.clientWidth;
    const key = `${layer.id}/${range?.zoom}/${width}`;
    if (key === this.#shown) return;
    this.#shown = key;

    this.#name.textContent = this.#titleOf(layer);
    this.#ramp.style.backgroundImage = rampGradient(layer.ramp);
    this.#ticks.replaceChildren();
    if (!field || !range) {
      this.#unit.textContent = "";
      return;
    }
    const m = mapping(layer, field, range);
    const quantity = quantityOf(field, layer.scale, this.#rides);
    this.#unit.textContent = this.#unitOf(quantity);
    const all = ticks(quantity, m, this.#format, this.#strings.units);
    for (const t of keep(all, width, (label) => this.#measure(label))) {
      this.#ticks.append(
        h("i", { style: { left: `${t.t * 100}%` } }),
        h("span", { style: { left: `${t.x}px` } }, t.label),
      );
    }
  }

  /** Text that names the marks, for tests and screen readers. */
  get labels(): string[] {
    return [...this.#ticks.querySelectorAll("span")].map((e) => e.textContent ?? "");
  }

  #unitOf(quantity: Quantity): string {
    const units = this.#strings.units;
    switch (quantity) {
      case "visits":
        return units.visits;
      case "time":
        return units.time;
      case "pace":
        return units.pace;
      case "speed":
        return units.speed;
      case "bpm":
        return units.bpm;
      case "percent":
      case "grade":
        return units.percent;
      case "climb":
        return units.climb;
      case "day":
        return units.day;
      case "number":
        return "";
    }
  }

  #measure(label: string): number {
    if (!this.#pen) return label.length * 7;
    this.#pen.font = `11px ${getComputedStyle(this.element).fontFamily}`;
    return this.#pen.measureText(label).width;
  }
}
