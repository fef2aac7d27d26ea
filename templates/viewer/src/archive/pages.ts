// The pages of a database that are in memory or on their way. Pages that are asked for at the same moment travel together, since
// the store sees to that; a page that several wait for is asked for once.

import { ArchiveError } from "./errors.ts";
import type { ByteStore } from "./store.ts";

/** Bytes of pages kept: the inner pages of all tables, and the leaf pages of some views. */
const KEEP = 16 * 1024 * 1024;

interface Flight {
  data: Promise<Uint8Array>;
  abort: AbortController;
  /** Those who wait and have not gone. */
  waiting: number;
}

export class Pages {
  /** Number of pages in the file. */
  readonly count: number;
  readonly #store: ByteStore;
  readonly #size: number;
  /** By number, the one used last at the end. */
  readonly #kept = new Map<number, Uint8Array>();
  readonly #flights = new Map<number, Flight>();

  constructor(store: ByteStore, size: number, count: number) {
    this.#store = store;
    this.#size = size;
    this.count = count;
  }

  /** Throws ArchiveError for a page that there cannot be. */
  check(n: number): void {
    if (!(n >= 1 && n <= this.count)) throw new ArchiveError("format", `the database is damaged: it names page ${n} of ${this.count}`);
  }

  /** A page by its number, from 1. Rejects with ArchiveError or AbortError. */
  async get(n: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.check(n);
    const kept = this.#kept.get(n);
    if (kept) {
      this.#kept.delete(n);
      this.#kept.set(n, kept);
      return kept;
    }
    signal?.throwIfAborted();
    const flight = this.#flights.get(n) ?? this.#start(n);
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--flight.waiting === 0) {
          this.#end(n, flight); // whoever comes now must not be told that it was given up
          flight.abort.abort(signal!.reason);
        }
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      flight.data.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  #start(n: number): Flight {
    const abort = new AbortController();
    const flight: Flight = { data: this.#read(n, abort.signal), abort, waiting: 0 };
    this.#flights.set(n, flight);
    flight.data.then(
      (page) => {
        this.#end(n, flight);
        this.#kept.set(n, page);
        if (this.#kept.size * this.#size > KEEP) this.#kept.delete(this.#kept.keys().next().value!);
      },
      () => this.#end(n, flight),
    );
    return flight;
  }

  #end(n: number, flight: Flight): void {
    if (this.#flights.get(n) === flight) this.#flights.delete(n);
  }

  async #read(n: number, signal: AbortSignal): Promise<Uint8Array> {
    const data = await this.#store.read((n - 1) * this.#size, this.#size, signal);
    if (data.byteLength < this.#size) throw new ArchiveError("truncated", `the file ends within page ${n}`);
    return new Uint8Array(data);
  }
}
