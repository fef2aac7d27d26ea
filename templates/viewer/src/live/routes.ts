// The routes view: the selected activities as lines in the colours of their sports, as a layer of the map's own canvas.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import type { LineSource } from "../tracks/viewlines.ts";
import { Capsules, copiesIn, windowOf } from "./capsules.ts";
import { LineLevels } from "./linelevels.ts";

/** Vertices of activities out of sight that are rather drawn along than skipped by one more draw call. */
const GAP = 4096;

export class RouteLines implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #lines: LineLevels;
  readonly #zoom: () => number;
  readonly #looks: Uint8Array;
  #opacity = 0.8;
  #clip = { from: 0, to: 1 };
  #stale = true;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;

  /**
   * zoom tells the tile zoom that the lines are to be as fine as. sport is the sport of each activity, colours are red, green and blue (0 to
   * 255) by sport. All are selected at first.
   */
  constructor(id: string, lines: LineSource, zoom: () => number, sport: ArrayLike<number>, colours: readonly (readonly [number, number, number])[]) {
    this.id = id;
    this.#lines = new LineLevels(lines, () => this.#map?.triggerRepaint());
    this.#zoom = zoom;
    this.#looks = new Uint8Array(4 * lines.activities);
    for (let a = 0; a < lines.activities; a++) {
      this.#looks.set(colours[sport[a]!] ?? [200, 200, 200], 4 * a);
      this.#looks[4 * a + 3] = 255;
    }
  }

  /** Shows the activities whose flag is not 0; the flags are copied. */
  select(selected: Uint8Array): void {
    for (let a = 0; 4 * a < this.#looks.length; a++) this.#looks[4 * a + 3] = selected[a] ? 255 : 0;
    this.#stale = true;
    this.#map?.triggerRepaint();
  }

  /** Whether the lines in view are drawn, or cannot be had. */
  get settled(): boolean {
    return this.#lines.settled;
  }

  /** 0 to 1. */
  set opacity(value: number) {
    this.#opacity = value;
    this.#map?.triggerRepaint();
  }

  /** The part of the canvas to draw on, in fractions of its width from the left. */
  set clip(value: { from: number; to: number }) {
    this.#clip = value;
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
    const capsules = this.#capsules;
    if (!capsules) return;
    const map = this.#map!;
    const tracks = this.#lines.follow(capsules, map, this.#zoom());
    if (!tracks || this.#opacity <= 0) return;
    if (this.#stale) {
      capsules.setLooks(this.#looks);
      this.#stale = false;
    }
    const w = windowOf(map, gl as WebGL2RenderingContext);
    const radius = (lineWidth(map.getZoom()) / 2) * w.ratio;
    const level = this.#lines.level(capsules, tracks, w.scale);
    const runs = this.#runs(tracks, level.first, (radius + 2) / w.scale, w);
    capsules.draw(w, this.#clip, () => {
      for (const [copy, spans] of runs) {
        for (const [from, to] of spans) capsules.stroke(level, from, to, w, copy, { radius, opacity: this.#opacity });
      }
    });
  }

  /** Spans of vertices to draw by copy of the world: those of selected activities in sight, near ones put together. */
  #runs({ bounds, count }: Tracks, first: Uint32Array, margin: number, w: ReturnType<typeof windowOf>): Map<number, [number, number][]> {
    const runs = new Map<number, [number, number][]>();
    for (let a = 0; a < count; a++) {
      if (this.#looks[4 * a + 3] === 0 || first[a] === first[a + 1]) continue;
      const b = 4 * a;
      for (const copy of copiesIn(w, bounds[b]!, bounds[b + 1]!, bounds[b + 2]!, bounds[b + 3]!, margin)) {
        const spans = runs.get(copy) ?? [];
        const last = spans.at(-1);
        if (last && first[a]! - last[1] <= GAP) last[1] = first[a + 1]!;
        else spans.push([first[a]!, first[a + 1]!]);
        runs.set(copy, spans);
      }
    }
    return runs;
  }
}

/** CSS pixels of a line's width at MapLibre's zoom. */
export function lineWidth(zoom: number): number {
  return 1.6 + 1.6 * Math.min(1, Math.max(0, (zoom - 12) / 5));
}
