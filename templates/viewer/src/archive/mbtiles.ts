// The MBTiles archive of docs/format.md: an SQLite database with a table of tiles for each field, their row ids the Hilbert ids
// of PMTiles.

import { zxyToTileId } from "pmtiles";
import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { MAX_BLOCK, MAX_BLOCKS, MAX_LINES, MAX_METADATA, MAX_TILE, parseJSON, tooMuch } from "./limits.ts";
import type { StoredBlock } from "../tracks/block.ts";
import { type Field, type Metadata, parseMetadata, type Place } from "./metadata.ts";
import { Database, type Value } from "./sqlite.ts";
import type { ByteStore } from "./store.ts";

/** The table of the default field's tiles. */
const OUTER_TABLE = "tiles";

/** What a row of a tile or of a block has beside its blob, in bytes: five numbers and a head. */
const ROW = 64;

export class MBTiles implements Container {
  readonly metadata: Metadata;
  readonly #db: Database;

  private constructor(db: Database, metadata: Metadata) {
    this.#db = db;
    this.metadata = metadata;
  }

  /** Reads schema and metadata. */
  static async open(store: ByteStore): Promise<MBTiles> {
    const db = await Database.open(store);
    const root = db.tables.get("metadata");
    // Most first views are of this table. Long metadata are still on their way, so its root travels with them.
    const tiles = db.tables.get(OUTER_TABLE);
    if (tiles !== undefined) db.warm(tiles);
    const raw: Record<string, unknown> = {};
    if (root !== undefined) {
      for await (const [name, value] of db.rows(root, MAX_METADATA)) {
        if (name === "name" || name === "attribution" || name === "heatmapgen") raw[name] ??= value;
      }
    }
    const { heatmapgen } = raw;
    return new MBTiles(db, parseMetadata({ ...raw, heatmapgen: typeof heatmapgen === "string" ? parseJSON(heatmapgen) : undefined }));
  }

  absence({ place }: Field): Absence | undefined {
    if (!place?.table) return "empty";
    return this.#db.tables.has(place.table) ? undefined : "dropped";
  }

  get hasLines(): boolean {
    return this.#db.tables.has(this.metadata.lines?.place.table ?? "");
  }

  get hasSquares(): boolean {
    return this.#db.tables.has(this.metadata.squares?.table ?? "");
  }

  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#get(field.place!.table, MAX_TILE, z, x, y, signal);
  }

  async keptTile({ kept }: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return kept && this.#db.tables.has(kept.table) ? this.#get(kept.table, MAX_TILE, z, x, y, signal) : undefined;
  }

  async block(z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    return this.#get(this.metadata.lines!.place.table, MAX_BLOCK, z, x, y, signal);
  }

  allBlocks(zoom: number): Promise<StoredBlock[]> {
    return this.#blocks(this.metadata.lines!.place, zoom, zoom);
  }

  squares(from: number, to: number): Promise<StoredBlock[]> {
    return this.#blocks(this.metadata.squares!, from, to);
  }

  async #blocks({ table }: Place, from: number, to: number): Promise<StoredBlock[]> {
    const ids = { from: zxyToTileId(from, 0, 0), to: zxyToTileId(to + 1, 0, 0) };
    const blocks: StoredBlock[] = [];
    for await (const row of this.#db.rows(this.#db.tables.get(table)!, MAX_LINES, MAX_BLOCKS, ids)) {
      const z = Number(row[1]);
      const [x, y] = [Number(row[2]), 2 ** z - 1 - Number(row[3])];
      const data = blobOf(row, table, z, x, y);
      if (!(z >= from && z <= to)) throw new ArchiveError("format", `a row of zoom ${z} in ${table} is in another's place`);
      if (data.byteLength > MAX_BLOCK) throw tooMuch("bytes of a block", MAX_BLOCK);
      blocks.push({ z, x, y, data });
    }
    return blocks;
  }

  async #get(table: string, most: number, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const row = await this.#db.find(this.#db.tables.get(table)!, zxyToTileId(z, x, y), most + ROW, signal);
    return row && blobOf(row, table, z, x, y);
  }
}

/** The blob of a row of tiles, in a buffer of its own; throws ArchiveError where the row is another tile's. */
function blobOf([, zoom, column, tmsRow, data]: Value[], table: string, z: number, x: number, y: number): ArrayBuffer {
  if (zoom !== z || column !== x || tmsRow !== 2 ** z - 1 - y || !(data instanceof Uint8Array)) {
    throw new ArchiveError("format", `the row of tile ${z}/${x}/${y} in ${table} is another's`);
  }
  return data.slice().buffer;
}
