// Blocks that keep tiles in place of lines (docs/format.md, "Kept tiles"): what the archive says of them, and which tiles are stored for that. Pure.

import type { TileID } from "../tracks/block.ts";

/** The zoom of the tiles that such blocks are. */
export const KEPT_ZOOM = 14;

/** What the metadata say of them. */
export interface KeptMetadata {
  /** Columns and rows of the blocks. */
  x: number[];
  y: number[];
  /** How far beyond a block tiles are stored, too, in pixels of KEPT_ZOOM; 256 at most. */
  marginPX: number;
  /** The deepest zoom of the tiles that are stored. */
  maxZoom: number;
}

export class KeptBlocks {
  readonly maxZoom: number;
  /** How far beyond a block tiles are stored, too, as a part of its side. */
  readonly #margin: number;
  readonly #blocks: Set<number>;

  constructor({ x, y, marginPX, maxZoom }: KeptMetadata) {
    this.maxZoom = maxZoom;
    this.#margin = marginPX / 256;
    this.#blocks = new Set(x.map((column, i) => keyOf(column, y[i]!)));
  }

  /** Whether one of these blocks touches a tile deeper than KEPT_ZOOM, the margin around the block included: such a tile is not painted. */
  touch({ z, x, y }: TileID): boolean {
    const share = 2 ** (KEPT_ZOOM - z); // of a block that a tile takes
    const m = this.#margin;
    return this.someIn(Math.floor(x * share - m), Math.floor(y * share - m), Math.ceil((x + 1) * share + m), Math.ceil((y + 1) * share + m));
  }

  /** Whether one of them is among those in the columns west (included) to east (excluded), which may lie beyond the map's edges, and in such rows. */
  someIn(west: number, north: number, east: number, south: number): boolean {
    for (let y = north; y < south; y++) {
      for (let x = west; x < Math.min(east, west + ACROSS); x++) if (this.#blocks.has(keyOf(((x % ACROSS) + ACROSS) % ACROSS, y))) return true;
    }
    return false;
  }
}

const ACROSS = 2 ** KEPT_ZOOM;

const keyOf = (x: number, y: number): number => y * ACROSS + x;
