// Puts the chosen basemap under the heat, and a grid with coastlines in its place when it
// does not answer.

import type { LayerSpecification, Map as MapLibreMap } from "maplibre-gl";
import { type Basemap, PLAIN } from "./basemaps.ts";
import { ANCHOR, COAST, GRID, TOP } from "./style.ts";
import { type SchemaName, vectorLayers } from "./vectorstyle.ts";

const ID = "basemap";
/** Place names alone; should they not come, the map goes without. */
const NAMES_ID = "basemap-names";

/** A basemap that has sent nothing after this time is taken for dead; one of vectors later, as it is put together here first. */
const PATIENCE_MS = 6000;
const VECTOR_PATIENCE_MS = 15_000;
/** So many failed tiles, and not one good one, say the same sooner. */
const FAILURES = 4;

export class BasemapView {
  readonly #map: MapLibreMap;
  readonly #reducedMotion: boolean;
  /** Called when a basemap has been given up, and with false once one is chosen again. */
  readonly #onFallback: (gone: boolean) => void;
  #current: Basemap | undefined;
  #light = false;
  #failures = 0;
  #answered = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The ids of what is on the map of the basemap. */
  #layers: string[] = [];
  /** Whether coastlines stand in for the chosen basemap. */
  fallback = false;

  constructor(map: MapLibreMap, reducedMotion: boolean, onFallback: (gone: boolean) => void) {
    this.#map = map;
    this.#reducedMotion = reducedMotion;
    this.#onFallback = onFallback;
    map.on("error", (e) => {
      const { sourceId, tile } = e as { sourceId?: string; tile?: object };
      if (sourceId !== ID || this.#answered) return;
      // Without what describes them there are no tiles to wait for.
      if (!tile || ++this.#failures >= FAILURES) this.#giveUp();
    });
    map.on("sourcedata", (e) => {
      if (e.sourceId !== ID || this.#answered || e.tile?.state !== "loaded") return;
      this.#answered = true;
      clearTimeout(this.#timer);
    });
  }

  /** Shows a basemap, one of vectors in bright colours where light says so; choosing the one that was given up tries it again. */
  select(basemap: Basemap, light: boolean): void {
    this.#remove();
    this.#current = basemap;
    this.#light = light;
    this.#failures = 0;
    this.#answered = false;
    this.fallback = false;
    this.#onFallback(false);
    const plain = basemap.id === PLAIN;
    this.#showCoast(plain);
    if (plain) return;
    if (basemap.schema) this.#addVectors(basemap.id, basemap.schema);
    else this.#addPictures(basemap);
    this.#timer = setTimeout(() => this.#giveUp(), basemap.schema ? VECTOR_PATIENCE_MS : PATIENCE_MS);
  }

  retry(): void {
    if (this.#current) this.select(this.#current, this.#light);
  }

  #addPictures(basemap: Basemap): void {
    const add = (id: string, tiles: string[], before: string, bright: boolean): void => {
      const ratio = this.#map.getPixelRatio() > 1 ? "@2x" : "";
      this.#map.addSource(id, { type: "raster", tiles: tiles.flatMap(subdomains).map((url) => url.replaceAll("{r}", ratio)), tileSize: 256, maxzoom: basemap.maxZoom });
      const toned = bright ? { "raster-saturation": -0.5, "raster-brightness-max": 0.78, "raster-contrast": -0.08 } : {};
      this.#addLayer({ id, type: "raster", source: id, paint: { "raster-fade-duration": this.#reducedMotion ? 0 : 150, ...toned } }, before);
    };
    add(ID, basemap.pmtiles ? [`basemap://${basemap.id}/{z}/{x}/{y}`] : basemap.tiles, ANCHOR, basemap.bright);
    if (basemap.names.length > 0) add(NAMES_ID, basemap.names, TOP, false);
  }

  #addVectors(id: string, schema: SchemaName): void {
    this.#map.addSource(ID, { type: "vector", url: `basemap://${id}` });
    const { below, above } = vectorLayers(ID, schema, this.#light, document.documentElement.lang);
    for (const layer of below) this.#addLayer(layer, ANCHOR);
    for (const layer of above) this.#addLayer(layer, TOP);
  }

  #addLayer(layer: LayerSpecification, before: string): void {
    this.#map.addLayer(layer, before);
    this.#layers.push(layer.id);
  }

  #giveUp(): void {
    this.#remove();
    this.#showCoast(true);
    this.fallback = true;
    this.#onFallback(true);
  }

  #remove(): void {
    clearTimeout(this.#timer);
    for (const id of this.#layers.splice(0)) this.#map.removeLayer(id);
    for (const id of [ID, NAMES_ID]) if (this.#map.getSource(id)) this.#map.removeSource(id);
  }

  #showCoast(visible: boolean): void {
    for (const id of [COAST, GRID]) if (this.#map.getLayer(id)) this.#map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
  }
}

/** {s} of custom tile URLs stands for a, b and c. */
function subdomains(url: string): string[] {
  return url.includes("{s}") ? ["a", "b", "c"].map((s) => url.replaceAll("{s}", s)) : [url];
}
