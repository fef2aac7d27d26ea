// Privacy zones over the map: shown as circles, and drawn by pressing on the middle and dragging to the rim.

import { h, s } from "../../templates/viewer/src/ui/dom.ts";
import type { OverMap } from "./mapframe.ts";
import { MAX_RADIUS_M, MIN_RADIUS_M, type Zone } from "./settings.ts";

/** Metres of a degree of latitude. */
const DEGREE_M = 111_195;
/** The radius of a zone that was pressed and not dragged, in metres. */
export const USUAL_RADIUS_M = 300;
/** Less than so many pixels is a press. */
const PRESS_PX = 6;

/** Metres between two places that are near each other. */
export function metres(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  return DEGREE_M * Math.hypot(a.lat - b.lat, (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180));
}

export class ZoneLayer {
  readonly element = h("div", { class: "zonelayer", hidden: true });
  readonly #circles = s("svg", { "aria-hidden": "true" });
  #map: OverMap | undefined;
  #zones: readonly Zone[] = [];
  #begun: Zone | undefined;
  #onDrawn: ((zone: Zone | undefined) => void) | undefined;

  constructor() {
    this.element.append(this.#circles);
    this.element.addEventListener("pointerdown", (e) => this.#press(e));
    this.element.addEventListener("pointermove", (e) => this.#drag(e));
    this.element.addEventListener("pointerup", (e) => this.#release(e));
    this.element.addEventListener("pointercancel", () => this.stop());
    addEventListener("keydown", (e) => e.key === "Escape" && this.stop());
  }

  /** Lies over another map, or none. */
  over(map: OverMap | undefined): void {
    this.#map = map;
    this.element.hidden = !map;
    map?.on("move", () => map === this.#map && this.#paint());
    map?.on("resize", () => map === this.#map && this.#paint());
    this.#paint();
  }

  show(zones: readonly Zone[]): void {
    this.#zones = zones;
    this.#paint();
  }

  get drawing(): boolean {
    return this.#onDrawn !== undefined;
  }

  /** Lets the user draw one zone, and tells of it; of none when it was given up. */
  draw(onDrawn: (zone: Zone | undefined) => void): void {
    this.stop();
    this.#onDrawn = onDrawn;
    this.element.classList.add("drawing");
  }

  /** Gives up drawing. */
  stop(): void {
    this.#end(undefined);
  }

  #end(zone: Zone | undefined): void {
    const done = this.#onDrawn;
    this.#onDrawn = this.#begun = undefined;
    this.element.classList.remove("drawing");
    this.#paint();
    done?.(zone);
  }

  #at(e: PointerEvent): { lat: number; lon: number } {
    const box = this.element.getBoundingClientRect();
    const { lng, lat } = this.#map!.unproject([e.clientX - box.left, e.clientY - box.top]);
    return { lat: Number(lat.toFixed(6)), lon: Number((((lng + 540) % 360) - 180).toFixed(6)) };
  }

  #press(e: PointerEvent): void {
    if (!this.#onDrawn || !this.#map) return;
    this.element.setPointerCapture(e.pointerId);
    this.#begun = { ...this.#at(e), radiusM: USUAL_RADIUS_M };
    this.#paint();
  }

  #drag(e: PointerEvent): void {
    if (!this.#begun) return;
    const radius = metres(this.#begun, this.#at(e));
    if (this.#pixels({ ...this.#begun, radiusM: radius }).r < PRESS_PX) return;
    this.#begun.radiusM = Math.min(MAX_RADIUS_M, Math.max(MIN_RADIUS_M, Math.round(radius / 10) * 10));
    this.#paint();
  }

  #release(e: PointerEvent): void {
    if (!this.#begun) return;
    this.#drag(e);
    this.#end(this.#begun);
  }

  #pixels(zone: Zone): { x: number; y: number; r: number } {
    const { x, y } = this.#map!.project([zone.lon, zone.lat]);
    const rim = this.#map!.project([zone.lon, zone.lat + zone.radiusM / DEGREE_M]);
    return { x, y, r: Math.hypot(rim.x - x, rim.y - y) };
  }

  #paint(): void {
    const zones = this.#map ? [...this.#zones, ...(this.#begun ? [this.#begun] : [])] : [];
    this.#circles.replaceChildren(
      ...zones.flatMap((zone, i) => {
        const { x, y, r } = this.#pixels(zone);
        const label = s("text", { x, y, "text-anchor": "middle", "dominant-baseline": "central" });
        label.textContent = String(i + 1);
        return [s("circle", { cx: x, cy: y, r: Math.max(r, 8) }), label];
      }),
    );
  }
}
