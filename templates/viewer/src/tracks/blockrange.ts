// Which blocks of lines serve which zooms, and which of them lie around a place: docs/format.md, "Lines". Pure.

import { unitsPerPixel } from "../live/area.ts";
import type { Area } from "../live/area.ts";
import type { TileID } from "./block.ts";
import { GRID_BITS } from "./tracks.ts";

/** The zoom of the blocks that a zoom is painted from: the greatest that is not above it, the smallest where all are. zooms ascend, one at least. */
export const servingZoom = (zooms: readonly number[], zoom: number): number => zooms.filter((z) => z <= zoom).at(-1) ?? zooms[0]!;

/** The deepest zoom that blocks of a zoom serve; Infinity for those of the finest. */
export function deepestServed(zooms: readonly number[], zoom: number): number {
  const next = zooms[zooms.indexOf(zoom) + 1];
  return next === undefined ? Infinity : next - 1;
}

/** How far lines may lie from where they were in blocks that serve zooms down to one: a quarter of its pixels, in grid units; 0 for the finest. */
export const looseness = (deepest: number): number => (deepest === Infinity ? 0 : unitsPerPixel(deepest) / 4);

/** A rectangle of blocks of a zoom: columns west (included) to east (excluded), which may lie beyond the map's edges, and rows likewise. */
export interface BlockRange {
  zoom: number;
  west: number;
  north: number;
  east: number;
  south: number;
}

/** All blocks of a zoom. */
export const everywhere = (zoom: number): BlockRange => ({ zoom, west: 0, north: 0, east: 2 ** zoom, south: 2 ** zoom });

/** The blocks of a zoom that a rectangle of the grid touches. */
export function blocksTouched(zoom: number, west: number, north: number, east: number, south: number): BlockRange {
  const side = 2 ** (GRID_BITS - zoom);
  const row = (v: number): number => Math.min(2 ** zoom - 1, Math.max(0, v));
  // A line along an edge lies in either of the blocks beside it.
  const [first, last] = [(v: number): number => Math.ceil(v / side) - 1, (v: number): number => Math.floor(v / side)];
  return { zoom, west: first(west), north: row(first(north)), east: last(east) + 1, south: row(last(south)) + 1 };
}

/** The blocks of a zoom that an area with reach pixels around it touches. */
export function blocksUnder(zoom: number, area: Area, reach: number): BlockRange {
  const units = unitsPerPixel(area.zoom);
  const { x, y, width, height } = area;
  return blocksTouched(zoom, (x - reach) * units, (y - reach) * units, (x + width + reach) * units, (y + height + reach) * units);
}

/** Whether all blocks of a range are among those of another one of its zoom, wherever around the world either was told. */
export function holds(range: BlockRange, { zoom, west, north, east, south }: BlockRange): boolean {
  if (range.zoom !== zoom || north < range.north || south > range.south) return false;
  const around = 2 ** zoom;
  if (range.east - range.west >= around) return true;
  const turn = Math.ceil((range.west - west) / around) * around;
  return east + turn <= range.east;
}

/** The least range that holds two of one zoom. */
export function both(a: BlockRange, b: BlockRange): BlockRange {
  const turn = Math.round((a.west - b.west) / 2 ** a.zoom) * 2 ** a.zoom;
  return { zoom: a.zoom, west: Math.min(a.west, b.west + turn), north: Math.min(a.north, b.north), east: Math.max(a.east, b.east + turn), south: Math.max(a.south, b.south) };
}

/** Number of blocks of a range. */
export const sizeOfRange = ({ west, north, east, south }: BlockRange): number => (east - west) * (south - north);

/** The blocks of a range, each once, in the order of their rows. */
export function blocksIn({ zoom, west, north, east, south }: BlockRange): TileID[] {
  const around = 2 ** zoom;
  const out: TileID[] = [];
  for (let y = north; y < south; y++) {
    for (let x = west; x < Math.min(east, west + around); x++) out.push({ z: zoom, x: ((x % around) + around) % around, y });
  }
  return out;
}
