// The worker seen from the page: jobs in, promises out.

import script from "virtual:worker";
import type { PaintJob } from "./live/cpu/client.ts";
import type { Painted } from "./live/cpu/paint.ts";
import type { Tracks } from "./tracks/tracks.ts";
import { type LoadedTracks, unpackTracks } from "./tracks/unpack.ts";
import type { Answer, Job } from "./worker.ts";

type Asked<J = Job> = J extends Job ? Omit<J, "id"> : never;

export class Jobs {
  #worker: Worker | undefined;
  #url = "";
  #count = 0;
  readonly #open = new Map<number, { resolve: (result: never) => void; reject: (e: Error) => void }>();

  /** Inflates and decodes a tracks blob; without a worker on this thread. */
  async unpack(bytes: ArrayBuffer): Promise<LoadedTracks> {
    const worker = this.#start();
    return worker ? this.#ask<LoadedTracks>(worker, { job: "tracks", bytes }, [bytes]) : unpackTracks(bytes);
  }

  /** A job that paints tracks in the worker; undefined where there is none. */
  painter(tracks: Tracks): PaintJob | undefined {
    const worker = this.#start();
    if (!worker) return undefined;
    // Sent once, and only by a page that paints on the processor.
    let sent: Promise<object> | undefined;
    return async (request) => {
      sent ??= this.#ask<object>(worker, { job: "keep", tracks });
      await sent;
      return this.#ask<Painted>(worker, { job: "paint", request });
    };
  }

  end(): void {
    this.#worker?.terminate();
    URL.revokeObjectURL(this.#url);
    this.#worker = undefined;
  }

  #ask<T>(worker: Worker, job: Asked, transfer: Transferable[] = []): Promise<T> {
    const id = ++this.#count;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ ...job, id }, transfer);
    });
  }

  #start(): Worker | undefined {
    if (this.#worker) return this.#worker;
    try {
      this.#url ||= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      const worker = new Worker(this.#url);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        const asked = this.#open.get(data.id);
        this.#open.delete(data.id);
        if ("error" in data) asked?.reject(new Error(data.error));
        else asked?.resolve(data.result as never);
      };
      worker.onerror = (e) => {
        for (const { reject } of this.#open.values()) reject(new Error(`the worker failed: ${e.message}`));
        this.#open.clear();
      };
      this.#worker = worker;
    } catch {
      // A browser that starts no worker from a blob does the work here.
    }
    return this.#worker;
  }
}
