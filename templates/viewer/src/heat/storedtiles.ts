// The stored tiles of an archive as the page holds them: read, and kept for a while.

import type { HeatArchive } from "../archive/archive.ts";
import { Flights } from "../archive/flights.ts";
import { Kept } from "../archive/kept.ts";
import type { Field } from "../archive/metadata.ts";
import { nameOf, type TileID } from "../tracks/block.ts";
import { unpack } from "./png.ts";
import { type ValueTile, valueTile } from "./valuetile.ts";

/** Tiles kept, in bytes of memory: those of a large screen. */
const KEEP = 32 * 1024 * 1024;

/** What a kept nothing counts for, in bytes. */
const NOTHING = 128;

export class StoredTiles {
  readonly #archive: HeatArchive;
  readonly #tiles = new Kept<{ tile: ValueTile | undefined }>(KEEP, ({ tile }) => (tile ? tile.level.byteLength + tile.presence.byteLength : NOTHING));
  readonly #reading = new Flights<string, ValueTile | undefined>();

  constructor(archive: HeatArchive) {
    this.#archive = archive;
  }

  /** The tile of a stored zoom; undefined where it is empty. Rejects as the archive does, and with Error where the tile is damaged. */
  async get(field: Field, tile: TileID, signal?: AbortSignal): Promise<ValueTile | undefined> {
    const key = keyOf(field, tile);
    const kept = this.#tiles.get(key);
    if (kept) return kept.tile;
    return this.#reading.get(key, async (gone) => this.#read(key, field, await this.#archive.tile(field, tile.z, tile.x, tile.y, gone)), signal);
  }

  /** A tile that is in memory, as get() gives it; never asks for one. */
  async cached(field: Field, tile: TileID): Promise<ValueTile | undefined> {
    const key = keyOf(field, tile);
    const kept = this.#tiles.get(key);
    if (kept) return kept.tile;
    const png = this.#archive.cached(field, tile.z, tile.x, tile.y);
    return png && this.#read(key, field, png);
  }

  async #read(key: string, field: Field, png: ArrayBuffer | undefined): Promise<ValueTile | undefined> {
    const tile = png && valueTile(await unpack(png), field);
    this.#tiles.set(key, { tile });
    return tile;
  }
}

const keyOf = (field: Field, tile: TileID): string => `${field.id}/${nameOf(tile)}`;
