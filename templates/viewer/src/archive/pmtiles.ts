// The nested PMTiles archive of docs/format.md: the outer archive with the tiles of one field, and one inner archive for each
// of the others.

import { Compression, type Entry, PMTiles, type RangeResponse, SharedPromiseCache, type Source, tileIdToZxy, zxyToTileId } from "pmtiles";
import type { StoredBlock } from "../tracks/block.ts";
import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { inflate, MAX_BLOCK, MAX_BLOCKS, MAX_DIRECTORY, MAX_ENTRIES, MAX_LINES, MAX_METADATA, MAX_TILE, parseJSON, tooMuch } from "./limits.ts";
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

/** What the archives of blocks are called among those of the fields, whose names have no spaces. */
const LINES = "the lines";
const SQUARES = "the squares";

/** Bytes of squares that are asked for at a time, unless a block has more. */
const FEW = 256 * 1024;

/** Opens the archive of blocks, which stay as they are stored: workers inflate them. */
function openBlocks(store: ByteStore, base: number, size: number, key: string): PMTiles {
  const source = new SectionSource(store, base, size, key, MAX_BLOCK);
  return new PMTiles(source, new SharedPromiseCache(KEEP, true, unfoldDirectory), async (data) => data);
}

/** The entries of the tiles with the ids from (included) to (excluded) in an archive of blocks. */
async function entriesOf(blocks: PMTiles, from: number, to: number): Promise<Entry[]> {
  const header = await blocks.getHeader();
  const out: Entry[] = [];
  const read = async (offset: number, length: number, leaf: boolean): Promise<void> => {
    const entries = await blocks.cache.getDirectory(blocks.source, offset, length, header);
    for (const [i, entry] of entries.entries()) {
      const next = entries[i + 1]?.tileId ?? Infinity;
      if (entry.tileId >= to || next <= from) continue;
      if (entry.runLength === 0) {
        if (leaf) throw new ArchiveError("format", "the directories of the lines lie too deep");
        await read(header.leafDirectoryOffset + entry.offset, entry.length, true);
        continue;
      }
      if (entry.tileId < from) continue;
      // No two blocks are alike, since they say which pieces of which lines they have.
      if (entry.runLength > 1) throw new ArchiveError("format", "one block of lines stands in several places");
      if (entry.length > MAX_BLOCK) throw tooMuch("bytes of the lines in one piece", MAX_BLOCK);
      if (out.length === MAX_BLOCKS) throw tooMuch("blocks of lines", MAX_BLOCKS);
      out.push(entry);
    }
  };
  await read(header.rootDirectoryOffset, header.rootDirectoryLength, false);
  return out;
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

  get hasLines(): boolean {
    return this.#holds(this.metadata.lines?.place);
  }

  get hasSquares(): boolean {
    return this.#holds(this.metadata.squares);
  }

  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#get(field.id, field.place, openPMTiles, z, x, y, signal);
  }

  async keptTile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#holds(field.kept) ? this.#get(`${field.id}, kept`, field.kept, openPMTiles, z, x, y, signal) : undefined;
  }

  async block(z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#get(LINES, this.metadata.lines!.place, openBlocks, z, x, y, signal);
  }

  allBlocks(zoom: number): Promise<StoredBlock[]> {
    return this.#blocks(LINES, this.metadata.lines!.place, zoom, zoom, Infinity);
  }

  squares(from: number, to: number): Promise<StoredBlock[]> {
    return this.#blocks(SQUARES, this.metadata.squares!, from, to, FEW);
  }

  /** All blocks of some zooms, at most so many bytes at a time where there are several. */
  async #blocks(name: string, place: Place, from: number, to: number, most: number): Promise<StoredBlock[]> {
    if (place.length < HEADER) throw new ArchiveError("format", `${name} have only ${place.length} bytes`);
    const inner = await this.#open(name, place, openBlocks);
    const entries = (await entriesOf(inner, zxyToTileId(from, 0, 0), zxyToTileId(to + 1, 0, 0))).sort((p, q) => p.offset - q.offset);
    if (entries.reduce((sum, e) => sum + e.length, 0) > MAX_LINES) throw tooMuch(`bytes of the blocks of ${name}`, MAX_LINES);
    const blocks: StoredBlock[] = [];
    for (let i = 0, k = 0; i < entries.length; i = k) {
      const start = entries[i]!.offset;
      while (k < entries.length && (k === i || entries[k]!.offset + entries[k]!.length - start <= most)) k++;
      blocks.push(...(await this.#read(name, place, inner, entries.slice(i, k))));
    }
    return blocks;
  }

  /** Some blocks, at least one, in one request. */
  async #read(name: string, place: Place, inner: PMTiles, entries: readonly Entry[]): Promise<StoredBlock[]> {
    // The blocks of a zoom follow each other.
    const from = Math.min(...entries.map((e) => e.offset));
    const length = Math.max(...entries.map((e) => e.offset + e.length)) - from;
    const start = (await inner.getHeader()).tileDataOffset + from;
    if (!(start + length <= place.length)) throw new ArchiveError("format", `${name} name what lies beyond their end`);
    const at = this.#tileDataOffset + place.offset + start;
    const data = await this.#store.read(at, length);
    if (data.byteLength < length) throw new ArchiveError("truncated", `${data.byteLength} of ${length} bytes at byte ${at}`);
    return entries.map((e) => {
      const [z, x, y] = tileIdToZxy(e.tileId);
      return { z, x, y, data: data.slice(e.offset - from, e.offset - from + e.length) };
    });
  }

  /** A tile of the outer archive or of an inner one, which open() opens. */
  async #get(name: string, place: Place | undefined, open: typeof openPMTiles, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return (await (await this.#open(name, place, open)).getZxy(z, x, y, signal))?.data;
  }

  async #open(name: string, place: Place | undefined, open: typeof openPMTiles): Promise<PMTiles> {
    let pmtiles = this.#pmtiles.get(name);
    if (!pmtiles) {
      const { offset, length } = place!;
      pmtiles = open(this.#store, this.#tileDataOffset + offset, length, name);
      this.#pmtiles.set(name, pmtiles);
    }
    try {
      await pmtiles.getHeader();
    } catch (e) {
      this.#pmtiles.delete(name); // pmtiles would remember the failure for ever
      throw e;
    }
    return pmtiles;
  }

  /** Whether a part lies in the tile-data section; a tool may have dropped what the metadata still names. */
  #holds(place: Place | undefined): boolean {
    return place !== undefined && place.length > 0 && place.offset >= 0 && place.offset + place.length <= this.#tileDataLength;
  }
}
