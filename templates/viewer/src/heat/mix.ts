// A picture between two whole zooms, of the stored tiles of both: as one goes from the coarser to the finer, the one dissolves into the
// other, and a glow keeps its width on the screen. Pure.

import { TILE_SIZE } from "../map/fit.ts";
import type { ValueTile } from "./valuetile.ts";

/** A stored zoom and its part in a picture. */
export interface Share {
  zoom: number;
  /** Above 0; those of a picture sum to 1. */
  share: number;
}

/**
 * The zooms that the picture of a zoom is mixed of, the finer one first. On the screen the glow of a lone line is as far from it at half of
 * its presence as at a whole zoom: s s exp(-x² / 2 s²) of either zoom, with s twice as wide for the coarser one, come to 1/2 at the same x.
 */
export function sharesOf(zoom: number): Share[] {
  const finer = Math.ceil(zoom);
  const d = finer - zoom; // the glow of the finer zoom is narrower by as many zooms
  if (d === 0) return [{ zoom, share: 1 }];
  const [narrow, wide] = [0.5 ** (4 ** d), 0.5 ** (4 ** (d - 1))];
  const coarse = (0.5 - narrow) / (wide - narrow);
  return [{ zoom: finer, share: 1 - coarse }, { zoom: finer - 1, share: coarse }];
}

/** A tile and its colours: RGBA of each level, from 1 on, four bytes each, not premultiplied. */
export interface Coloured {
  tile: ValueTile;
  colours: Uint8Array;
}

/** A tile, and where in it the picture lies. */
export interface Ingredient {
  /** Undefined where it is empty. */
  of: Coloured | undefined;
  /** The tiles beside it that neighboursOf names, those that are not empty. */
  beside: readonly Beside[];
  share: number;
  square: Square;
}

/** Square (x, y) of the 4^depth that a tile falls into; the whole of it where depth is 0. Where depth is -1 the tile is itself such a square of the picture. */
export interface Square {
  depth: number;
  x: number;
  y: number;
}

/** How many tiles to the east and to the south a neighbour lies: -1, 0 or 1 each. */
export type Direction = readonly [east: number, south: number];

export interface Beside extends Coloured {
  direction: Direction;
}

/** The neighbours of a tile whose pixels a square of it, enlarged, reaches into. */
export function neighboursOf({ depth, x, y }: Square): Direction[] {
  if (depth <= 0) return [];
  const last = 2 ** depth - 1;
  const towards = (v: number): number[] => [0, ...(v === 0 ? [-1] : []), ...(v === last ? [1] : [])];
  return towards(y).flatMap((south) => towards(x).map((east): Direction => [east, south])).filter(([east, south]) => east !== 0 || south !== 0);
}

/** RGBA of a tile, not premultiplied. */
export function colourTile({ level, presence }: ValueTile, colours: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(4 * level.length);
  for (let i = 0; i < level.length; i++) {
    const l = level[i]!;
    if (l === 0) continue;
    const [from, to] = [4 * (l - 1), 4 * i];
    out[to] = colours[from]!;
    out[to + 1] = colours[from + 1]!;
    out[to + 2] = colours[from + 2]!;
    out[to + 3] = (colours[from + 3]! * presence[i]!) / 255; // rounded by being put there
  }
  return out;
}

/** RGBA of a picture mixed of tiles, not premultiplied. */
export function mixed(ingredients: readonly Ingredient[]): Uint8ClampedArray<ArrayBuffer> {
  const [only] = ingredients;
  if (ingredients.length === 1 && only!.of && only!.square.depth === 0) return colourTile(only!.of.tile, only!.of.colours);
  const sum = new Float32Array(4 * TILE_SIZE * TILE_SIZE);
  for (const one of ingredients) {
    if (one.square.depth < 0) addReduced(sum, one);
    else if (one.square.depth === 0) addWhole(sum, one);
    else addEnlarged(sum, one);
  }
  return unmultiplied(sum);
}

function addWhole(sum: Float32Array, { of, share }: Ingredient): void {
  if (!of) return;
  const { colours, tile: { level, presence } } = of;
  const alphas = alphasOf(colours, share);
  for (let i = 0, to = 0; i < level.length; i++, to += 4) {
    const l = level[i]! - 1;
    if (l < 0) continue;
    const alpha = alphas[l]! * presence[i]!;
    sum[to]! += alpha * colours[4 * l]!;
    sum[to + 1]! += alpha * colours[4 * l + 1]!;
    sum[to + 2]! += alpha * colours[4 * l + 2]!;
    sum[to + 3]! += alpha;
  }
}

/** Adds a tile as a quarter of the picture: each pixel is the mean of four. */
function addReduced(sum: Float32Array, { of, share, square }: Ingredient): void {
  if (!of) return;
  const { colours, tile: { level, presence } } = of;
  const alphas = alphasOf(colours, share / 4);
  const corner = (TILE_SIZE / 2) * (square.y * TILE_SIZE + square.x);
  for (let y = 0, i = 0; y < TILE_SIZE; y++) {
    for (let x = 0; x < TILE_SIZE; x++, i++) {
      const l = level[i]! - 1;
      if (l < 0) continue;
      const alpha = alphas[l]! * presence[i]!;
      const to = 4 * (corner + (y >> 1) * TILE_SIZE + (x >> 1));
      sum[to]! += alpha * colours[4 * l]!;
      sum[to + 1]! += alpha * colours[4 * l + 1]!;
      sum[to + 2]! += alpha * colours[4 * l + 2]!;
      sum[to + 3]! += alpha;
    }
  }
}

/** The share of each level's alpha that a presence of a 255th takes, from 0 to 1. */
const alphasOf = (colours: Uint8Array, share: number): Float32Array => Float32Array.from({ length: colours.length / 4 }, (_, l) => (share * colours[4 * l + 3]!) / 65025);

/** Premultiplied colours, times the share, of the pixels that a square hangs on, and of one more on each side of it. */
interface Patch {
  side: number;
  colours: Float32Array;
}

function patchOf({ of, beside, share, square }: Ingredient): Patch {
  const inside = TILE_SIZE >> square.depth;
  const side = inside + 2;
  const out = new Float32Array(4 * side * side);
  const [west, north] = [square.x * inside - 1, square.y * inside - 1];
  const copy = ({ colours, tile: { level, presence } }: Coloured, [east, south]: Direction): void => {
    const alphas = alphasOf(colours, share);
    const [left, top] = [west - east * TILE_SIZE, north - south * TILE_SIZE]; // the patch's corner in the tile
    for (let y = Math.max(0, -top); y < Math.min(side, TILE_SIZE - top); y++) {
      for (let x = Math.max(0, -left), from = (top + y) * TILE_SIZE + left + x; x < Math.min(side, TILE_SIZE - left); x++, from++) {
        const l = level[from]! - 1;
        if (l < 0) continue;
        const alpha = alphas[l]! * presence[from]!;
        const to = 4 * (y * side + x);
        out[to] = alpha * colours[4 * l]!;
        out[to + 1] = alpha * colours[4 * l + 1]!;
        out[to + 2] = alpha * colours[4 * l + 2]!;
        out[to + 3] = alpha;
      }
    }
  };
  if (of) copy(of, [0, 0]);
  for (const one of beside) copy(one, one.direction);
  return { side, colours: out };
}

/** Adds a square to a picture of the size of a tile, linear between the middles of its pixels. */
function addEnlarged(sum: Float32Array, one: Ingredient): void {
  const { side, colours } = patchOf(one);
  const scale = 2 ** -one.square.depth;
  const at = new Int32Array(TILE_SIZE);
  const part = new Float32Array(TILE_SIZE);
  for (let i = 0; i < TILE_SIZE; i++) {
    const place = (i + 0.5) * scale + 0.5;
    at[i] = Math.floor(place);
    part[i] = place - at[i]!;
  }
  const row = new Float32Array(4 * side);
  for (let y = 0, to = 0; y < TILE_SIZE; y++) {
    const [upper, lower, g] = [4 * side * at[y]!, 4 * side * (at[y]! + 1), part[y]!];
    for (let i = 0; i < row.length; i++) row[i] = g === 0 ? colours[upper + i]! : colours[upper + i]! + g * (colours[lower + i]! - colours[upper + i]!);
    for (let x = 0; x < TILE_SIZE; x++, to += 4) {
      const from = 4 * at[x]!;
      const f = part[x]!;
      if (row[from + 3]! === 0 && row[from + 7]! === 0) continue;
      for (let k = 0; k < 4; k++) sum[to + k]! += row[from + k]! + f * (row[from + 4 + k]! - row[from + k]!);
    }
  }
}

/** Bytes of colours that are multiplied with their alpha, which is from 0 to 1. */
function unmultiplied(sum: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(sum.length);
  for (let i = 0; i < sum.length; i += 4) {
    const alpha = sum[i + 3]!;
    if (alpha === 0) continue;
    out[i] = sum[i]! / alpha;
    out[i + 1] = sum[i + 1]! / alpha;
    out[i + 2] = sum[i + 2]! / alpha;
    out[i + 3] = 255 * alpha;
  }
  return out;
}
