// Where the map looks: what it opens at, everything, and the places where one has been.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { HeatArchive } from "./archive/archive.ts";
import type { Link } from "./link.ts";
import { fitView, holdView, type Padding, ZOOM_OFFSET } from "./map/fit.ts";
import { holds, openingPlace } from "./mapplaces.ts";
import { isAll, select } from "./selection.ts";
import type { PageState } from "./state.ts";

/** A camera of MapLibre's. */
export interface Camera {
  center: [number, number];
  zoom: number;
}

export interface WayfinderOptions {
  archive: HeatArchive;
  container: HTMLElement;
  /** Pixels of the map's edges that panels cover. */
  padding(): Padding;
}

export class Wayfinder {
  readonly #options: WayfinderOptions;
  /** The place gone to last: where places overlap, the middle of the map does not tell which it is. */
  #last: number | undefined;

  constructor(options: WayfinderOptions) {
    this.#options = options;
  }

  /** The camera of a link's view, or of a page in a state, without one, the one that shows where most of what is selected lies. */
  opening({ view }: Link, { pictures, here, kept }: PageState): Camera {
    const { metadata, zooms } = this.#options.archive;
    if (view) {
      const { center, zoom } = holdView({ center: [view.lon, view.lat], zoom: view.zoom }, metadata.bounds, this.#size(), zooms);
      return { center, zoom: zoom - ZOOM_OFFSET };
    }
    const { selection } = pictures[0];
    const flags = isAll(selection) ? undefined : select(selection, metadata.activities);
    this.#last = openingPlace(metadata.places, metadata.activities, { flags, here, kept });
    return this.camera(this.#last);
  }

  /** The camera that shows a place beside the panels, by its number, or everything. */
  camera(place: number | undefined): Camera {
    const { bounds, places } = this.#options.archive.metadata;
    return this.fitted(place === undefined ? bounds : places[place]!.bounds);
  }

  /** The camera that shows bounds in degrees (west, south, east, north) beside the panels. */
  fitted(bounds: [number, number, number, number]): Camera {
    const { zooms } = this.#options.archive;
    const { center, zoom } = fitView(bounds, this.#size(), this.#options.padding(), zooms);
    return { center, zoom: zoom - ZOOM_OFFSET };
  }

  /** Takes note of where the map was sent. */
  went(place: number | undefined): void {
    this.#last = place;
  }

  /** The number of the place that the middle of a map lies in; undefined where it is none. */
  current(map: MapLibreMap): number | undefined {
    const { places } = this.#options.archive.metadata;
    const { lng: lon, lat } = map.getCenter();
    const inside = (n: number): boolean => holds(places[n]!.bounds, { lon, lat });
    if (this.#last !== undefined && inside(this.#last)) return this.#last;
    const at = places.findIndex((_, n) => inside(n));
    return at < 0 ? undefined : at;
  }

  /** The number of the place after the one that the map was sent to last; the first after the last one. */
  next(): number {
    const { places } = this.#options.archive.metadata;
    return this.#last === undefined ? 0 : (this.#last + 1) % places.length;
  }

  #size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.#options.container;
    return { width, height };
  }
}
