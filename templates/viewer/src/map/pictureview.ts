// One picture of the activities on the map: the baked tiles while all of them are wanted, and what is drawn live from
// their lines once there is a filter, a comparison, a local scale or the view of routes.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Field, Layer, Metadata } from "../archive/metadata.ts";
import type { PaintJob } from "../live/cpu/client.ts";
import type { RangeOverride } from "../heat/look.ts";
import { LiveHeat } from "../live/heat.ts";
import { keepOnMap } from "../live/keep.ts";
import { RouteLines } from "../live/routes.ts";
import type { NothingThere } from "../ranges.ts";
import type { Manner } from "../sports.ts";
import type { RGB } from "../sportcolours.ts";
import type { Tracks } from "../tracks/tracks.ts";
import type { TileView } from "./density.ts";
import type { HeatView } from "./heatview.ts";
import { NAMES } from "./style.ts";

/** What a picture is to show. */
export interface PictureSpec {
  mode: "baked" | "live" | "routes";
  /** As it is to look. */
  layer: Layer;
  field: Field;
  /** Ends of the range of a zoom, in the field's unit. */
  range: (zoom: number) => { lo: number; hi: number };
  /** The range of a zoom before the look's own ends, where it is not that of the tiles. */
  override: (zoom: number) => RangeOverride | undefined;
  local: boolean;
  /** 1 for each activity to show. */
  selected: Uint8Array;
  /** How the speeds of those are told. */
  manner: Manner;
  /** Why there is nothing of them to see; undefined where there is, or where it is not known yet. */
  empty: () => NothingThere | undefined;
  opacity: number;
  /** The part of the map's width that is this picture's. */
  clip: { from: number; to: number };
}

export interface PictureOptions {
  metadata: Metadata;
  /** The tiles that live pictures stand for. */
  tiles: () => TileView;
  /** Part of the names of its map layers. */
  name: string;
  /** Of each sport. */
  colours: readonly RGB[];
  fadeMS: number;
  /** Who paints where the GPU cannot; undefined for the map's own thread. */
  paintJob: (tracks: Tracks) => PaintJob | undefined;
  /** The baked tiles; only one picture has them, the other is always drawn live. */
  heat?: HeatView;
}

export class PictureView {
  readonly #map: MapLibreMap;
  readonly #metadata: Metadata;
  readonly #tiles: PictureOptions["tiles"];
  readonly #name: string;
  readonly #colours: readonly RGB[];
  readonly #fadeMS: number;
  readonly #paintJob: PictureOptions["paintJob"];
  readonly #below = (): string | undefined => (this.#map.getLayer(NAMES) ? NAMES : undefined);
  readonly #heat: HeatView | undefined;
  #live: LiveHeat | undefined;
  #routes: { lines: RouteLines; selected: Uint8Array | undefined; remove: () => void } | undefined;
  #mode: PictureSpec["mode"] | undefined;

  /** colours has the colour of each sport; paintJob says who paints where the GPU cannot. */
  constructor(map: MapLibreMap, { metadata, tiles, name, colours, fadeMS, paintJob, heat }: PictureOptions) {
    this.#map = map;
    this.#metadata = metadata;
    this.#tiles = tiles;
    this.#name = name;
    this.#colours = colours;
    this.#fadeMS = fadeMS;
    this.#paintJob = paintJob;
    this.#heat = heat;
  }

  /** The mode in sight. */
  get mode(): PictureSpec["mode"] | undefined {
    return this.#mode;
  }

  get live(): LiveHeat | undefined {
    return this.#live;
  }

  /** Whether everything asked for is drawn. */
  get settled(): boolean {
    return (this.#heat?.settled ?? true) && (this.#mode !== "live" || (this.#live?.settled ?? true));
  }

  /** Shows it; tracks are needed for every mode but "baked". */
  show(spec: PictureSpec, tracks: Tracks | undefined): void {
    const mode = tracks ? spec.mode : "baked";
    if (mode === "live") this.#showLive(spec, tracks!);
    if (mode === "routes") this.#showRoutes(spec, tracks!);
    if (mode !== "live") this.#removeLive();
    if (mode !== "routes") this.#removeRoutes();
    this.#heat?.setHidden(mode !== "baked");
    this.#mode = mode;
  }

  remove(): void {
    this.#removeLive();
    this.#removeRoutes();
  }

  #showLive(spec: PictureSpec, tracks: Tracks): void {
    if (!this.#live) {
      const { activities, asOf, painting } = this.#metadata;
      const below = this.#below;
      const paintJob = this.#paintJob(tracks);
      this.#live = new LiveHeat({ id: `live-${this.#name}`, tracks, days: activities.day, asOf, painting, tiles: this.#tiles, below, ...(paintJob ? { paintJob } : {}) });
      this.#map.addLayer(this.#live, NAMES);
      this.#live.fadeIn(this.#fadeMS);
    }
    this.#live.setClip(spec.clip.from, spec.clip.to);
    this.#live.show(spec);
  }

  #showRoutes({ selected, opacity, clip }: PictureSpec, tracks: Tracks): void {
    if (!this.#routes) {
      const lines = new RouteLines(`routes-${this.#name}`, tracks, this.#metadata.activities.sport, this.#colours);
      this.#routes = { lines, selected: undefined, remove: keepOnMap(this.#map, lines, this.#below) };
    }
    const { lines } = this.#routes;
    if (this.#routes.selected !== selected) lines.select(selected);
    this.#routes.selected = selected;
    lines.opacity = opacity;
    lines.clip = clip;
  }

  #removeLive(): void {
    if (this.#live) this.#map.removeLayer(this.#live.id);
    this.#live = undefined;
  }

  #removeRoutes(): void {
    this.#routes?.remove();
    this.#routes = undefined;
  }
}
