// The lines of the last days of a replay, which glow and fade, as a layer of the map.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { Capsules, copiesIn, windowOf } from "../../live/capsules.ts";
import { LineLevels } from "../../live/linelevels.ts";
import { lineWidth } from "../../live/routes.ts";
import type { LineSource } from "../../tracks/viewlines.ts";
import { glowingSpans, type Timeline } from "./timeline.ts";

const CORE = [1, 0.97, 0.9] as const;
const HALO = [1, 0.62, 0.25] as const;

/** Lines glow in so many strengths, so that neighbours of one strength are drawn in one go. */
const STRENGTHS = 8;

/** What glows: the activities of so many days before a time. */
export interface Glowing {
  timeline: Timeline;
  time: number;
  days: number;
}

export class Glow implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #zoom: () => number;
  readonly #looks: Uint8Array;
  #stale = true;
  readonly #lines: LineLevels;
  #glowing: Glowing | undefined;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;

  /** zoom tells the tile zoom that the lines are to be as fine as. */
  constructor(id: string, lines: LineSource, zoom: () => number) {
    this.id = id;
    this.#zoom = zoom;
    this.#looks = new Uint8Array(4 * lines.activities);
    this.#lines = new LineLevels(lines, () => this.#map?.triggerRepaint());
  }

  /** Whether the lines in view are there, or cannot be had. */
  get settled(): boolean {
    return this.#glowing === undefined || this.#lines.settled;
  }

  /** Shows what glows; undefined for nothing. */
  show(glowing: Glowing | undefined): void {
    if (glowing && glowing.timeline !== this.#glowing?.timeline) {
      this.#looks.fill(0);
      for (const a of glowing.timeline.activity) this.#looks.fill(255, 4 * a, 4 * a + 4);
      this.#stale = true;
    }
    this.#glowing = glowing;
    this.#map?.triggerRepaint();
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
    const [capsules, map, glowing] = [this.#capsules, this.#map, this.#glowing];
    if (!capsules || !map || !glowing) return;
    const tracks = this.#lines.follow(capsules, map, this.#zoom());
    if (!tracks) return;
    const w = windowOf(map, gl as WebGL2RenderingContext);
    const level = this.#lines.level(capsules, tracks, w.scale);
    const core = (lineWidth(map.getZoom()) / 2) * w.ratio;
    const halo = core + 3 * w.ratio;
    const { first } = level;
    const { bounds } = tracks;
    const spans = glowingSpans(glowing.timeline, glowing.time, glowing.days, STRENGTHS);
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { from, to } of spans) {
      for (let a = from; a < to; a++) {
        if (first[a] === first[a + 1]) continue;
        west = Math.min(west, bounds[4 * a]!);
        north = Math.min(north, bounds[4 * a + 1]!);
        east = Math.max(east, bounds[4 * a + 2]!);
        south = Math.max(south, bounds[4 * a + 3]!);
      }
    }
    const copies = copiesIn(w, west, north, east, south, halo / w.scale);
    if (copies.length === 0) return;
    if (this.#stale) capsules.setLooks(this.#looks);
    this.#stale = false;
    capsules.draw(w, { from: 0, to: 1 }, () => {
      for (const { from, to, strength } of spans) {
        if (first[from] === first[to]) continue;
        for (const copy of copies) {
          capsules.stroke(level, first[from]!, first[to]!, w, copy, { radius: halo, colour: HALO, opacity: 0.35 * strength });
          capsules.stroke(level, first[from]!, first[to]!, w, copy, { radius: core, colour: CORE, opacity: strength });
        }
      }
    });
  }
}
