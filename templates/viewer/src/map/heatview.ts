// Shows one heat layer at a time and fades from one to the next: the new layer
// loads unseen above the old one, and they change places once it is there.

import type { Map as MapLibreMap } from "maplibre-gl";
import { TILE_SIZE } from "./fit.ts";

/** Duration of the change from one layer to the next, in ms. */
const FADE_MS = 150;
/** A layer that is still loading after this time is shown as it is. */
const PATIENCE_MS = 4000;

interface Shown {
  layer: string;
  /** Id of the source and of the map layer. */
  id: string;
}

export class HeatView {
  readonly #map: MapLibreMap;
  readonly #zooms: { minZoom: number; maxZoom: number };
  readonly #fadeMS: number;
  #opacity: number;
  #count = 0;
  #shown: Shown | undefined;
  #coming: (Shown & { cancel: () => void }) | undefined;
  #leaving = 0;

  constructor(map: MapLibreMap, zooms: { minZoom: number; maxZoom: number }, opacity: number, reducedMotion: boolean) {
    this.#map = map;
    this.#zooms = zooms;
    this.#opacity = opacity;
    this.#fadeMS = reducedMotion ? 0 : FADE_MS;
  }

  /** Whether no layer is on its way in or out. */
  get settled(): boolean {
    return !this.#coming && this.#leaving === 0;
  }

  setOpacity(opacity: number): void {
    this.#opacity = opacity;
    if (this.#shown) this.#map.setPaintProperty(this.#shown.id, "raster-opacity", opacity);
  }

  /** Fades to a layer; calling it again before the fade drops the layer that was coming. */
  show(layer: string): void {
    if (this.#coming) {
      this.#coming.cancel();
      this.#remove(this.#coming.id);
      this.#coming = undefined;
    }
    if (this.#shown?.layer === layer) return;
    const id = `heat-${++this.#count}`;
    this.#map.addSource(id, {
      type: "raster",
      tiles: [`heat://${layer}/{z}/{x}/{y}`],
      tileSize: TILE_SIZE,
      minzoom: this.#zooms.minZoom,
      maxzoom: this.#zooms.maxZoom,
    });
    this.#map.addLayer({
      id,
      type: "raster",
      source: id,
      paint: {
        "raster-opacity": 0,
        "raster-opacity-transition": { duration: this.#fadeMS, delay: 0 },
        "raster-fade-duration": this.#fadeMS,
      },
    });
    this.#coming = { layer, id, cancel: this.#whenLoaded(id, () => this.#swap()) };
  }

  /** Loads the shown layer's tiles afresh. */
  refresh(): void {
    const layer = this.#coming?.layer ?? this.#shown?.layer;
    if (layer === undefined) return;
    if (this.#shown) this.#shown.layer = "";
    this.show(layer);
  }

  #swap(): void {
    const old = this.#shown;
    const coming = this.#coming!;
    this.#shown = { layer: coming.layer, id: coming.id };
    this.#coming = undefined;
    this.#map.setPaintProperty(coming.id, "raster-opacity", this.#opacity);
    if (!old) return;
    this.#map.setPaintProperty(old.id, "raster-opacity", 0);
    this.#leaving++;
    setTimeout(() => {
      this.#leaving--;
      this.#remove(old.id);
    }, this.#fadeMS + 50);
  }

  /** Calls then once the source has every tile of the view, or patience runs out; returns a way to call it off. */
  #whenLoaded(id: string, then: () => void): () => void {
    let frames = 0;
    const done = (): void => {
      cancel();
      then();
    };
    // A source asks for its tiles while a frame is made, so the first frame knows nothing yet.
    const look = (): void => {
      if (++frames >= 2 && this.#map.isSourceLoaded(id)) done();
      else if (frames < 2) this.#map.triggerRepaint();
    };
    const timer = setTimeout(done, PATIENCE_MS);
    const cancel = (): void => {
      clearTimeout(timer);
      this.#map.off("render", look);
    };
    this.#map.on("render", look);
    this.#map.triggerRepaint();
    return cancel;
  }

  #remove(id: string): void {
    if (this.#map.getLayer(id)) this.#map.removeLayer(id);
    if (this.#map.getSource(id)) this.#map.removeSource(id);
  }
}
