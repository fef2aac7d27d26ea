// The tiles of an archive beyond its stored zooms: their blocks are loaded, they are painted, and both are kept for a while. Where blocks keep tiles in place
// of lines those are read.

import type { HeatArchive } from "../archive/archive.ts";
import { Flights } from "../archive/flights.ts";
import { Kept } from "../archive/kept.ts";
import type { Field } from "../archive/metadata.ts";
import { magnified } from "../heat/magnify.ts";
import { paintedValues } from "../heat/quantise.ts";
import { unpack } from "../heat/valueat.ts";
import { penWeights, planFor, reachOf } from "../live/plan.ts";
import { rangeZoom } from "../map/density.ts";
import { nameOf, type StoredBlock, type TileID } from "../tracks/block.ts";
import { servingZoom } from "../tracks/blockrange.ts";
import type { StoredBlocks } from "../tracks/storedblocks.ts";
import { blocksNear, type Near } from "./blocks.ts";
import { type Brush, type PaintedTile, TILE_BYTES } from "./paint.ts";
import { Pool } from "./pool.ts";

/** Painted tiles kept, in bytes. */
const KEEP_TILES = 48 * 1024 * 1024;

/** What a kept nothing counts for, in bytes. */
const NOTHING = 128;

export class DeepTiles {
  readonly #archive: HeatArchive;
  readonly #pool: Pool;
  readonly #tiles = new Kept<PaintedTile | undefined>(KEEP_TILES, (tile) => (tile ? TILE_BYTES : NOTHING));
  readonly #blocks: StoredBlocks;
  readonly #painting = new Flights<string, PaintedTile | undefined>();
  readonly #brushes = new Map<string, Brush>();

  constructor(archive: HeatArchive, blocks: StoredBlocks, pool = new Pool(archive.metadata.activities.day.length)) {
    this.#archive = archive;
    this.#blocks = blocks;
    this.#pool = pool;
  }

  /**
   * The tile of a zoom that is painted, with a glow of so many times its width; undefined where it is empty. Rejects with ArchiveError, with
   * AbortError, and with Error where a block is damaged.
   */
  async get(field: Field, tile: TileID, glow: number, signal?: AbortSignal): Promise<PaintedTile | undefined> {
    const key = keyOf(field, tile, glow);
    if (this.#tiles.has(key)) return this.#tiles.get(key);
    return this.#painting.get(key, (gone) => this.#paint(key, field, tile, glow, gone), signal);
  }

  /** A tile that is in memory, as get() gave it; never paints one. */
  cached(field: Field, tile: TileID, glow: number): PaintedTile | undefined {
    return this.#tiles.get(keyOf(field, tile, glow));
  }

  end(): void {
    this.#pool.end();
  }

  async #paint(key: string, field: Field, tile: TileID, glow: number, signal: AbortSignal): Promise<PaintedTile | undefined> {
    const { lines, maxZoom } = this.#archive.metadata;
    if (tile.z > maxZoom && this.#archive.keptBlocks?.touch(tile)) {
      const read = await this.#read(field, tile, glow, signal);
      this.#tiles.set(key, read);
      return read;
    }
    const zoom = servingZoom(lines!.zooms, tile.z);
    const brush = this.#brush(field, glow);
    const places = blocksNear(tile, reachOf(brush.brush.plan, tile.z), zoom);
    const loaded = await Promise.all(places.map((near) => this.#blocks.get(near, signal)));
    const near: { near: Near; stored: StoredBlock }[] = [];
    places.forEach((place, i) => {
      const { z, x, y } = place;
      const data = loaded[i];
      if (data) near.push({ near: place, stored: { z, x, y, data } });
    });
    const painted = near.length > 0 ? await this.#pool.paint({ tile, brush, near }, signal) : undefined;
    this.#tiles.set(key, painted);
    return painted;
  }

  /** A tile where blocks keep tiles: what it shows of the one that has its glow, the nearest there is. */
  async #read(field: Field, { z, x, y }: TileID, glow: number, signal: AbortSignal): Promise<PaintedTile | undefined> {
    const from = Math.min(rangeZoom(z, glow), this.#archive.keptBlocks!.maxZoom);
    const parts = 2 ** (z - from);
    const stored = await this.#archive.tile(field, from, Math.floor(x / parts), Math.floor(y / parts), signal);
    return stored && magnified(await unpack(stored), field, z - from, x % parts, y % parts);
  }

  #brush(field: Field, glow: number): { name: string; brush: Brush } {
    const name = `${field.id}/${glow}`;
    let brush = this.#brushes.get(name);
    if (!brush) {
      const { painting, activities, asOf } = this.#archive.metadata;
      const all = new Uint8Array(activities.day.length).fill(1);
      const weights = penWeights(field, all, activities.day, Math.floor(Date.parse(asOf) / 86_400_000));
      brush = { plan: planFor(field, painting, glow), weights, scale: { values: paintedValues(field), kind: field.kind } };
      this.#brushes.set(name, brush);
    }
    return { name, brush };
  }
}

const keyOf = (field: Field, tile: TileID, glow: number): string => `${field.id}/${nameOf(tile)}/${glow}`;
