// One worker seen from the page: jobs in, promises out.

import script from "virtual:worker";
import type { Answer, Job } from "./worker.ts";

/** A job as it is asked for: the link numbers it. */
export type Asked<J = Job> = J extends Job ? Omit<J, "id"> : never;

export class WorkerLink {
  readonly #worker: Worker;
  readonly #url: string;
  #count = 0;
  #failed = false;
  readonly #open = new Map<number, { resolve: (result: never) => void; reject: (e: Error) => void }>();

  private constructor(worker: Worker, url: string) {
    this.#worker = worker;
    this.#url = url;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const asked = this.#open.get(data.id);
      this.#open.delete(data.id);
      if ("error" in data) asked?.reject(new Error(data.error));
      else asked?.resolve(data.result as never);
    };
    // What jobs throw comes as an answer; this is a worker that did not start, and one that failed hears nothing more.
    worker.onerror = (e) => this.#fail(`the worker failed: ${e.message}`);
  }

  /** Starts a worker; undefined in a browser that refuses one. Others tell later that its script was kept out. */
  static start(): WorkerLink | undefined {
    let url = "";
    try {
      url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
      return new WorkerLink(new Worker(url), url);
    } catch {
      URL.revokeObjectURL(url);
      return undefined;
    }
  }

  /** Whether the worker has failed as a whole, so that it answers nothing more. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Rejects with what the job throws, or where the worker fails as a whole. */
  ask<T>(job: Asked): Promise<T> {
    const id = ++this.#count;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage({ ...job, id });
    });
  }

  end(): void {
    this.#worker.terminate();
    URL.revokeObjectURL(this.#url);
  }

  #fail(why: string): void {
    this.#failed = true;
    this.end();
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new Error(why));
  }
}
