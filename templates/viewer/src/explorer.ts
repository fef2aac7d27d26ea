// What the map answers when it is pointed at: the value under the pointer, the activities that passed a place, and the
// line of one of them.

import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import { Highlight } from "./live/highlight.ts";
import { RIM } from "./live/kernel.ts";
import { keepOnMap } from "./live/keep.ts";
import type { TileView } from "./map/density.ts";
import { fitView, TILE_SIZE, ZOOM_OFFSET } from "./map/fit.ts";
import type { Pictures } from "./pictures.ts";
import { current, type PageState, type Side, type Store } from "./state.ts";
import type { Formatter } from "./text/format.ts";
import { looseness } from "./tracks/blockrange.ts";
import type { Lines, Overview } from "./tracks/lines.ts";
import { marksWith } from "./tracks/marks.ts";
import { activityBounds, gridOf } from "./tracks/measure.ts";
import { near } from "./tracks/near.ts";
import { GRID_BITS, type Tracks } from "./tracks/tracks.ts";
import type { Frame } from "./ui/frame.ts";
import { KmMarks } from "./ui/kmmarks.ts";
import { Pin } from "./ui/pin.ts";
import type { PlacesPanel } from "./ui/places.ts";

/** How far from the pointer an activity may have passed at least, in CSS pixels: half a fine line, half a finger. */
const REACH_MOUSE_PX = 6;
const REACH_TOUCH_PX = 14;

/** A second click within this time zooms in and asks nothing. */
const DOUBLE_CLICK_MS = 250;

export interface ExplorerParts {
  map: MapLibreMap;
  container: HTMLElement;
  store: Store;
  /** Zooms that there is something to see at. */
  zooms: { minZoom: number; maxZoom: number };
  format: Formatter;
  pictures: Pictures;
  panel: PlacesPanel;
  frame: Frame;
  lines: Lines;
  /** Whether there are activities to ask for. */
  listed: boolean;
  /** The tiles in view, and the sigma of a glow in pixels of the zoom that they show. */
  tiles: () => TileView;
  glowPX: number;
  /** Resolves with what work does with the lines, or with undefined after telling why it cannot. */
  withLines: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  /** Lets the open tool answer a click in degrees; false where it does not. */
  ask: (lon: number, lat: number) => boolean;
  /** Makes a change that the reader can take back. */
  step: (change: Partial<PageState>) => void;
}

export class Explorer {
  readonly #parts: ExplorerParts;
  readonly #pin: Pin;
  readonly #marks: KmMarks;
  #highlight: Highlight | undefined;
  /** The lines around the view that the highlight has. */
  #part: Tracks | undefined;
  #hovered: number | undefined;
  #listed = "";
  #clickTimer: ReturnType<typeof setTimeout> | undefined;
  #touch = false;
  #busy = 0;

  constructor(parts: ExplorerParts, signal: AbortSignal) {
    this.#parts = parts;
    const { map, container } = parts;
    this.#pin = new Pin(map, container);
    this.#marks = new KmMarks(map, container);
    container.addEventListener("pointerdown", (e) => (this.#touch = e.pointerType === "touch"), { signal });
    map.on("click", (e) => this.#clicked(e));
    map.on("dblclick", () => clearTimeout(this.#clickTimer));
    signal.addEventListener("abort", () => clearTimeout(this.#clickTimer));
  }

  /** Whether nothing is on its way. */
  get settled(): boolean {
    return this.#busy === 0 && (this.#highlight?.settled ?? true);
  }

  /** Asks for the activities in the middle of the map: the way of the keyboard. */
  askMiddle(): void {
    const { lat, lng } = this.#parts.map.getCenter();
    this.#touch = false;
    this.#parts.step({ here: { lat, lon: lng }, tool: undefined });
  }

  /** Shows the line of an activity while it is pointed at. */
  hover(activity: number | undefined): void {
    this.#hovered = activity;
    this.#drawLines();
  }

  /** Moves the map so that all of an activity is in view. */
  async zoomTo(activity: number): Promise<void> {
    const { map, container, zooms, frame } = this.#parts;
    const overview = await this.#overview();
    const bounds = overview && activityBounds(overview.tracks, activity, looseness(overview.deepest));
    if (!bounds) return;
    const size = { width: container.clientWidth, height: container.clientHeight };
    const { center, zoom } = fitView(bounds, size, frame.padding(), zooms);
    map.easeTo({ center, zoom: zoom - ZOOM_OFFSET });
  }

  /** Follows the state: the list of a place, the pin, the line that is kept. */
  follow(now: PageState, before: PageState | undefined): void {
    if (now.here !== before?.here || now.pictures !== before?.pictures || now.side !== before?.side) void this.#list(now);
    if (now.kept !== before?.kept) this.#drawLines();
    if (now.kept !== before?.kept && before && now.here) void this.#list(now);
  }

  /** Writes distances anew, in other units. */
  relabel(): void {
    this.#drawLines();
    this.#listed = "";
    void this.#list(this.#parts.store.now);
  }

  #clicked(e: MapMouseEvent): void {
    if (!this.#parts.listed) return;
    clearTimeout(this.#clickTimer);
    const { lat, lng } = e.lngLat.wrap();
    const s = this.#parts.store.now;
    const right = s.pictures.length > 1 && !s.difference && e.point.x > s.at * this.#parts.container.clientWidth;
    this.#clickTimer = setTimeout(() => {
      if (this.#parts.ask(lng, lat)) return;
      this.#parts.step({ here: { lat, lon: lng }, tool: undefined, ...(right ? { side: 1 as Side } : s.pictures.length > 1 && !s.difference ? { side: 0 as Side } : {}) });
    }, DOUBLE_CLICK_MS);
  }

  /** Whole lines; undefined, and a word about it, where there are none. */
  #overview(): Promise<Overview | undefined> {
    return this.#ask(() => this.#parts.lines.overview());
  }

  async #ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.#busy++;
    try {
      return await this.#parts.withLines(work);
    } finally {
      this.#busy--;
    }
  }

  /** How far from the pointer an activity may have passed, in grid units: as far as its glow is seen. */
  #reach(): number {
    const { map, tiles, glowPX } = this.#parts;
    const { zoom, finer } = tiles();
    const pixels = 2 ** (map.getZoom() + ZOOM_OFFSET - zoom); // CSS pixels of a tile's
    // Between two pixels of a tile there is something of both, so the glow goes on for one more.
    const rim = (RIM * glowPX * 2 ** finer + 1) * pixels + 0.5;
    const reach = Math.max(this.#touch ? REACH_TOUCH_PX : REACH_MOUSE_PX, rim);
    return (reach * 2 ** (GRID_BITS - (map.getZoom() + ZOOM_OFFSET))) / TILE_SIZE;
  }

  async #list(s: PageState): Promise<void> {
    const { lines, store, pictures, panel, frame } = this.#parts;
    if (!s.here) {
      this.#listed = "";
      this.#pin.hide();
      panel.clear();
      frame.showPlaces(false);
      this.#hovered = undefined;
      this.#drawLines();
      return;
    }
    this.#pin.show(s.here.lon, s.here.lat);
    const place = gridOf(s.here.lon, s.here.lat);
    const reach = this.#reach();
    const around = await this.#ask(() => lines.around(place, reach));
    if (store.now.here !== s.here) return;
    if (!around) {
      this.#parts.store.set({ here: undefined });
      return;
    }
    const { selection } = current(s);
    const key = `${s.here.lat}/${s.here.lon}`;
    const passages = near(around, pictures.selected(selection), place, reach);
    panel.show(passages, s.kept);
    if (this.#listed !== key) {
      frame.showPlaces(true);
      this.#uncover(s.here);
    }
    this.#listed = key;
  }

  /** Moves the map so that the list on a phone's sheet, over half of the map, does not lie on the place it is about. */
  #uncover(here: { lat: number; lon: number }): void {
    const { map, container, frame } = this.#parts;
    const height = container.clientHeight;
    const { y } = map.project([here.lon, here.lat]);
    if (frame.onPhone && y > 0.4 * height) map.panBy([0, y - 0.25 * height]);
  }

  #drawLines(): void {
    const { map, store, lines, tiles } = this.#parts;
    const { kept } = store.now;
    if (!this.#highlight) {
      if ((kept === undefined && this.#hovered === undefined) || !lines.available) return;
      this.#highlight = new Highlight("highlight", lines, () => tiles().zoom, (part) => {
        this.#part = part;
        void this.#showMarks();
      });
      keepOnMap(map, this.#highlight);
    }
    this.#highlight.hovered = this.#hovered;
    this.#highlight.kept = kept;
    void this.#showMarks();
  }

  /** Marks the kilometres of the line that is kept. */
  async #showMarks(): Promise<void> {
    const { store, format } = this.#parts;
    const { kept } = store.now;
    const overview = kept === undefined ? undefined : await this.#overview();
    if (store.now.kept !== kept) return;
    const every = format.distanceUnitM;
    this.#marks.show(!overview || kept === undefined ? [] : marksWith(overview.tracks, this.#part ?? overview.tracks, kept, every), every);
  }
}
