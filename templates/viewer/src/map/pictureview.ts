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
import type { LineSource } from "../tracks/viewlines.ts";
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
  /** The same of the activities whose picture is taken off this one: it is the difference of two. */
  less?: Uint8Array;
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
  /** The tiles that live pictures are painted as. */
  tiles: () => TileView;
  /** Part of the names of its map layers. */
  name: string;
  /** Of each sport. */
  colours: readonly RGB[];
  fadeMS: number;
  /** The lines that live pictures are drawn from. */
  lines: LineSource;
  /** Who paints where the GPU cannot. */
  paintJob: PaintJob;
  /** The baked tiles; only one picture has them, the other is always drawn live. */
  heat?: HeatView;
}

export class PictureView {
  readonly #map: MapLibreMap;
  readonly #options: PictureOptions;
  readonly #below = (): string | undefined => (this.#map.getLayer(NAMES) ? NAMES : undefined);
  #live: LiveHeat | undefined;
  #routes: { lines: RouteLines; selected: Uint8Array | undefined; remove: () => void } | undefined;
  #mode: PictureSpec["mode"] | undefined;

  constructor(map: MapLibreMap, options: PictureOptions) {
    this.#map = map;
    this.#options = options;
  }

  /** The mode in sight. */
  get mode(): PictureSpec["mode"] | undefined {
    return this.#mode === "live" && !this.#live?.appeared ? "baked" : this.#mode;
  }

  get live(): LiveHeat | undefined {
    return this.#live;
  }

  /** Whether everything asked for is drawn. */
  get settled(): boolean {
    return (this.#options.heat?.settled ?? true) && (this.#live?.settled ?? true) && (this.#routes?.lines.settled ?? true);
  }

  /** Shows it; until a live picture has something to show, baked tiles stay. */
  show(spec: PictureSpec): void {
    const { mode } = spec;
    this.#mode = mode;
    if (mode === "live") this.#showLive(spec);
    if (mode === "routes") this.#showRoutes(spec);
    if (mode !== "live") this.#removeLive();
    if (mode !== "routes") this.#removeRoutes();
    if (mode !== "live") this.#options.heat?.setHidden(mode !== "baked");
  }

  remove(): void {
    this.#removeLive();
    this.#removeRoutes();
  }

  #showLive(spec: PictureSpec): void {
    if (!this.#live) {
      const { metadata, name, tiles, lines, paintJob, heat, fadeMS } = this.#options;
      const { activities, asOf, painting } = metadata;
      const appears = (): void => heat?.setHidden(true);
      this.#live = new LiveHeat({ id: `live-${name}`, lines, days: activities.day, asOf, painting, tiles, below: this.#below, paintJob, appears });
      this.#map.addLayer(this.#live, NAMES);
      this.#live.fadeIn(fadeMS);
    }
    this.#live.setClip(spec.clip.from, spec.clip.to);
    this.#live.show(spec);
  }

  #showRoutes({ selected, opacity, clip }: PictureSpec): void {
    if (!this.#routes) {
      const { metadata, name, tiles, colours } = this.#options;
      const lines = new RouteLines(`routes-${name}`, this.#options.lines, () => tiles().zoom, metadata.activities.sport, colours);
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
