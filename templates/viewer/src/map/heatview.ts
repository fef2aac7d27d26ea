// Shows one heat layer at a time and fades from one to the next: the new layer
// loads unseen above the old one, and they change places once it is there.
//
// Tiles are made for a zoom, whole or not (density.ts). While the map moves they grow and shrink with it; once it rests at another zoom, those
// that are made for that one come in their place as another layer does, without a fade.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { HeatArchive } from "../archive/archive.ts";
import { addressOf } from "../heat/tiles.ts";
import { tilesFor, type TileView } from "./density.ts";
import { TILE_SIZE, ZOOM_OFFSET } from "./fit.ts";
import { NAMES } from "./style.ts";

/** Duration of the change from one layer to the next, in ms. */
export const FADE_MS = 150;
/** A layer that is still loading after this time is shown as it is. */
const PATIENCE_MS = 4000;
/** The same for another look of a layer: its tiles are here, so only a slow machine takes long, and to wait beats to flicker. */
const LOOK_PATIENCE_MS = 30_000;

interface Shown {
  layer: string;
  /** As formatLook writes it. */
  look: string;
  /** Id of the source and of the map layer. */
  id: string;
  /** As of TileView. */
  finer: number;
}

/** What the map is told of a tile that it has no use for any more: it makes do with what it has. */
class Outdated extends Error {
  readonly status = 404;
}

export class HeatView {
  readonly #map: MapLibreMap;
  readonly #zooms: { minZoom: number; maxZoom: number };
  readonly #fadeMS: number;
  #opacity: number;
  #hidden = false;
  #count = 0;
  #shown: Shown | undefined;
  #coming: (Shown & { fadeMS: number; cancel: () => void }) | undefined;
  /** The look that is wanted after the one that is coming. */
  #next: string | undefined;
  #leaving = 0;
  /** By how much tiles are finer than the zoom that the map rested at last. */
  #finer: number;

  constructor(map: MapLibreMap, archive: HeatArchive, opacity: number, reducedMotion: boolean) {
    this.#map = map;
    this.#zooms = archive.zooms;
    this.#opacity = opacity;
    this.#fadeMS = reducedMotion ? 0 : FADE_MS;
    this.#finer = this.#resting();
    map.on("moveend", () => this.#settle());
    map.on("resize", () => this.#settle());
  }

  /** The layer that is shown or on its way. */
  get layer(): string | undefined {
    return (this.#coming ?? this.#shown)?.layer;
  }

  /** The tiles in view. */
  get tiles(): TileView {
    const zoom = Math.round(this.#map.getZoom() + ZOOM_OFFSET + this.#finer);
    return { zoom: Math.min(this.#zooms.maxZoom + 1, Math.max(this.#zooms.minZoom, zoom)), finer: this.#finer };
  }

  /** Throws where the map asks for a tile of a source that another one is about to replace. */
  admit({ finer }: Pick<TileView, "finer">): void {
    if (finer !== this.#finer) throw new Outdated("a tile for another zoom");
  }

  #resting(): number {
    return tilesFor(this.#map.getZoom() + ZOOM_OFFSET, this.#map.getPixelRatio()).finer;
  }

  /** Has tiles made for the zoom that the map has come to rest at. */
  #settle(): void {
    const before = this.#finer;
    this.#finer = this.#resting();
    if (this.#finer === before) return;
    const { layer, look, fadeMS } = this.#coming ?? { ...this.#shown, fadeMS: 0 };
    if (layer === undefined) return;
    const next = this.#next ?? look!;
    this.#drop();
    this.#load(layer, next, fadeMS);
  }

  /** Lets something else stand in its place; it goes on to load what it is told to show. */
  setHidden(hidden: boolean): void {
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    if (this.#shown) this.#map.setPaintProperty(this.#shown.id, "raster-opacity", this.#visible);
  }

  /** Whether no layer is on its way in or out. */
  get settled(): boolean {
    return !this.#coming && this.#leaving === 0;
  }

  setOpacity(opacity: number): void {
    if (opacity === this.#opacity) return;
    this.#opacity = opacity;
    if (this.#shown) this.#map.setPaintProperty(this.#shown.id, "raster-opacity", this.#visible);
  }

  get #visible(): number {
    return this.#hidden ? 0 : this.#opacity;
  }

  /** Fades to a layer in a look; calling it again before the fade drops the layer that was coming. */
  show(layer: string, look = ""): void {
    this.#drop();
    if (this.#shown?.layer === layer && this.#shown.look === look && this.#shown.finer === this.#finer) return;
    this.#load(layer, look, this.#fadeMS);
  }

  /**
   * Shows the layer in another look without a fade, all of the view at once. It may be called with every move of a
   * pointer: while one look is loading, the latest of those that follow waits, and the others are left out.
   */
  recolour(look: string): void {
    if (this.#coming) {
      this.#next = look;
    } else if (this.#shown && this.#shown.look !== look) {
      this.#load(this.#shown.layer, look, 0);
    }
  }

  /** Loads the shown layer's tiles afresh. */
  refresh(): void {
    const wanted = this.#coming ?? this.#shown;
    if (!wanted) return;
    const look = this.#next ?? wanted.look;
    this.#drop();
    this.#load(wanted.layer, look, this.#fadeMS);
  }

  #load(layer: string, look: string, fadeMS: number): void {
    const id = `heat-${++this.#count}`;
    const finer = this.#finer;
    this.#map.addSource(id, {
      type: "raster",
      tiles: [addressOf(layer, finer, look)],
      tileSize: TILE_SIZE * 2 ** -finer, // on the screen, at the zoom that they are made for
      minzoom: this.#zooms.minZoom,
      maxzoom: this.#zooms.maxZoom + 1,
    });
    this.#map.addLayer({
      id,
      type: "raster",
      source: id,
      paint: {
        "raster-opacity": 0,
        "raster-opacity-transition": { duration: fadeMS, delay: 0 },
        "raster-fade-duration": fadeMS,
      },
    }, this.#map.getLayer(NAMES) && NAMES);
    const recoloured = this.#shown?.layer === layer && this.#shown.finer === finer;
    const patience = recoloured ? LOOK_PATIENCE_MS : PATIENCE_MS;
    this.#coming = { layer, look, id, finer, fadeMS, cancel: this.#whenLoaded(id, patience, () => this.#swap()) };
  }

  /** Takes back what was coming. */
  #drop(): void {
    this.#next = undefined;
    if (!this.#coming) return;
    this.#coming.cancel();
    this.#remove(this.#coming.id);
    this.#coming = undefined;
  }

  #swap(): void {
    const old = this.#shown;
    const { layer, look, id, finer, fadeMS } = this.#coming!;
    const next = this.#next;
    this.#shown = { layer, look, id, finer };
    this.#coming = undefined;
    this.#next = undefined;
    this.#map.setPaintProperty(id, "raster-opacity", this.#visible);
    if (old && fadeMS === 0) {
      this.#remove(old.id); // in the frame that shows the new one
    } else if (old) {
      this.#map.setPaintProperty(old.id, "raster-opacity-transition", { duration: fadeMS, delay: 0 });
      this.#map.setPaintProperty(old.id, "raster-opacity", 0);
      this.#leaving++;
      setTimeout(() => {
        this.#leaving--;
        this.#remove(old.id);
      }, fadeMS + 50);
    }
    // Tiles that are panned in fade as ever; those that are here must not start to now.
    if (fadeMS === 0) setTimeout(() => this.#map.getLayer(id) && this.#map.setPaintProperty(id, "raster-fade-duration", this.#fadeMS), 2 * FADE_MS);
    if (next !== undefined) this.recolour(next);
  }

  /** Calls then once the source has every tile of the view, or patience runs out; returns a way to call it off. */
  #whenLoaded(id: string, patience: number, then: () => void): () => void {
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
    const timer = setTimeout(done, patience);
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
