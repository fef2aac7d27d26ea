// Asks a worker, which answers by serve.ts: questions, their answers, and what it tells meanwhile.

import type { Told } from "./core.ts";
import type { Answer, Failure, Questioned } from "./messages.ts";

/** What went wrong in the worker, in the generator's words. */
export class GeneratorError extends Error {
  /** One of the kinds in studio/wasm/failure.go, or "crashed". */
  readonly kind: string;
  readonly faults: Failure["faults"];
  /** What the message says. */
  readonly told: Told;

  constructor({ kind, message, code, args, faults }: Failure) {
    super(message);
    this.kind = kind;
    this.faults = faults;
    this.told = { text: message, ...(code ? { code, args: args ?? null } : {}) };
  }
}

interface Asked {
  resolve: (answer: never) => void;
  reject: (e: Error) => void;
  onNews: ((news: never) => void) | undefined;
}

/** How to ask: what ends the work, and who hears of it meanwhile. */
export interface How<News> {
  signal?: AbortSignal;
  onNews?: (news: News) => void;
}

/** A worker that does not stop within this time after it was asked to is ended as it is. */
const PATIENCE_MS = 3000;

/** A worker that is asked questions Q, and tells News meanwhile. */
export class Client<Q extends Questioned<Q>, News> {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #next = 1;
  /** Whether the worker is gone. */
  ended = false;

  /** address is that of the worker's script, name what it finds as its name. */
  constructor(address: string, name = "") {
    this.#worker = new Worker(address, { name });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const asked = this.#asked.get(data.n);
      if (!asked) return;
      if ("news" in data) {
        asked.onNews?.(data.news as never);
        return;
      }
      this.#asked.delete(data.n);
      if ("failure" in data) asked.reject(new GeneratorError(data.failure));
      else asked.resolve(data.answer as never);
    };
    this.#worker.onerror = (e) => {
      e.preventDefault();
      this.#end({ kind: "crashed", message: e.message, faults: [] });
    };
  }

  /** Asks the worker. Rejects with GeneratorError; its kind is "aborted" once the signal has ended the work, and "crashed" when the worker is gone. */
  ask<K extends keyof Q & string>(ask: K, given: Q[K]["given"], { signal, onNews }: How<News> = {}): Promise<Q[K]["answer"]> {
    if (this.ended) return Promise.reject(new GeneratorError({ kind: "crashed", message: "the worker has ended", faults: [] }));
    const n = this.#next++;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        if (!this.#asked.has(n)) return;
        this.#worker.postMessage({ stop: n });
        setTimeout(() => this.#asked.has(n) && this.#end({ kind: "aborted", message: "", faults: [] }), PATIENCE_MS);
      };
      const over = <T>(act: (value: T) => void) => (value: T) => {
        signal?.removeEventListener("abort", stop);
        act(value);
      };
      this.#asked.set(n, { resolve: over(resolve as (answer: never) => void), reject: over(reject), onNews });
      this.#worker.postMessage({ n, ask, given });
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Ends the worker. */
  end(): void {
    this.#end({ kind: "aborted", message: "", faults: [] });
  }

  /** Ends the worker; whoever waits for it hears why. */
  #end(failure: Failure): void {
    this.ended = true;
    this.#worker.terminate();
    const waiting = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of waiting) reject(new GeneratorError(failure));
  }
}
