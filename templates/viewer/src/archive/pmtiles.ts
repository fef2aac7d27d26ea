// The nested PMTiles archive of docs/format.md: the outer archive with the tiles of one field, and one inner archive for each
// of the others.

import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { type Field, type Metadata, OUTER_FIELD, parseMetadata, type Place } from "./metadata.ts";
import type { ByteStore } from "./store.ts";

/** A stretch of a store seen as a file of its own: what an inner archive is. */
export class SectionSource implements Source {
  readonly #store: ByteStore;
  readonly #base: number;
  readonly #size: number;
  readonly #key: string;

  /** base and size in bytes; size Infinity reaches to the store's end. */
  constructor(store: ByteStore, base: number, size: number, key: string) {
    this.#store = store;
    this.#base = base;
    this.#size = size;
    this.#key = key;
  }

  getKey(): string {
    return this.#key;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const inside = Math.min(length, this.#size - offset);
    if (inside <= 0) throw new ArchiveError("truncated", `${this.#key}: byte ${offset} lies beyond the section`);
    return { data: await this.#store.read(this.#base + offset, inside, signal) };
  }
}

/** What an archive of version 3 begins with. */
export const MAGIC = "PMTiles\x03";

/** Length of a PMTiles v3 header in bytes. */
const HEADER = 127;

export class NestedPMTiles implements Container {
  readonly metadata: Metadata;
  readonly #store: ByteStore;
  readonly #tileDataOffset: number;
  readonly #tileDataLength: number;
  readonly #pmtiles = new Map<string, PMTiles>();

  private constructor(store: ByteStore, metadata: Metadata, outer: PMTiles, tileDataOffset: number, tileDataLength: number) {
    this.#store = store;
    this.metadata = metadata;
    this.#tileDataOffset = tileDataOffset;
    this.#tileDataLength = tileDataLength;
    this.#pmtiles.set(OUTER_FIELD, outer);
  }

  /** Reads header and metadata: one request when both lie in the first 64 kB. */
  static async open(store: ByteStore): Promise<NestedPMTiles> {
    const { byteLength } = await store.read(0, HEADER);
    if (byteLength < HEADER) throw new ArchiveError("truncated", `the file has only ${byteLength} bytes`);
    const outer = new PMTiles(new SectionSource(store, 0, Infinity, "outer"));
    const header = await outer.getHeader();
    const end = header.tileDataOffset + (header.tileDataLength ?? 0);
    if (store.size !== undefined && store.size < end) {
      throw new ArchiveError("truncated", `the file has ${store.size} of ${end} bytes`);
    }
    const metadata = parseMetadata(await outer.getMetadata());
    return new NestedPMTiles(store, metadata, outer, header.tileDataOffset, header.tileDataLength ?? 0);
  }

  absence(field: Field): Absence | undefined {
    if (field.id === OUTER_FIELD) return undefined;
    if (!field.place) return "empty";
    return this.#holds(field.place) ? undefined : "dropped";
  }

  get hasTracks(): boolean {
    return this.#holds(this.metadata.tracks);
  }

  async tracks(): Promise<ArrayBuffer> {
    const { offset, length } = this.metadata.tracks!;
    const data = await this.#store.read(this.#tileDataOffset + offset, length);
    if (data.byteLength < length) throw new ArchiveError("truncated", `${data.byteLength} of ${length} bytes at byte ${offset} of the tile data`);
    return data;
  }

  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    let pmtiles = this.#pmtiles.get(field.id);
    if (!pmtiles) {
      const { offset, length } = field.place!;
      pmtiles = new PMTiles(new SectionSource(this.#store, this.#tileDataOffset + offset, length, field.id));
      this.#pmtiles.set(field.id, pmtiles);
    }
    try {
      await pmtiles.getHeader();
    } catch (e) {
      this.#pmtiles.delete(field.id); // pmtiles would remember the failure for ever
      throw e;
    }
    return (await pmtiles.getZxy(z, x, y, signal))?.data;
  }

  /** Whether a part lies in the tile-data section; a tool may have dropped what the metadata still names. */
  #holds(place: Place | undefined): boolean {
    return place !== undefined && place.length > 0 && place.offset >= 0 && place.offset + place.length <= this.#tileDataLength;
  }
}
