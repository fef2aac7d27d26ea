// The lines above everything: that of the activity pointed at, and that of the one kept.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import { Capsules, copiesIn, lineOf, type Uploaded, windowOf } from "./capsules.ts";
import { lineWidth } from "./routes.ts";

const HOVERED = [1, 1, 1] as const;
/** A blue that no ramp has at its bright end, so that the line stands out from heat and routes. */
const KEPT = [0.16, 0.67, 0.95] as const;
const CASING = [0.03, 0.04, 0.05] as const;

interface Shown extends Uploaded {
  count: number;
}

export class Highlight implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #tracks: Tracks;
  #hovered: number | undefined;
  #kept: number | undefined;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;
  readonly #lines = new Map<number, Shown>();

  constructor(id: string, tracks: Tracks) {
    this.id = id;
    this.#tracks = tracks;
  }

  get hovered(): number | undefined {
    return this.#hovered;
  }

  /** The activity pointed at: white. */
  set hovered(activity: number | undefined) {
    if (activity === this.#hovered) return;
    this.#hovered = activity;
    this.#map?.triggerRepaint();
  }

  get kept(): number | undefined {
    return this.#kept;
  }

  /** The activity chosen: blue with a white edge. */
  set kept(activity: number | undefined) {
    if (activity === this.#kept) return;
    this.#kept = activity;
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.#map = map;
    this.#lines.clear();
    this.#capsules = new Capsules(gl as WebGL2RenderingContext);
    // Every activity is shown, whether selected or not.
    this.#capsules.setLooks(new Uint8Array(4 * this.#tracks.count).fill(255));
  }

  onRemove(): void {
    for (const line of this.#lines.values()) this.#capsules!.free(line);
    this.#capsules?.destroy();
    this.#lines.clear();
    this.#capsules = undefined;
    this.#map = undefined;
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    const capsules = this.#capsules;
    if (!capsules) return;
    this.#forget();
    const w = windowOf(this.#map!, gl as WebGL2RenderingContext);
    const core = (lineWidth(this.#map!.getZoom()) / 2 + 0.6) * w.ratio;
    const { bounds, count } = this.#tracks;
    const stroke = (a: number, radius: number, colour: readonly [number, number, number], opacity: number): void => {
      const line = this.#line(a);
      for (const copy of copiesIn(w, bounds[4 * a]!, bounds[4 * a + 1]!, bounds[4 * a + 2]!, bounds[4 * a + 3]!, radius / w.scale)) {
        capsules.stroke(line, 0, line.count, w, copy, { radius, colour, opacity });
      }
    };
    const known = (a: number | undefined): a is number => a !== undefined && a >= 0 && a < count;
    capsules.draw(w, { from: 0, to: 1 }, () => {
      if (known(this.#kept)) {
        stroke(this.#kept, core + 3 * w.ratio, CASING, 0.6);
        stroke(this.#kept, core + 1.3 * w.ratio, HOVERED, 1);
        stroke(this.#kept, core, KEPT, 1);
      }
      if (known(this.#hovered) && this.#hovered !== this.#kept) {
        stroke(this.#hovered, core + 2 * w.ratio, CASING, 0.7);
        stroke(this.#hovered, core, HOVERED, 1);
      }
    });
  }

  #line(a: number): Shown {
    let shown = this.#lines.get(a);
    if (!shown) {
      const line = lineOf(this.#tracks, 0, a, a + 1);
      shown = { ...this.#capsules!.upload(line), count: line.first[a + 1]! };
      this.#lines.set(a, shown);
    }
    return shown;
  }

  #forget(): void {
    for (const [a, line] of this.#lines) {
      if (a === this.#hovered || a === this.#kept) continue;
      this.#capsules!.free(line);
      this.#lines.delete(a);
    }
  }
}
