// The nested PMTiles archive of docs/format.md: the outer archive with the tiles of one field, and one inner archive for each
// of the others.

import { Compression, PMTiles, type RangeResponse, SharedPromiseCache, type Source } from "pmtiles";
import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { inflate, MAX_DIRECTORY, MAX_ENTRIES, MAX_METADATA, MAX_TILE, MAX_TRACKS, parseJSON, tooMuch } from "./limits.ts";
import { type Field, type Metadata, OUTER_FIELD, parseMetadata, type Place } from "./metadata.ts";
import type { ByteStore } from "./store.ts";

/** A stretch of a store seen as a file of its own: what an inner archive is. */
export class SectionSource implements Source {
  readonly #store: ByteStore;
  readonly #base: number;
  readonly #size: number;
  readonly #key: string;
  readonly #most: number;

  /** base and size in bytes; size Infinity reaches to the store's end. Not more than most bytes are read at a time. */
  constructor(store: ByteStore, base: number, size: number, key: string, most = Infinity) {
    this.#store = store;
    this.#base = base;
    this.#size = size;
    this.#key = key;
    this.#most = most;
  }

  getKey(): string {
    return this.#key;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    if (length > this.#most) throw tooMuch(`bytes of ${this.#key} in one piece`, this.#most);
    const inside = Math.min(length, this.#size - offset);
    if (inside <= 0) throw new ArchiveError("truncated", `${this.#key}: byte ${offset} lies beyond the section`);
    return { data: await this.#store.read(this.#base + offset, inside, signal) };
  }
}

/** What an archive of version 3 begins with. */
export const MAGIC = "PMTiles\x03";

/** Length of a PMTiles v3 header in bytes. */
const HEADER = 127;

/** Directories kept in memory, of an archive. */
const KEEP = 32;

/** Undoes a compression of PMTiles; rejects with ArchiveError where it comes to more than most bytes. */
async function unfold(data: ArrayBuffer, compression: Compression, most: number, what: string): Promise<ArrayBuffer> {
  if (compression === Compression.Gzip) return (await inflate(new Uint8Array(data), "gzip", most, what)).buffer;
  if (compression > Compression.Gzip) throw new ArchiveError("format", `${what}: compression ${compression} is not supported`);
  if (data.byteLength > most) throw tooMuch(`bytes of ${what}`, most);
  return data;
}

/** A directory begins with the number of its entries, each of four numbers of a byte and more; pmtiles makes objects of as many as it claims. */
async function unfoldDirectory(data: ArrayBuffer, compression: Compression): Promise<ArrayBuffer> {
  const unfolded = await unfold(data, compression, MAX_DIRECTORY, "a directory");
  const bytes = new Uint8Array(unfolded);
  let entries = 0;
  for (let i = 0; i < Math.min(10, bytes.length); i++) {
    entries += (bytes[i]! & 127) * 2 ** (7 * i);
    if (bytes[i]! < 128) break;
  }
  if (entries > MAX_ENTRIES) throw tooMuch("entries of a directory", MAX_ENTRIES);
  if (4 * entries >= bytes.length) throw new ArchiveError("format", `a directory claims ${entries} entries in ${bytes.length} bytes`);
  return unfolded;
}

/** Opens an archive, outer or inner. */
function openPMTiles(store: ByteStore, base: number, size: number, key: string): PMTiles {
  const source = new SectionSource(store, base, size, key, MAX_DIRECTORY);
  return new PMTiles(source, new SharedPromiseCache(KEEP, true, unfoldDirectory), (data, compression) => unfold(data, compression, MAX_TILE, "a tile"));
}

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
    const outer = openPMTiles(store, 0, Infinity, "outer");
    const header = await outer.getHeader();
    const end = header.tileDataOffset + (header.tileDataLength ?? 0);
    if (store.size !== undefined && store.size < end) {
      throw new ArchiveError("truncated", `the file has ${store.size} of ${end} bytes`);
    }
    const { jsonMetadataOffset: offset, jsonMetadataLength: length } = header;
    if (length > MAX_METADATA) throw tooMuch("bytes of the metadata", MAX_METADATA);
    const text = await unfold(await store.read(offset, length), header.internalCompression, MAX_METADATA, "the metadata");
    const metadata = parseMetadata(parseJSON(new TextDecoder().decode(text)));
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
    if (length > MAX_TRACKS) throw tooMuch("bytes of the tracks", MAX_TRACKS);
    const data = await this.#store.read(this.#tileDataOffset + offset, length);
    if (data.byteLength < length) throw new ArchiveError("truncated", `${data.byteLength} of ${length} bytes at byte ${offset} of the tile data`);
    return data;
  }

  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    let pmtiles = this.#pmtiles.get(field.id);
    if (!pmtiles) {
      const { offset, length } = field.place!;
      pmtiles = openPMTiles(this.#store, this.#tileDataOffset + offset, length, field.id);
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
