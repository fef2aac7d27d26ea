// What the page has done aside, in a worker. Where none starts the work is done here.

import { type PaintJob, paintHere } from "./live/cpu/client.ts";
import type { Painted } from "./live/cpu/paint.ts";
import type { StoredBlock } from "./tracks/block.ts";
import type { Tracks } from "./tracks/tracks.ts";
import { type LoadedTracks, unpackTracks } from "./tracks/unpack.ts";
import { WorkerLink } from "./workerlink.ts";

export class Jobs {
  #link: WorkerLink | undefined;
  /** Whether no worker starts here, so that none is tried again. */
  #refused = false;

  /** Puts the lines of so many activities together, of all blocks of an archive; without a worker on this thread. */
  async unpack(blocks: readonly StoredBlock[], activities: number): Promise<LoadedTracks> {
    // The bytes are copied, not handed over: a worker that fails would keep them.
    return this.#either((link) => link.ask<LoadedTracks>({ job: "tracks", blocks, activities }), () => unpackTracks(blocks, activities));
  }

  /** A job that paints tracks in the worker; undefined where there is none. */
  painter(tracks: Tracks): PaintJob | undefined {
    if (!this.#start()) return undefined;
    // Sent once, and only by a page that paints on the processor.
    let sent: Promise<object> | undefined;
    let here: PaintJob | undefined;
    return (request) =>
      this.#either(
        async (link) => {
          sent ??= link.ask<object>({ job: "keep", tracks });
          await sent;
          return link.ask<Painted>({ job: "paint", request });
        },
        () => (here ??= paintHere(tracks))(request),
      );
  }

  end(): void {
    this.#link?.end();
    this.#link = undefined;
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
