// The page's side of the worker: questions, their answers and their progress.

import type { Told } from "../worker/core.ts";
import type { Answer, Failure, Question, Questions } from "../worker/messages.ts";

/** What went wrong in the worker, in the generator's words. */
export class GeneratorError extends Error {
  /** One of the kinds in studio/wasm/failure.go. */
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

export interface Step {
  stage: string;
  done: number;
  /** 0 where that is not known. */
  total: number;
  unit: string;
}

interface Asked {
  resolve: (answer: never) => void;
  reject: (e: Error) => void;
  onStep: ((step: Step) => void) | undefined;
}

/** A worker that does not stop within this time after it was asked to is ended as it is. */
const PATIENCE_MS = 3000;

export class Client {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #next = 1;
  /** Whether the worker is gone. */
  ended = false;

  /** address is that of the worker's script. */
  constructor(address: string) {
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const asked = this.#asked.get(data.n);
      if (!asked) return;
      if ("stage" in data) {
        asked.onStep?.(data);
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
  ask<K extends keyof Questions>(ask: K, given: Questions[K]["given"], how: { signal?: AbortSignal; onStep?: (step: Step) => void } = {}): Promise<Questions[K]["answer"]> {
    const n = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(n, { resolve: resolve as (answer: never) => void, reject, onStep: how.onStep });
      this.#worker.postMessage({ n, ask, given } as Question);
      how.signal?.addEventListener(
        "abort",
        () => {
          if (!this.#asked.has(n)) return;
          this.#worker.postMessage({ stop: n });
          setTimeout(() => this.#asked.has(n) && this.#end({ kind: "aborted", message: "", faults: [] }), PATIENCE_MS);
        },
        { once: true },
      );
    });
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
