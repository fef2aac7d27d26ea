// Small round tags along a line: 1, 2, 3 km, or miles; as many as there is room for.

import type { Map as MapLibreMap } from "maplibre-gl";
import { ZOOM_OFFSET } from "../map/fit.ts";
import type { Mark } from "../tracks/marks.ts";
import { h } from "./dom.ts";
import { moveTo } from "./onmap.ts";

/** Least distance along the line between two tags, in CSS pixels. */
const APART_PX = 64;

/** Every which mark is shown where one unit of the way is so many pixels long. Pure. */
export function stepOf(pixelsPerUnit: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const k of [1, 2, 5]) if (k * decade * pixelsPerUnit >= APART_PX || decade > 1e6) return k * decade;
  }
}

export class KmMarks {
  readonly #map: MapLibreMap;
  readonly #element = h("div", { class: "kmmarks", "aria-hidden": "true" });
  #marks: readonly Mark[] = [];
  #unitM = 1000;
  #step = 0;
  #tags: { element: HTMLElement; mark: Mark }[] = [];

  constructor(map: MapLibreMap, container: HTMLElement) {
    this.#map = map;
    container.append(this.#element);
    map.on("move", () => this.#follow());
    map.on("resize", () => this.#follow());
  }

  /** Shows marks that lie every unitM metres. */
  show(marks: readonly Mark[], unitM: number): void {
    this.#marks = marks;
    this.#unitM = unitM;
    this.#step = 0;
    this.#follow();
  }

  #follow(): void {
    if (this.#marks.length === 0 && this.#tags.length === 0) return;
    const { lat } = this.#map.getCenter();
    const pixelsPerMetre = (256 * 2 ** (this.#map.getZoom() + ZOOM_OFFSET)) / (40_075_017 * Math.cos((lat * Math.PI) / 180));
    const step = stepOf(pixelsPerMetre * this.#unitM);
    if (step !== this.#step) {
      this.#step = step;
      this.#tags = this.#marks
        .map((mark, i) => ({ mark, n: i + 1 }))
        .filter(({ n }) => n % step === 0)
        .map(({ mark, n }) => ({ mark, element: h("span", { class: "number" }, h("b", {}, String(n))) }));
      this.#element.replaceChildren(...this.#tags.map((t) => t.element));
    }
    for (const { element, mark } of this.#tags) moveTo(this.#map, element, mark.lon, mark.lat);
  }
}
