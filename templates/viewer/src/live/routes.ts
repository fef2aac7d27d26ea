// The activities of a selection as lines in the colours of their sports.

import type { Map as MapLibreMap } from "maplibre-gl";
import { ZOOM_OFFSET } from "../map/fit.ts";
import type { RGB } from "../sportcolours.ts";
import type { Tracks } from "../tracks/tracks.ts";
import type { LineDrawer } from "./linedrawer.ts";
import { LineLayer } from "./linelayer.ts";

export interface RoutesView {
  /** 1 for each activity that is drawn; not to be changed afterwards. */
  selected: Uint8Array;
  /** 0..1. */
  opacity: number;
}

export class RouteLines extends LineLayer {
  /** Fractions of the map's width that it draws between. */
  clip = { from: 0, to: 1 };
  readonly #tracks: Tracks;
  readonly #colours: readonly RGB[];
  #view: RoutesView | undefined;

  /** colours has the colour of each activity. */
  constructor(id: string, tracks: Tracks, colours: readonly RGB[], below?: () => string | undefined) {
    super(id, below);
    this.#tracks = tracks;
    this.#colours = colours;
  }

  show(view: RoutesView): void {
    const changed = this.#view?.selected !== view.selected;
    this.#view = view;
    if (changed) this.#colour();
    this.map?.triggerRepaint();
  }

  protected load(drawer: LineDrawer): void {
    drawer.load(this.#tracks, 0, this.#tracks.x.length);
    this.#colour();
  }

  protected draw(drawer: LineDrawer, map: MapLibreMap): void {
    if (!this.#view) return;
    const width = Math.min(3, Math.max(1.4, 1.4 + (map.getZoom() + ZOOM_OFFSET - 11) * 0.3));
    drawer.draw(map, 0, this.#tracks.x.length - 1, { width, opacity: this.#view.opacity }, this.clip);
  }

  #colour(): void {
    if (!this.drawer || !this.#view) return;
    const rgba = new Uint8Array(4 * this.#tracks.count);
    this.#view.selected.forEach((on, a) => on && rgba.set([...this.#colours[a]!, 255], 4 * a));
    this.drawer.colour(rgba, this.#tracks.count);
  }
}
