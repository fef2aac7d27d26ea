// How finely tiles lie on the screen: where it has more than one pixel to the CSS pixel, tiles of the next finer zoom are shown. Pure.

import { TILE_SIZE } from "./fit.ts";

/** From so many screen pixels to the CSS pixel on, finer tiles are sharper. */
const DENSE = 1.5;

export interface Density {
  /** CSS pixels of a tile's side. */
  tileSize: number;
  /** How many zooms finer than those of the web its tiles are: 0 or 1. */
  finer: number;
  /** How many times its pixels a glow is wide in tiles that are painted: as wide on the screen whatever the density. */
  glow: number;
}

/** The density of a screen with so many pixels to the CSS pixel. */
export function densityOf(pixelRatio: number): Density {
  const finer = pixelRatio >= DENSE ? 1 : 0;
  return { tileSize: TILE_SIZE >> finer, finer, glow: 1 << finer };
}

/** Tiles as they lie in view. */
export interface TileView {
  zoom: number;
  /** How many times as wide as in stored tiles the glow in them is. */
  glow: number;
}

/** The zoom whose range of values tiles have: with twice the glow they show the picture of the zoom before, twice as fine. */
export const rangeZoom = (zoom: number, glow: number): number => zoom - Math.log2(glow);
