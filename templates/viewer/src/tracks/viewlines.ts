// The lines that cover what somebody draws of the map, kept while they do: a small step of the map asks for nothing.

import type { Area } from "../live/area.ts";
import { both, type BlockRange, holds, sizeOfRange } from "./blockrange.ts";
import type { Lines } from "./lines.ts";
import type { Tracks } from "./tracks.ts";

/** Blocks that are there are kept beside those that come, up to so many times as many in all: who goes back and forth gets what there is. */
const ROOM = 2;

/** Where the lines come from. */
export type LineSource = Pick<Lines, "activities" | "attempt" | "under" | "complete" | "load" | "came" | "failed">;

export class ViewLines {
  readonly #source: LineSource;
  readonly #changed: () => void;
  #here: { range: BlockRange; tracks: Tracks } | undefined;
  #coming: { range: BlockRange; abort: AbortController } | undefined;
  #failed: { range: BlockRange; attempt: number } | undefined;

  /** changed is called when lines that were asked for are there, and when they turn out not to come. */
  constructor(source: LineSource, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  /** Number of activities; all lines have a row for each. */
  get activities(): number {
    return this.#source.activities;
  }

  /** Whether lines are on their way. */
  get loading(): boolean {
    return this.#coming !== undefined;
  }

  /** Whether what was asked for last did not come; nobody tries again by himself. */
  get failed(): boolean {
    return this.#failed?.attempt === this.#source.attempt;
  }

  /** Lines that cover an area with reach pixels around it, as finely as its zoom shows them; undefined while they are on their way, or failed. */
  for(area: Area, reach: number): Tracks | undefined {
    const range = this.#source.under(area, reach);
    if (this.#here && holds(this.#here.range, range)) {
      this.end();
      this.#failed = undefined;
      return this.#here.tracks;
    }
    const waits = (this.#coming && holds(this.#coming.range, range)) || (this.failed && holds(this.#failed!.range, range));
    if (!waits) void this.#load(this.#withOld(range));
    return undefined;
  }

  #withOld(range: BlockRange): BlockRange {
    if (this.#here?.range.zoom !== range.zoom) return range;
    const all = both(range, this.#here.range);
    return sizeOfRange(all) <= ROOM * sizeOfRange(range) && this.#source.complete(all) ? all : range;
  }

  /** Gives up what is on its way. */
  end(): void {
    this.#coming?.abort.abort();
    this.#coming = undefined;
  }

  async #load(range: BlockRange): Promise<void> {
    this.end();
    this.#failed = undefined;
    const coming = { range, abort: new AbortController() };
    this.#coming = coming;
    const { attempt } = this.#source;
    try {
      const tracks = await this.#source.load(range, coming.abort.signal);
      if (this.#coming !== coming) return;
      this.#here = { range, tracks };
      this.#source.came();
    } catch (e) {
      if (this.#coming !== coming) return;
      this.#failed = { range, attempt };
      this.#source.failed(e);
    }
    this.#coming = undefined;
    this.#changed();
  }
}
