// The lines above everything: that of the activity pointed at, and that of the one kept.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import { type LineSource, ViewLines } from "../tracks/viewlines.ts";
import { areaAround } from "./area.ts";
import { Capsules, copiesIn, lineOf, type Uploaded, windowOf } from "./capsules.ts";
import { lineWidth } from "./linelayer.ts";
import { seenBy } from "./view.ts";

const HOVERED = [1, 1, 1] as const;
/** A blue that no ramp has at its bright end, so that the line stands out from heat and routes. */
const KEPT = [0.16, 0.67, 0.95] as const;
/** Pixels of the tile zoom around the view that lines are followed to. */
const SLACK = 32;

const CASING = [0.03, 0.04, 0.05] as const;

interface Shown extends Uploaded {
  count: number;
}

export class Highlight implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #lines: ViewLines;
  readonly #zoom: () => number;
  readonly #cameThere: (tracks: Tracks) => void;
  #tracks: Tracks | undefined;
  #hovered: number | undefined;
  #kept: number | undefined;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;
  /** By activity. */
  readonly #shown = new Map<number, Shown>();

  /** zoom tells the tile zoom that the lines are to be as fine as; came is called with lines around the view that are there now. */
  constructor(id: string, lines: LineSource, zoom: () => number, came: (tracks: Tracks) => void) {
    this.id = id;
    this.#lines = new ViewLines(lines, () => this.#map?.triggerRepaint());
    this.#zoom = zoom;
    this.#cameThere = came;
  }

  /** Whether what is pointed at and what is kept is drawn, or cannot be had. */
  get settled(): boolean {
    return (this.#hovered === undefined && this.#kept === undefined) || this.#lines.failed || (this.#tracks !== undefined && !this.#lines.loading);
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
    this.#shown.clear();
    this.#capsules = new Capsules(gl as WebGL2RenderingContext);
    // Every activity is shown, whether selected or not.
    this.#capsules.setLooks(new Uint8Array(4 * this.#lines.activities).fill(255));
  }

  onRemove(): void {
    this.#forget(() => true);
    this.#capsules?.destroy();
    this.#capsules = this.#tracks = undefined;
    this.#map = undefined;
    this.#lines.end();
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    const capsules = this.#capsules;
    if (!capsules) return;
    this.#forget((a) => a !== this.#hovered && a !== this.#kept);
    if (this.#hovered === undefined && this.#kept === undefined) return;
    const tracks = this.#follow();
    if (!tracks) return;
    const w = windowOf(this.#map!, gl as WebGL2RenderingContext);
    const core = (lineWidth(this.#map!.getZoom()) / 2 + 0.6) * w.ratio;
    const { bounds, count } = tracks;
    const stroke = (a: number, radius: number, colour: readonly [number, number, number], opacity: number): void => {
      const line = this.#line(capsules, tracks, a);
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

  /** The lines of the view as soon as they are there, and the old ones until then. */
  #follow(): Tracks | undefined {
    const now = this.#lines.for(areaAround(seenBy(this.#map!, this.#zoom()), SLACK), 0) ?? this.#tracks;
    if (now && now !== this.#tracks) {
      this.#forget(() => true);
      this.#tracks = now;
      this.#cameThere(now);
    }
    return now;
  }

  #line(capsules: Capsules, tracks: Tracks, a: number): Shown {
    let shown = this.#shown.get(a);
    if (!shown) {
      const line = lineOf(tracks, 0, a, a + 1);
      shown = { ...capsules.upload(line), count: line.first[a + 1]! };
      this.#shown.set(a, shown);
    }
    return shown;
  }

  #forget(which: (activity: number) => boolean): void {
    for (const [a, line] of this.#shown) {
      if (!which(a)) continue;
      this.#capsules!.free(line);
      this.#shown.delete(a);
    }
  }
}
