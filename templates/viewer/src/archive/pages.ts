// The pages of a database that are in memory or on their way. Pages that are asked for at the same moment travel together, since
// the store sees to that; a page that several wait for is asked for once.

import { ArchiveError } from "./errors.ts";
import { Flights } from "./flights.ts";
import type { ByteStore } from "./store.ts";

/** Bytes of pages kept: the inner pages of all tables, and the leaf pages of some views. */
const KEEP = 16 * 1024 * 1024;

export class Pages {
  /** Number of pages in the file. */
  readonly count: number;
  readonly #store: ByteStore;
  readonly #size: number;
  /** By number, the one used last at the end. */
  readonly #kept = new Map<number, Uint8Array>();
  readonly #flights = new Flights<number, Uint8Array>();

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
    return this.#flights.get(n, (gone) => this.#read(n, gone), signal);
  }

  async #read(n: number, signal: AbortSignal): Promise<Uint8Array> {
    const data = await this.#store.read((n - 1) * this.#size, this.#size, signal);
    if (data.byteLength < this.#size) throw new ArchiveError("truncated", `the file ends within page ${n}`);
    const page = new Uint8Array(data);
    this.#kept.set(n, page);
    if (this.#kept.size * this.#size > KEEP) this.#kept.delete(this.#kept.keys().next().value!);
    return page;
  }
}
