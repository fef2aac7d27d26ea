// An archive of heat, whatever kind of file it is: what it says of itself, its tiles and its lines. pmtiles.ts and mbtiles.ts
// read the two kinds.

import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { Kept } from "./kept.ts";
import { KEPT_ZOOM, KeptBlocks } from "./keptblocks.ts";
import { MBTiles } from "./mbtiles.ts";
import type { Field, Layer, Metadata } from "./metadata.ts";
import { NestedPMTiles, MAGIC as PMTILES } from "./pmtiles.ts";
import { MAGIC as SQLITE } from "./sqlite.ts";
import type { ByteStore } from "./store.ts";
import type { StoredBlock, TileID } from "../tracks/block.ts";
import { servingZoom } from "../tracks/blockrange.ts";

/** Compressed tiles kept in memory, in bytes: going back and forth between layers costs no request. */
const KEEP = 24 * 1024 * 1024;

/** How many bytes of lines at most are loaded where the least stored zoom would do. */
const FEW_BYTES = 150_000;

export class HeatArchive {
  readonly metadata: Metadata;
  /** The blocks that keep tiles in place of lines; undefined where none do. */
  readonly keptBlocks: KeptBlocks | undefined;
  readonly #container: Container;
  readonly #tiles = new Kept<ArrayBuffer>(KEEP, (data) => data.byteLength);

  private constructor(container: Container) {
    this.#container = container;
    this.metadata = container.metadata;
    const kept = this.metadata.lines?.kept;
    this.keptBlocks = kept && new KeptBlocks(kept);
  }

  /** Reads what the file says of itself: one request when it lies at the file's beginning. Rejects with ArchiveError. */
  static async open(store: ByteStore): Promise<HeatArchive> {
    const kind = kindOf(new Uint8Array(await store.read(0, SQLITE.length)));
    try {
      return new HeatArchive(await kind.open(store));
    } catch (e) {
      if (e instanceof ArchiveError) throw e;
      throw new ArchiveError("format", `reading header and metadata: ${e}`);
    }
  }

  /** Says why a field's tiles cannot be had; undefined when they can. */
  absence(fieldID: string): Absence | undefined {
    const f = this.metadata.fields.get(fieldID);
    return !f || f.zooms.length === 0 ? "empty" : this.#container.absence(f);
  }

  /** Says why a layer cannot be shown; undefined when it can. */
  missing({ field, of }: Layer): Absence | undefined {
    if (!of) return this.absence(field);
    if (!this.hasLines) return "dropped";
    return of.includes(1) && this.metadata.fields.get(field)!.zooms.length > 0 ? undefined : "empty";
  }

  /** Whether the archive has the lines of all of its activities. */
  get hasLines(): boolean {
    return this.#container.hasLines;
  }

  /** Whether the archive has the squares that its activities have been in. */
  get hasSquares(): boolean {
    return this.#container.hasSquares;
  }

  /** The zooms that there is something to see at: those of its tiles, and those that are painted from its lines. */
  get zooms(): { minZoom: number; maxZoom: number } {
    const { minZoom, maxZoom, lines } = this.metadata;
    return this.hasLines ? { minZoom: 0, maxZoom: Math.max(maxZoom, lines!.maxZoom) } : { minZoom, maxZoom };
  }

  /** Whether the picture of a zoom, whole or not, is painted from lines rather than of stored tiles. */
  paints(zoom: number): boolean {
    return this.hasLines && isPainted(zoom, this.metadata);
  }

  /** Whether a tile deeper than the stored zooms is one of those that blocks keep in place of lines, or lies in one: such a tile is never painted. */
  keeps(tile: TileID): boolean {
    return tile.z >= KEPT_ZOOM && this.keptBlocks?.touch(tile) === true;
  }

  /** The bytes of a block of an archive that has lines, in a buffer of their own; undefined where nobody was. */
  block(z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#container.block(z, x, y, signal);
  }

  /** All blocks of a zoom of an archive that has lines. */
  allBlocks(zoom: number): Promise<StoredBlock[]> {
    return this.#container.allBlocks(zoom);
  }

  /** All blocks of squares, which the archive has, of tiles of some zooms, both included. */
  squares(from: number, to: number): Promise<StoredBlock[]> {
    return this.#container.squares(from, to);
  }

  /** The PNG bytes of a value tile as stored, of a zoom deeper than the others one that blocks keep; undefined where the field has none. The buffer is shared: do not write to it. */
  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const key = `${field.id}/${z}/${x}/${y}`;
    const known = this.#tiles.get(key);
    if (known) return known;
    const found = await (z > this.metadata.maxZoom ? this.#container.keptTile(field, z, x, y, signal) : this.#container.tile(field, z, x, y, signal));
    if (found) this.#tiles.set(key, found);
    return found;
  }

  /** A tile that is in memory, as tile() gave it; never asks the store. */
  cached(field: Field, z: number, x: number, y: number): ArrayBuffer | undefined {
    return this.#tiles.get(`${field.id}/${z}/${x}/${y}`);
  }
}

/** Tells the kind of a file by its first bytes. */
function kindOf(first: Uint8Array): { open(store: ByteStore): Promise<Container> } {
  if (first[0] === 0x1f && first[1] === 0x8b) throw new ArchiveError("compressed", "the file starts with the magic number of gzip");
  const text = String.fromCharCode(...first);
  if (text.startsWith(PMTILES)) return NestedPMTiles;
  if (text.startsWith(SQLITE)) return MBTiles;
  throw new ArchiveError("foreign", "the file starts neither with PMTiles version 3 nor with SQLite format 3");
}

/**
 * Whether the picture of a zoom is painted where there are lines. A map opens on all of its data, which is often a little farther out than the least stored zoom: that
 * is shown smaller then, as long as it would take many lines to paint it. Pure.
 */
function isPainted(zoom: number, { minZoom, maxZoom, lines }: Pick<Metadata, "minZoom" | "maxZoom" | "lines">): boolean {
  if (zoom >= minZoom - 0.5 && zoom <= maxZoom) return false;
  if (zoom > maxZoom || zoom < minZoom - 1) return true;
  const { zooms, bytes } = lines!;
  return bytes[zooms.indexOf(servingZoom(zooms, Math.floor(zoom)))]! <= FEW_BYTES;
}
