// The MBTiles archive of docs/format.md: an SQLite database with a table of tiles for each field, their row ids the Hilbert ids
// of PMTiles.

import { zxyToTileId } from "pmtiles";
import type { Absence, Container } from "./container.ts";
import { ArchiveError } from "./errors.ts";
import { MAX_METADATA, MAX_TILE, MAX_TRACKS, parseJSON } from "./limits.ts";
import { type Field, type Metadata, parseMetadata } from "./metadata.ts";
import { Database } from "./sqlite.ts";
import type { ByteStore } from "./store.ts";

/** The table of the default field's tiles. */
const OUTER_TABLE = "tiles";

/** What a row of a tile or of the tracks has beside its blob, in bytes: five numbers and a head. */
const ROW = 64;

/** Row id of the only row of the table of tracks. */
const TRACKS_ROW = 1;

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

  get hasTracks(): boolean {
    return this.#db.tables.has(this.metadata.tracks?.table ?? "");
  }

  async tile(field: Field, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const row = await this.#db.find(this.#db.tables.get(field.place!.table)!, zxyToTileId(z, x, y), MAX_TILE + ROW, signal);
    if (!row) return undefined;
    const [, zoom, column, tmsRow, data] = row;
    if (zoom !== z || column !== x || tmsRow !== 2 ** z - 1 - y || !(data instanceof Uint8Array)) {
      throw new ArchiveError("format", `the row of tile ${z}/${x}/${y} in ${field.place!.table} is another's`);
    }
    return data.slice().buffer;
  }

  async tracks(): Promise<ArrayBuffer> {
    const { table, length } = this.metadata.tracks!;
    const [, data] = (await this.#db.find(this.#db.tables.get(table)!, TRACKS_ROW, MAX_TRACKS + ROW)) ?? [];
    if (!(data instanceof Uint8Array) || data.length !== length) throw new ArchiveError("format", "the tracks are not as long as the metadata say");
    return data.slice().buffer;
  }
}
