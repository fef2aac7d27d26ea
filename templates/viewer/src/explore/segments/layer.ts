// A segment on the map, with the gates across its ends, and the line of the best effort, which fades in.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { Capsules, copiesIn, lineOf, type Uploaded, windowOf } from "../../live/capsules.ts";
import { lineWidth } from "../../live/linelayer.ts";
import type { Tracks } from "../../tracks/tracks.ts";
import { type Polyline, tracksOf } from "./segment.ts";

/** The lines in the order in which they are drawn: the way, the record, gates. */
const RECORD = 1;
const GATES = 2;

/** How many CSS pixels half of each is wider than a line of the routes. */
const WIDER = [5, 2.5, 4];

const CASING = [0.03, 0.04, 0.05] as const;
const COLOURS = [[0.47, 0.9, 0.6], [1, 0.84, 0.35], [1, 1, 1]] as const;

/** How long the record takes to fade in. */
const FADE_MS = 700;

interface Shown extends Uploaded {
  tracks: Tracks;
  first: Uint32Array;
}

export class SegmentLayer implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #still: boolean;
  #map: MapLibreMap | undefined;
  #capsules: Capsules | undefined;
  #lines: Polyline[] = [];
  #shown: Shown | undefined;
  #since = 0;

  /** still says that nothing is to move. */
  constructor(id: string, still: boolean) {
    this.id = id;
    this.#still = still;
  }

  /** Shows a way, gates (a line each) and a record; any of them may be missing. */
  show(way: Polyline | undefined, gates: readonly Polyline[], record: Polyline | undefined): void {
    const none: Polyline = { x: [], y: [] };
    const placesOfLine = (line: Polyline | undefined): string => Array.from(line?.x ?? []).join();
    if (placesOfLine(record) !== placesOfLine(this.#lines[RECORD])) this.#since = performance.now();
    this.#lines = [way ?? none, record ?? none, ...gates];
    this.#forget();
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.#map = map;
    this.#shown = undefined;
    this.#capsules = new Capsules(gl as WebGL2RenderingContext);
    this.#capsules.setLooks(new Uint8Array(4 * 8).fill(255));
  }

  onRemove(): void {
    this.#forget();
    this.#capsules?.destroy();
    this.#capsules = this.#map = undefined;
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    const capsules = this.#capsules;
    if (!capsules || this.#lines.every(({ x }) => x.length === 0)) return;
    if (!this.#shown) {
      const tracks = tracksOf(this.#lines);
      const line = lineOf(tracks);
      this.#shown = { ...capsules.upload(line), tracks, first: line.first };
    }
    const { tracks, first } = this.#shown;
    const w = windowOf(this.#map!, gl as WebGL2RenderingContext);
    const core = (lineWidth(this.#map!.getZoom()) / 2) * w.ratio;
    const faded = this.#still ? 1 : Math.min(1, (performance.now() - this.#since) / FADE_MS);
    capsules.draw(w, { from: 0, to: 1 }, () => {
      for (let a = 0; a < tracks.count; a++) {
        const [west, north, east, south] = tracks.bounds.subarray(4 * a, 4 * a + 4) as unknown as [number, number, number, number];
        const opacity = a === RECORD ? faded : 1;
        // Wide enough to be seen on both sides of a line that is lit.
        const radius = core + WIDER[Math.min(a, GATES)]! * w.ratio;
        for (const copy of copiesIn(w, west, north, east, south, (radius + 4) / w.scale)) {
          capsules.stroke(this.#shown!, first[a]!, first[a + 1]!, w, copy, { radius: radius + 1.2 * w.ratio, colour: CASING, opacity: 0.6 * opacity });
          capsules.stroke(this.#shown!, first[a]!, first[a + 1]!, w, copy, { radius, colour: COLOURS[Math.min(a, GATES)]!, opacity });
        }
      }
    });
    if (faded < 1 && this.#lines[RECORD]!.x.length > 0) this.#map!.triggerRepaint();
  }

  #forget(): void {
    if (this.#shown) this.#capsules?.free(this.#shown);
    this.#shown = undefined;
  }
}
