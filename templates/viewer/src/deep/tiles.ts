// The tiles of an archive beyond its stored zooms: their blocks are loaded, they are painted, and both are kept for a while.

import type { HeatArchive } from "../archive/archive.ts";
import { Flights } from "../archive/flights.ts";
import { Kept } from "../archive/kept.ts";
import type { Field } from "../archive/metadata.ts";
import { paintedValues } from "../heat/quantise.ts";
import type { ValueTile } from "../heat/valuetile.ts";
import { penWeights, planFor, reachOf } from "../live/plan.ts";
import { nameOf, type StoredBlock, type TileID } from "../tracks/block.ts";
import { servingZoom } from "../tracks/blockrange.ts";
import type { StoredBlocks } from "../tracks/storedblocks.ts";
import { blocksNear, type Near } from "./blocks.ts";
import { type Brush, TILE_BYTES } from "./paint.ts";
import { Pool } from "./pool.ts";

/** Painted tiles kept, in bytes. */
const KEEP_TILES = 48 * 1024 * 1024;

/** What a kept nothing counts for, in bytes. */
const NOTHING = 128;

export class DeepTiles {
  readonly #archive: HeatArchive;
  readonly #pool: Pool;
  readonly #tiles = new Kept<ValueTile | undefined>(KEEP_TILES, (tile) => (tile ? TILE_BYTES : NOTHING));
  readonly #blocks: StoredBlocks;
  readonly #painting = new Flights<string, ValueTile | undefined>();
  readonly #brushes = new Map<string, Brush>();

  constructor(archive: HeatArchive, blocks: StoredBlocks, pool = new Pool(archive.metadata.activities.day.length)) {
    this.#archive = archive;
    this.#blocks = blocks;
    this.#pool = pool;
  }

  /**
   * A tile painted for a zoom that its pixels are so much finer than (map/density.ts: TileView); undefined where it is empty. Rejects with
   * ArchiveError, with AbortError, and with Error where a block is damaged.
   */
  async get(field: Field, tile: TileID, finer: number, signal?: AbortSignal): Promise<ValueTile | undefined> {
    const key = keyOf(field, tile, finer);
    if (this.#tiles.has(key)) return this.#tiles.get(key);
    return this.#painting.get(key, (gone) => this.#paint(key, field, tile, finer, gone), signal);
  }

  /** A tile that is in memory, as get() gave it; never paints one. */
  cached(field: Field, tile: TileID, finer: number): ValueTile | undefined {
    return this.#tiles.get(keyOf(field, tile, finer));
  }

  end(): void {
    this.#pool.end();
  }

  async #paint(key: string, field: Field, tile: TileID, finer: number, signal: AbortSignal): Promise<ValueTile | undefined> {
    // Lines as fine as the zoom that is shown will do: it is what the glow is as wide as.
    const zoom = servingZoom(this.#archive.metadata.lines!.zooms, Math.floor(tile.z - finer));
    const brush = this.#brush(field, finer);
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

  #brush(field: Field, finer: number): { name: string; brush: Brush } {
    const name = `${field.id}/${finer}`;
    let brush = this.#brushes.get(name);
    if (!brush) {
      const { painting, activities, asOf } = this.#archive.metadata;
      const all = new Uint8Array(activities.day.length).fill(1);
      const weights = penWeights(field, all, activities.day, Math.floor(Date.parse(asOf) / 86_400_000));
      brush = { plan: planFor(field, painting, 2 ** finer), weights, scale: { values: paintedValues(field), kind: field.kind } };
      this.#brushes.set(name, brush);
    }
    return { name, brush };
  }
}

const keyOf = (field: Field, tile: TileID, finer: number): string => `${field.id}/${nameOf(tile)}/${finer}`;
