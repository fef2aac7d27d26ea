// The line of one activity above everything else: the one that is pointed at in a list, and the one that is kept.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import type { LineDrawer } from "./linedrawer.ts";
import { LineLayer } from "./linelayer.ts";

const CASING = [0.03, 0.04, 0.05] as const;
const HOVERED = [1, 1, 1] as const;
/** A blue that no ramp has at its bright end, so the line stands out from heat and routes. */
const KEPT = [0.35, 0.8, 1] as const;

export class Highlight extends LineLayer {
  readonly #tracks: Tracks;
  #shown: { hovered: number | undefined; kept: number | undefined } = { hovered: undefined, kept: undefined };

  constructor(id: string, tracks: Tracks) {
    super(id);
    this.#tracks = tracks;
  }

  /** Shows the activities of these rows; undefined shows none. */
  show(shown: { hovered: number | undefined; kept: number | undefined }): void {
    this.#shown = shown;
    if (this.drawer) this.load(this.drawer);
    this.map?.triggerRepaint();
  }

  /** Rows in the order they are drawn: what is pointed at is on top. */
  #rows(): number[] {
    const { hovered, kept } = this.#shown;
    return [kept, hovered === kept ? undefined : hovered].filter((a) => a !== undefined);
  }

  protected load(drawer: LineDrawer): void {
    const rows = this.#rows();
    if (rows.length === 0) return;
    // From the first vertex of the one to the last of the other; rows in between are left out by their colour.
    const rgba = new Uint8Array(4 * this.#tracks.count);
    for (const a of rows) rgba[4 * a + 3] = 255;
    drawer.colour(rgba, this.#tracks.count);
    drawer.load(this.#tracks, this.#from(rows), this.#tracks.first[Math.max(...rows) + 1]!);
  }

  #from(rows: readonly number[]): number {
    return this.#tracks.first[Math.min(...rows)]!;
  }

  protected draw(drawer: LineDrawer, map: MapLibreMap): void {
    const rows = this.#rows();
    for (const a of rows) {
      const first = this.#tracks.first[a]!;
      const count = this.#tracks.first[a + 1]! - first - 1;
      const at = first - this.#from(rows);
      drawer.draw(map, at, count, { width: 6, opacity: 0.75, tint: CASING });
      drawer.draw(map, at, count, { width: 3, opacity: 1, tint: a === this.#shown.hovered ? HOVERED : KEPT });
    }
  }
}
