// The lines of the view on the graphics card, in as much detail as the view shows: for those who draw them as capsules.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Tracks } from "../tracks/tracks.ts";
import { type LineSource, ViewLines } from "../tracks/viewlines.ts";
import { areaAround } from "./area.ts";
import { type Capsules, lineOf, type Uploaded } from "./capsules.ts";
import { seenBy } from "./view.ts";

/** Pixels of the tile zoom around the view whose lines are there, too, so that they do not come late in a pan. */
const SLACK = 96;

/** Levels of detail held on the graphics card at once. */
const LEVELS = 3;

/** The lines of a level; first is as Tracks.first. */
export interface Level extends Uploaded {
  first: Uint32Array;
}

export class LineLevels {
  readonly #lines: ViewLines;
  /** The lines that the levels are of. */
  #tracks: Tracks | undefined;
  /** By binary logarithm of the tolerance; the last used stands last. */
  readonly #levels = new Map<number, Level>();

  /** changed is called when lines of the view are there, and when they turn out not to come. */
  constructor(lines: LineSource, changed: () => void) {
    this.#lines = new ViewLines(lines, changed);
  }

  /** Whether the lines in view are there, or cannot be had. */
  get settled(): boolean {
    return this.#lines.failed || (this.#tracks !== undefined && !this.#lines.loading);
  }

  /** The lines of the view, as fine as a tile zoom, as soon as they are there; the old ones stay until then. */
  follow(capsules: Capsules, map: MapLibreMap, zoom: number): Tracks | undefined {
    const now = this.#lines.for(areaAround(seenBy(map, zoom), SLACK), 0) ?? this.#tracks;
    if (now !== this.#tracks) {
      this.#free(capsules);
      this.#tracks = now;
    }
    return now;
  }

  /** The lines with vertices at least a quarter of a pixel apart, and at most one where there are more; scale is in device pixels to a grid unit. */
  level(capsules: Capsules, tracks: Tracks, scale: number): Level {
    const log = Math.max(0, 2 * Math.floor(-Math.log2(scale) / 2));
    let level = this.#levels.get(log);
    if (level) {
      this.#levels.delete(log);
    } else {
      if (this.#levels.size >= LEVELS) {
        const [oldest, old] = this.#levels.entries().next().value!;
        capsules.free(old);
        this.#levels.delete(oldest);
      }
      const line = lineOf(tracks, log === 0 ? 0 : 2 ** log);
      level = { ...capsules.upload(line), first: line.first };
    }
    this.#levels.set(log, level);
    return level;
  }

  /** Forgets what a context that is gone held. */
  lost(): void {
    this.#levels.clear();
  }

  /** Gives back all that is on the graphics card, and gives up what is on its way. */
  end(capsules: Capsules | undefined): void {
    if (capsules) this.#free(capsules);
    this.#levels.clear();
    this.#tracks = undefined;
    this.#lines.end();
  }

  #free(capsules: Capsules): void {
    for (const level of this.#levels.values()) capsules.free(level);
    this.#levels.clear();
  }
}
