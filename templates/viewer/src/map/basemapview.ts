// Puts the chosen basemap under the heat, and coastlines in its place when it
// does not answer.

import type { Map as MapLibreMap } from "maplibre-gl";
import { type Basemap, PLAIN } from "./basemaps.ts";
import { ANCHOR, COAST, TOP } from "./style.ts";

const ID = "basemap";
/** Place names alone; should they not come, the map goes without. */
const NAMES_ID = "basemap-names";

/** A basemap that has sent nothing after this time is taken for dead. */
const PATIENCE_MS = 6000;
/** So many failed tiles, and not one good one, say the same sooner. */
const FAILURES = 4;

export class BasemapView {
  readonly #map: MapLibreMap;
  readonly #reducedMotion: boolean;
  /** Called when a basemap has been given up, and with false once one is chosen again. */
  readonly #onFallback: (gone: boolean) => void;
  #current: Basemap | undefined;
  #failures = 0;
  #answered = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether coastlines stand in for the chosen basemap. */
  fallback = false;

  constructor(map: MapLibreMap, reducedMotion: boolean, onFallback: (gone: boolean) => void) {
    this.#map = map;
    this.#reducedMotion = reducedMotion;
    this.#onFallback = onFallback;
    map.on("error", (e) => {
      if ((e as { sourceId?: string }).sourceId !== ID || this.#answered) return;
      if (++this.#failures >= FAILURES) this.#giveUp();
    });
    map.on("sourcedata", (e) => {
      if (e.sourceId !== ID || this.#answered || e.tile?.state !== "loaded") return;
      this.#answered = true;
      clearTimeout(this.#timer);
    });
  }

  /** Shows a basemap; choosing the one that was given up tries it again. */
  select(basemap: Basemap): void {
    this.#remove();
    this.#current = basemap;
    this.#failures = 0;
    this.#answered = false;
    this.fallback = false;
    this.#onFallback(false);
    const plain = basemap.id === PLAIN;
    this.#showCoast(plain);
    if (plain) return;
    const ratio = this.#map.getPixelRatio() > 1 ? "@2x" : "";
    this.#map.addSource(ID, {
      type: "raster",
      tiles: basemap.pmtiles
        ? [`basemap://${basemap.id}/{z}/{x}/{y}`]
        : basemap.tiles.flatMap(subdomains).map((url) => url.replaceAll("{r}", ratio)),
      tileSize: 256,
      maxzoom: basemap.maxZoom,
    });
    this.#map.addLayer(
      {
        id: ID,
        type: "raster",
        source: ID,
        paint: {
          "raster-fade-duration": this.#reducedMotion ? 0 : 150,
          ...(basemap.bright ? { "raster-saturation": -0.5, "raster-brightness-max": 0.78, "raster-contrast": -0.08 } : {}),
        },
      },
      ANCHOR,
    );
    if (basemap.names.length > 0) {
      this.#map.addSource(NAMES_ID, {
        type: "raster",
        tiles: basemap.names.flatMap(subdomains).map((url) => url.replaceAll("{r}", ratio)),
        tileSize: 256,
        maxzoom: basemap.maxZoom,
      });
      this.#map.addLayer({ id: NAMES_ID, type: "raster", source: NAMES_ID, paint: { "raster-fade-duration": this.#reducedMotion ? 0 : 150 } }, TOP);
    }
    this.#timer = setTimeout(() => this.#giveUp(), PATIENCE_MS);
  }

  retry(): void {
    if (this.#current) this.select(this.#current);
  }

  #giveUp(): void {
    this.#remove();
    this.#showCoast(true);
    this.fallback = true;
    this.#onFallback(true);
  }

  #remove(): void {
    clearTimeout(this.#timer);
    for (const id of [ID, NAMES_ID]) {
      if (this.#map.getLayer(id)) this.#map.removeLayer(id);
      if (this.#map.getSource(id)) this.#map.removeSource(id);
    }
  }

  #showCoast(visible: boolean): void {
    this.#map.setLayoutProperty(COAST, "visibility", visible ? "visible" : "none");
  }
}

/** {s} of custom tile URLs stands for a, b and c. */
function subdomains(url: string): string[] {
  return url.includes("{s}") ? ["a", "b", "c"].map((s) => url.replaceAll("{s}", s)) : [url];
}
