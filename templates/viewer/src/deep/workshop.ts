// Where deep tiles are painted: a worker's, or the page's own where no worker starts. It keeps what it was given.

import type { ValueTile } from "../heat/valuetile.ts";
import { type Block, nameOf, openBlock, sizeOf, type StoredBlock, type TileID } from "../tracks/block.ts";
import { type Brush, TilePainter } from "./paint.ts";

/** A tile to paint; plain data. */
export interface DeepJob {
  tile: TileID;
  /** Name of the brush, and the brush itself if it has not been given before. */
  brush: string;
  given?: Brush;
  /** The blocks to paint of by their names (blocks.ts: nameOf), and what is to be added to their x. */
  near: readonly { name: string; shift: number }[];
  /** Those of them that have not been given before, and the number of activities that they may tell of. */
  blocks: readonly StoredBlock[];
  activities: number;
  /** Blocks to forget before. */
  drop: readonly string[];
}

export interface DeepAnswer {
  /** Undefined where the tile is empty. */
  tile: ValueTile | undefined;
  /** Bytes of memory that each of the blocks given now takes. */
  bytes: number[];
}

export class Workshop {
  readonly #blocks = new Map<string, Block>();
  readonly #brushes = new Map<string, Brush>();
  readonly #painter = new TilePainter();

  /** Rejects where a block is damaged or too large. */
  async run(job: DeepJob): Promise<DeepAnswer> {
    for (const name of job.drop) this.#blocks.delete(name);
    if (job.given) this.#brushes.set(job.brush, job.given);
    const bytes: number[] = [];
    for (const stored of job.blocks) {
      const block = await openBlock(stored, job.activities);
      this.#blocks.set(nameOf(stored), block);
      bytes.push(sizeOf(block));
    }
    const near = job.near.map(({ name, shift }) => ({ block: this.#blocks.get(name)!, shift }));
    return { tile: this.#painter.paint(near, this.#brushes.get(job.brush)!, job.tile), bytes };
  }
}
