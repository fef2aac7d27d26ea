// The small tag beside a mouse over the heat: the value there, in its unit.

import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import { h } from "./dom.ts";

/** Pixels between the pointer and the tag, and between the tag and the map's edge. */
const AWAY = 14;

/** The value at a place in degrees, in words; empty where nothing is. */
export type HoverText = (lngLat: { lng: number; lat: number }) => Promise<string>;

export class HoverValue {
  readonly element = h("div", { class: "hovervalue number", "aria-hidden": "true", hidden: true });
  readonly #map: MapLibreMap;
  readonly #text: HoverText;
  /** Counts what was asked, so that a late answer is not taken for a later question's. */
  #asked = 0;
  #width = 0;
  /** A tap makes the events of a mouse, too; which one it was is known from the pointer's own before them. */
  #mouse = false;

  /** element goes into the box that the map fills. */
  constructor(map: MapLibreMap, text: HoverText) {
    this.#map = map;
    this.#text = text;
    for (const type of ["pointerdown", "pointermove"] as const) map.getCanvasContainer().addEventListener(type, this.#noticed);
    map.on("mousemove", this.#moved);
    map.on("mouseout", this.hide);
    map.on("movestart", this.hide);
  }

  destroy(): void {
    for (const type of ["pointerdown", "pointermove"] as const) this.#map.getCanvasContainer().removeEventListener(type, this.#noticed);
    this.#map.off("mousemove", this.#moved);
    this.#map.off("mouseout", this.hide);
    this.#map.off("movestart", this.hide);
    this.element.remove();
  }

  readonly hide = (): void => {
    this.#asked++;
    this.element.hidden = true;
  };

  readonly #noticed = (e: PointerEvent): void => {
    this.#mouse = e.pointerType === "mouse";
  };

  readonly #moved = (e: MapMouseEvent): void => {
    if (!this.#mouse || this.#map.isMoving()) return this.hide();
    if (!this.element.hidden) this.#place(e.point);
    void this.#ask(e);
  };

  async #ask(e: MapMouseEvent): Promise<void> {
    const mine = ++this.#asked;
    let text = "";
    try {
      text = await this.#text(e.lngLat);
    } catch {
      // A tile that cannot be read has said so on the map.
    }
    if (mine !== this.#asked) return;
    if (text === "") {
      this.element.hidden = true;
      return;
    }
    if (this.element.textContent !== text || this.element.hidden) {
      this.element.textContent = text;
      this.element.hidden = false;
      this.#width = this.element.offsetWidth;
    }
    this.#place(e.point);
  }

  /** At the pointer's right, or its left where there is no room. */
  #place({ x, y }: { x: number; y: number }): void {
    const room = this.#map.getContainer().clientWidth - AWAY;
    const left = x + AWAY + this.#width > room ? x - AWAY - this.#width : x + AWAY;
    const top = Math.max(4, y - AWAY - 20);
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
