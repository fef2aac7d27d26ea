// What the page has done aside, in a worker. Where none starts the work is done here.

import { type Board, openBoard } from "./explore/squares/board.ts";
import { paintHere } from "./live/cpu/client.ts";
import type { Painted, PaintRequest } from "./live/cpu/paint.ts";
import type { StoredBlock } from "./tracks/block.ts";
import { Parts } from "./tracks/parts.ts";
import type { Tracks } from "./tracks/tracks.ts";
import { type LoadedTracks, unpackTracks } from "./tracks/unpack.ts";
import { WorkerLink } from "./workerlink.ts";

/** Lines that the worker keeps for painting: those of two pictures side by side. */
const KEEP_LINES = 2;

export class Jobs {
  #link: WorkerLink | undefined;
  /** Whether no worker starts here, so that none is tried again. */
  #refused = false;
  /** The numbers of the lines that the worker has; those used last at the end. */
  readonly #sent = new Map<Tracks, number>();
  #count = 0;
  #parts: Parts | undefined;

  /** Puts the lines of so many activities together, of all blocks of a zoom; without a worker on this thread. */
  async unpack(blocks: readonly StoredBlock[], activities: number): Promise<LoadedTracks> {
    // The bytes are copied, not handed over: a worker that fails would keep them.
    return this.#either((link) => link.ask<LoadedTracks>({ job: "tracks", blocks, activities }), () => unpackTracks(blocks, activities));
  }

  /** What some blocks of a zoom have of the lines of so many activities; the blocks of all calls are of one archive. */
  async part(blocks: readonly StoredBlock[], activities: number): Promise<Tracks> {
    return this.#either(
      (link) => link.ask<Tracks>({ job: "part", blocks, activities }),
      () => (this.#parts ??= new Parts()).of(blocks, activities),
    );
  }

  /** The board of all blocks of squares of a zoom, in an archive of so many activities. */
  async board(blocks: readonly StoredBlock[], zoom: number, activities: number): Promise<Board> {
    return this.#either((link) => link.ask<Board>({ job: "board", blocks, zoom, activities }), () => openBoard(blocks, zoom, activities));
  }

  /** Paints a request from lines, which go to the worker once: only a page that paints on the processor sends them. */
  async paint(tracks: Tracks, request: PaintRequest): Promise<Painted> {
    return this.#either(
      (link) => link.ask<Painted>({ job: "paint", of: this.#send(link, tracks), request }),
      () => paintHere(tracks, request),
    );
  }

  end(): void {
    this.#link?.end();
    this.#link = undefined;
  }

  /** Sees to it that the worker has lines when it comes to what it is asked next; returns their number. */
  #send(link: WorkerLink, tracks: Tracks): number {
    let as = this.#sent.get(tracks);
    this.#sent.delete(tracks);
    if (as === undefined) {
      as = ++this.#count;
      const drop: number[] = [];
      for (const [old, number] of this.#sent) {
        if (this.#sent.size < KEEP_LINES) break;
        this.#sent.delete(old);
        drop.push(number);
      }
      link.ask({ job: "keep", tracks, as, drop }).catch(() => {}); // who has them painted hears of it
    }
    this.#sent.set(tracks, as);
    return as;
  }

  /** What the worker answers, or what is done here if there is none or it fails as a whole. */
  async #either<T>(there: (link: WorkerLink) => Promise<T>, here: () => Promise<T>): Promise<T> {
    const link = this.#start();
    if (!link) return here();
    try {
      return await there(link);
    } catch (e) {
      if (!link.failed) throw e; // the job's own fault
      this.#refused = true;
      this.#link = undefined;
      return here();
    }
  }

  #start(): WorkerLink | undefined {
    if (this.#refused || this.#link) return this.#link;
    this.#link = WorkerLink.start();
    this.#refused = !this.#link;
    return this.#link;
  }
}
