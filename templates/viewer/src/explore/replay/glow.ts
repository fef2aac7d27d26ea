// The lines of the last days of a replay, which glow and fade, as a layer of the map.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { Capsules, copiesIn, windowOf } from "../../live/capsules.ts";
import { LineLevels } from "../../live/linelevels.ts";
import { lineWidth } from "../../live/routes.ts";
import type { LineSource } from "../../tracks/viewlines.ts";
import { eachGlowing, type Timeline } from "./timeline.ts";

const CORE = [1, 0.97, 0.9] as const;
const HALO = [1, 0.62, 0.25] as const;

/** Most lines that glow at a time: those of the last activities. */
const MOST = 400;

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
  readonly #activities: number;
  readonly #lines: LineLevels;
  #glowing: Glowing | undefined;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;

  /** zoom tells the tile zoom that the lines are to be as fine as. */
  constructor(id: string, lines: LineSource, zoom: () => number) {
    this.id = id;
    this.#zoom = zoom;
    this.#activities = lines.activities;
    this.#lines = new LineLevels(lines, () => this.#map?.triggerRepaint());
  }

  /** Whether the lines in view are there, or cannot be had. */
  get settled(): boolean {
    return this.#glowing === undefined || this.#lines.settled;
  }

  /** Shows what glows; undefined for nothing. */
  show(glowing: Glowing | undefined): void {
    this.#glowing = glowing;
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.#map = map;
    this.#lines.lost();
    this.#capsules = new Capsules(gl as WebGL2RenderingContext);
    this.#capsules.setLooks(new Uint8Array(4 * this.#activities).fill(255));
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
    const spans: { from: number; to: number; copy: number; strength: number }[] = [];
    eachGlowing(glowing.timeline, glowing.time, glowing.days, (a, strength) => {
      if (spans.length >= MOST || first[a] === first[a + 1]) return;
      const b = 4 * a;
      for (const copy of copiesIn(w, bounds[b]!, bounds[b + 1]!, bounds[b + 2]!, bounds[b + 3]!, halo / w.scale)) spans.push({ from: first[a]!, to: first[a + 1]!, copy, strength });
    });
    capsules.draw(w, { from: 0, to: 1 }, () => {
      for (const { from, to, copy, strength } of spans.reverse()) {
        capsules.stroke(level, from, to, w, copy, { radius: halo, colour: HALO, opacity: 0.35 * strength });
        capsules.stroke(level, from, to, w, copy, { radius: core, colour: CORE, opacity: strength });
      }
    });
  }
}
