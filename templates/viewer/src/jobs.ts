// The worker seen from the page: jobs in, promises out. Where no worker starts the work is done here: some browsers
// refuse one at once, others tell later that its script was kept out.

import script from "virtual:worker";
import { type PaintJob, paintHere } from "./live/cpu/client.ts";
import type { Painted } from "./live/cpu/paint.ts";
import type { StoredBlock } from "./tracks/block.ts";
import type { Tracks } from "./tracks/tracks.ts";
import { type LoadedTracks, unpackTracks } from "./tracks/unpack.ts";
import type { Answer, Job } from "./worker.ts";

type Asked<J = Job> = J extends Job ? Omit<J, "id"> : never;

export class Jobs {
  #worker: Worker | undefined;
  /** Whether no worker starts here, so that none is tried again. */
  #failed = false;
  #url = "";
  #count = 0;
  readonly #open = new Map<number, { resolve: (result: never) => void; reject: (e: Error) => void }>();

  /** Puts the lines of so many activities together, of all blocks of an archive; without a worker on this thread. */
  async unpack(blocks: readonly StoredBlock[], activities: number): Promise<LoadedTracks> {
    // The bytes are copied, not handed over: a worker that fails would keep them.
    return this.#either((worker) => this.#ask<LoadedTracks>(worker, { job: "tracks", blocks, activities }), () => unpackTracks(blocks, activities));
  }

  /** A job that paints tracks in the worker; undefined where there is none. */
  painter(tracks: Tracks): PaintJob | undefined {
    if (!this.#start()) return undefined;
    // Sent once, and only by a page that paints on the processor.
    let sent: Promise<object> | undefined;
    let here: PaintJob | undefined;
    return (request) =>
      this.#either(
        async (worker) => {
          sent ??= this.#ask<object>(worker, { job: "keep", tracks });
          await sent;
          return this.#ask<Painted>(worker, { job: "paint", request });
        },
        () => (here ??= paintHere(tracks))(request),
      );
  }

  end(): void {
    this.#worker?.terminate();
    URL.revokeObjectURL(this.#url);
    this.#worker = undefined;
  }

  /** What the worker answers, or what is done here if there is none or it fails as a whole. */
  async #either<T>(there: (worker: Worker) => Promise<T>, here: () => Promise<T>): Promise<T> {
    const worker = this.#start();
    if (!worker) return here();
    try {
      return await there(worker);
    } catch (e) {
      if (!this.#failed) throw e; // the job's own fault
      return here();
    }
  }

  #ask<T>(worker: Worker, job: Asked): Promise<T> {
    const id = ++this.#count;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ ...job, id });
    });
  }

  #start(): Worker | undefined {
    if (this.#worker || this.#failed) return this.#worker;
    try {
      this.#url ||= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      const worker = new Worker(this.#url);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        const asked = this.#open.get(data.id);
        this.#open.delete(data.id);
        if ("error" in data) asked?.reject(new Error(data.error));
        else asked?.resolve(data.result as never);
      };
      // What jobs throw comes as an answer; this is a worker that did not start, and one that failed hears nothing more.
      worker.onerror = (e) => this.#fail(`the worker failed: ${e.message}`);
      this.#worker = worker;
    } catch {
      this.#failed = true;
    }
    return this.#worker;
  }

  #fail(why: string): void {
    this.#failed = true;
    this.end();
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new Error(why));
  }
}
