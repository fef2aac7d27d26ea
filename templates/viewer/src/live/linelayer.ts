// A layer of the map's own canvas that draws the lines of the view as capsules, each activity in a look of its own.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import type { LineSource } from "../tracks/viewlines.ts";
import { Capsules, type Window, windowOf } from "./capsules.ts";
import { type Level, LineLevels } from "./linelevels.ts";

/** What a frame is drawn with. */
export interface LineFrame {
  capsules: Capsules;
  tracks: Tracks;
  level: Level;
  window: Window;
  /** Half of the width of a line, in device pixels. */
  radius: number;
}

export abstract class LineLayer implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  /** Red, green, blue and opacity of each activity, 0 to 255. */
  protected readonly looks: Uint8Array;
  readonly #lines: LineLevels;
  readonly #zoom: () => number;
  /** Whether the graphics card has older looks. */
  #stale = true;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;

  /** zoom tells the tile zoom that the lines are to be as fine as. */
  constructor(id: string, lines: LineSource, zoom: () => number) {
    this.id = id;
    this.#lines = new LineLevels(lines, () => this.repaint());
    this.#zoom = zoom;
    this.looks = new Uint8Array(4 * lines.activities);
  }

  /** Whether the lines in view are there, or cannot be had. */
  get settled(): boolean {
    return this.#lines.settled;
  }

  /** Whether lines are to be had at all. */
  protected get wanted(): boolean {
    return true;
  }

  protected abstract draw(frame: LineFrame): void;

  protected repaint(): void {
    this.#map?.triggerRepaint();
  }

  /** To be called after looks have changed. */
  protected relook(): void {
    this.#stale = true;
    this.repaint();
  }

  onAdd(map: MapLibreMap, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.#map = map;
    this.#lines.lost();
    this.#capsules = new Capsules(gl as WebGL2RenderingContext);
    this.#stale = true;
  }

  onRemove(): void {
    this.#lines.end(this.#capsules);
    this.#capsules?.destroy();
    this.#capsules = undefined;
    this.#map = undefined;
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    const [capsules, map] = [this.#capsules, this.#map];
    if (!capsules || !map || !this.wanted) return;
    const tracks = this.#lines.follow(capsules, map, this.#zoom());
    if (!tracks) return;
    if (this.#stale) capsules.setLooks(this.looks);
    this.#stale = false;
    const window = windowOf(map, gl as WebGL2RenderingContext);
    const level = this.#lines.level(capsules, tracks, window.scale);
    this.draw({ capsules, tracks, level, window, radius: (lineWidth(map.getZoom()) / 2) * window.ratio });
  }
}

/** CSS pixels of a line's width at MapLibre's zoom. */
export function lineWidth(zoom: number): number {
  return 1.6 + 1.6 * Math.min(1, Math.max(0, (zoom - 12) / 5));
}
