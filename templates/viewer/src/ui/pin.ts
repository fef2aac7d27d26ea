// The ring at the place whose activities are listed.

import type { Map as MapLibreMap } from "maplibre-gl";
import { h } from "./dom.ts";
import { moveTo } from "./onmap.ts";

export class Pin {
  readonly #map: MapLibreMap;
  readonly #element = h("div", { class: "pin", "aria-hidden": "true", hidden: true });
  #place: { lon: number; lat: number } | undefined;

  constructor(map: MapLibreMap, container: HTMLElement) {
    this.#map = map;
    container.append(this.#element);
    map.on("move", () => this.#follow());
    map.on("resize", () => this.#follow());
  }

  show(lon: number, lat: number): void {
    this.#place = { lon, lat };
    this.#element.hidden = false;
    this.#follow();
  }

  hide(): void {
    this.#place = undefined;
    this.#element.hidden = true;
  }

  #follow(): void {
    if (this.#place) moveTo(this.#map, this.#element, this.#place.lon, this.#place.lat);
  }
}
