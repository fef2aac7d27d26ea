// The piece of the map that is painted in one go: a rectangle of whole pixels of a tile zoom. Pure.

import { GRID_BITS } from "../tracks/tracks.ts";
import { TILE_SIZE } from "../map/fit.ts";

/** Side of the squares whose edges an area keeps to, in pixels: the neighbourhoods of the local scale. */
export const BLOCK = 32;

const TILE_BITS = Math.log2(TILE_SIZE);

export interface Area {
  /** The zoom whose pixels these are. */
  zoom: number;
  /** North-western corner in pixels of the zoom; x lies beyond the map's edges where the view does. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is seen: edges in pixels of a tile zoom, fractional. */
export interface Seen {
  zoom: number;
  west: number;
  north: number;
  east: number;
  south: number;
}

/** Pixels around the world at a zoom. */
export const worldPixels = (zoom: number): number => TILE_SIZE * 2 ** zoom;

/** Grid units to the pixel. */
export const unitsPerPixel = (zoom: number): number => 2 ** (GRID_BITS - TILE_BITS - zoom);

/** The area that holds what is seen and margin pixels around it, with its edges on those of blocks. */
export function areaAround(seen: Seen, margin: number): Area {
  const down = (v: number): number => Math.floor((v - margin) / BLOCK) * BLOCK;
  const up = (v: number): number => Math.ceil((v + margin) / BLOCK) * BLOCK;
  const [x, y] = [down(seen.west), down(seen.north)];
  return { zoom: seen.zoom, x, y, width: up(seen.east) - x, height: up(seen.south) - y };
}

/** Whether what is seen lies in the area, margin pixels or more from its edges. */
export function covers(area: Area, seen: Seen, margin: number): boolean {
  return (
    area.zoom === seen.zoom &&
    seen.west - margin >= area.x &&
    seen.north - margin >= area.y &&
    seen.east + margin <= area.x + area.width &&
    seen.south + margin <= area.y + area.height
  );
}

/** A copy of the world that lies in the area, and the area in its grid units. */
export interface Copy {
  /** To be added to an x of the tracks; a whole number of worlds, in grid units. */
  shift: number;
  west: number;
  north: number;
  east: number;
  south: number;
}

/** The copies of the world that may reach into an area, from west to east, with reach pixels around it. */
export function copies(area: Area, reach: number): Copy[] {
  const world = worldPixels(area.zoom);
  const units = unitsPerPixel(area.zoom);
  const out: Copy[] = [];
  // Lines that cross the antimeridian lie beyond the edge of the world that they begin in.
  for (let k = Math.floor(area.x / world) - 1; k <= Math.floor((area.x + area.width) / world) + 1; k++) {
    const left = area.x - k * world;
    out.push({
      shift: k * 2 ** GRID_BITS,
      west: (left - reach) * units,
      north: (area.y - reach) * units,
      east: (left + area.width + reach) * units,
      south: (area.y + area.height + reach) * units,
    });
  }
  return out;
}
