// The nested archive of docs/format.md: the outer PMTiles archive with the tiles
// of one field, and one inner archive for each of the others.

import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import { ArchiveError } from "./errors.ts";
import { type Field, type Metadata, OUTER_FIELD, parseMetadata } from "./metadata.ts";
import type { Range } from "./ranges.ts";
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

/** Why a layer cannot be shown: its field has no data, or a tool dropped the field's bytes from the file. */
export type Absence = "empty" | "dropped";

/** Compressed tiles kept in memory, in bytes: going back and forth between layers costs no request. */
const KEEP = 24 * 1024 * 1024;

/** Length of a PMTiles v3 header in bytes. */
const HEADER = 127;

export class HeatArchive {
  readonly metadata: Metadata;
  readonly #store: ByteStore;
  readonly #tileDataOffset: number;
  readonly #tileDataLength: number;
  readonly #pmtiles = new Map<string, PMTiles>();
  readonly #tiles = new Map<string, ArrayBuffer>();
  #kept = 0;

  private constructor(store: ByteStore, metadata: Metadata, outer: PMTiles, tileDataOffset: number, tileDataLength: number) {
    this.#store = store;
    this.metadata = metadata;
    this.#tileDataOffset = tileDataOffset;
    this.#tileDataLength = tileDataLength;
    this.#pmtiles.set(OUTER_FIELD, outer);
  }

  /** Reads header and metadata: one request when both lie in the first 64 kB. Rejects with ArchiveError. */
  static async open(store: ByteStore): Promise<HeatArchive> {
    checkMagic(new Uint8Array(await store.read(0, HEADER)));
    const outer = new PMTiles(new SectionSource(store, 0, Infinity, "outer"));
    try {
      const header = await outer.getHeader();
      const end = header.tileDataOffset + (header.tileDataLength ?? 0);
      if (store.size !== undefined && store.size < end) {
        throw new ArchiveError("truncated", `the file has ${store.size} of ${end} bytes`);
      }
      const metadata = parseMetadata(await outer.getMetadata());
      return new HeatArchive(store, metadata, outer, header.tileDataOffset, header.tileDataLength ?? 0);
    } catch (e) {
      if (e instanceof ArchiveError) throw e;
      throw new ArchiveError("format", `reading header and metadata: ${e}`);
    }
  }

  /** Says why a field's tiles cannot be had; undefined when they can. */
  absence(fieldID: string): Absence | undefined {
    const f = this.metadata.fields.get(fieldID);
    if (!f || f.zooms.length === 0) return "empty";
    if (fieldID === OUTER_FIELD) return undefined;
    if (f.offset === undefined || f.length === undefined) return "empty";
    return this.holds({ offset: f.offset, length: f.length }) ? undefined : "dropped";
  }

  /** Whether a part lies in the tile-data section; a tool may have dropped what the metadata still names. */
  holds({ offset, length }: Range): boolean {
    return offset >= 0 && offset + length <= this.#tileDataLength;
  }

  /** The bytes of a part of the tile-data section, in a buffer of its own. */
  async part({ offset, length }: Range): Promise<ArrayBuffer> {
    const data = await this.#store.read(this.#tileDataOffset + offset, length);
    if (data.byteLength < length) throw new ArchiveError("truncated", `${data.byteLength} of ${length} bytes at byte ${offset} of the tile data`);
    return data;
  }

  /** The PNG bytes of a value tile as stored; undefined where the field has none. The buffer is shared: do not write to it. */
  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const key = `${field.id}/${z}/${x}/${y}`;
    const known = this.#tiles.get(key);
    if (known) {
      this.#tiles.delete(key); // to the young end of the map's order
      this.#tiles.set(key, known);
      return known;
    }
    let pmtiles = this.#pmtiles.get(field.id);
    if (!pmtiles) {
      pmtiles = new PMTiles(new SectionSource(this.#store, this.#tileDataOffset + field.offset!, field.length!, field.id));
      this.#pmtiles.set(field.id, pmtiles);
    }
    try {
      await pmtiles.getHeader();
    } catch (e) {
      this.#pmtiles.delete(field.id); // pmtiles would remember the failure for ever
      throw e;
    }
    const found = await pmtiles.getZxy(z, x, y, signal);
    if (found) this.#keep(key, found.data);
    return found?.data;
  }

  /** A tile that is in memory, as tile() gave it; never asks the store. */
  cached(field: Field, z: number, x: number, y: number): ArrayBuffer | undefined {
    return this.#tiles.get(`${field.id}/${z}/${x}/${y}`);
  }

  #keep(key: string, data: ArrayBuffer): void {
    if (this.#tiles.has(key)) return;
    this.#tiles.set(key, data);
    this.#kept += data.byteLength;
    for (const [old, oldData] of this.#tiles) {
      if (this.#kept <= KEEP) break;
      this.#tiles.delete(old);
      this.#kept -= oldData.byteLength;
    }
  }
}

function checkMagic(b: Uint8Array): void {
  if (b[0] === 0x1f && b[1] === 0x8b) throw new ArchiveError("compressed", "the file starts with the magic number of gzip");
  const magic = [0x50, 0x4d, 0x54, 0x69, 0x6c, 0x65, 0x73, 3]; // "PMTiles", version 3
  if (magic.some((m, i) => b[i] !== m)) throw new ArchiveError("foreign", "the file does not start with PMTiles version 3");
  if (b.length < HEADER) throw new ArchiveError("truncated", `the file has only ${b.length} bytes`);
}
