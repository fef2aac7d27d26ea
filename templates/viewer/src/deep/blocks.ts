// Which blocks of lines a tile is painted from. Pure.

import { GRID_BITS } from "../tracks/tracks.ts";

/** A place among the tiles of a zoom. */
export interface TileID {
  z: number;
  x: number;
  y: number;
}

/** A block that reaches into a tile, and what is to be added to its x where it does so across the antimeridian, in grid units. */
export interface Near extends TileID {
  shift: number;
}

export const nameOf = ({ z, x, y }: TileID): string => `${z}/${x}/${y}`;

/** The blocks of a zoom that lie less than reach pixels from a tile of 256 pixels, from north to south and from west to east. */
export function blocksNear(tile: TileID, reach: number, zoom: number): Near[] {
  const count = 2 ** zoom;
  const share = 2 ** (zoom - tile.z); // of a block that a tile takes
  const margin = (reach / 256) * share;
  const last = (edge: number): number => Math.ceil(edge) - 1;
  const out: Near[] = [];
  for (let y = Math.max(0, Math.floor(tile.y * share - margin)); y <= Math.min(count - 1, last((tile.y + 1) * share + margin)); y++) {
    for (let x = Math.floor(tile.x * share - margin); x <= last((tile.x + 1) * share + margin); x++) {
      const turn = Math.floor(x / count);
      out.push({ z: zoom, x: x - turn * count, y, shift: turn * 2 ** GRID_BITS });
    }
  }
  return out;
}
