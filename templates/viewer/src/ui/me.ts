// A dot where the reader is, with a ring as wide as the place is sure. It asks only when told to.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** A place as the browser tells it, and how far off in metres it may be. */
interface Place {
  lon: number;
  lat: number;
  accuracyM: number;
}

/** Longitude of a place on the copy of the world nearest to the middle of the view, in degrees. */
export const nearestCopy = (lon: number, middle: number): number => lon + 360 * Math.round((middle - lon) / 360);

/** Diameter in CSS pixels of a ring of so many metres around a latitude, at MapLibre's zoom. */
export function ringPixels(accuracyM: number, lat: number, zoom: number): number {
  const metresPerPixel = (2 * Math.PI * 6_378_137 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
  return (2 * accuracyM) / metresPerPixel;
}

/** Whether this page may ask at all: browsers tell it to secure pages only. */
export const canLocate = (): boolean => window.isSecureContext && "geolocation" in navigator;

export class Me {
  readonly #map: MapLibreMap;
  readonly #strings: Strings;
  readonly #tell: (text: string) => void;
  readonly #ring = h("div", { class: "ring" });
  readonly #element: HTMLElement;
  #place: Place | undefined;
  #gone = false;

  /** tell shows a line of text to the reader. */
  constructor(map: MapLibreMap, strings: Strings, tell: (text: string) => void) {
    this.#map = map;
    this.#strings = strings;
    this.#tell = tell;
    this.#element = h("div", { class: "me", role: "img", "aria-label": strings.me.here, hidden: true }, this.#ring, h("div", { class: "dot" }));
    map.getCanvasContainer().append(this.#element);
    map.on("move", () => this.#put());
    map.on("resize", () => this.#put());
    map.once("remove", () => (this.#gone = true));
  }

  /** Asks the browser where the reader is, marks the place and goes there. */
  locate(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (this.#gone) return; // another heatmap was opened meanwhile
        this.#place = { lon: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy };
        this.#put();
        const zoom = Math.min(this.#map.getMaxZoom(), Math.max(13, this.#map.getZoom()));
        this.#map.easeTo({ center: this.#here()!, zoom });
      },
      ({ code }) => {
        if (this.#gone) return;
        const { denied, unavailable, timeout } = this.#strings.me;
        this.#tell(code === 1 ? denied : code === 3 ? timeout : unavailable);
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  }

  #here(): [number, number] | undefined {
    return this.#place && [nearestCopy(this.#place.lon, this.#map.getCenter().lng), this.#place.lat];
  }

  #put(): void {
    const here = this.#here();
    if (!here) return;
    const { x, y } = this.#map.project(here);
    const size = `${ringPixels(this.#place!.accuracyM, here[1], this.#map.getZoom()).toFixed(1)}px`;
    this.#element.hidden = false;
    this.#element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    this.#ring.style.width = size;
    this.#ring.style.height = size;
  }
}
