// Reads single values out of tiles, stored (docs/format.md, "Value tiles") or painted, for the pointer over the map. Only
// tiles that the map has loaded are read: pointing at something never costs a request.

import type { HeatArchive } from "../archive/archive.ts";
import { inflate } from "../archive/limits.ts";
import type { Field, Layer } from "../archive/metadata.ts";
import type { ScaleEnd } from "../text/values.ts";
import type { DeepTiles } from "../deep/tiles.ts";
import { imageData } from "./png.ts";
import { paintedValues } from "./quantise.ts";

/** What a place of a layer has. */
export interface PlaceValue {
  /** In the field's unit. */
  value: number;
  /** How surely something is there, 0..1. */
  presence: number;
  /** Set where the value is an end of its scale, which stands for all beyond it. */
  end?: ScaleEnd;
}

/** Side of a tile in pixels. */
const SIDE = 256;

/** Unpacked tiles kept, 65 kB each. */
const KEPT = 24;

export class ValueReader {
  readonly #archive: HeatArchive;
  readonly #deep: DeepTiles;
  /** Indices by field and tile, the longest unread first. */
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(archive: HeatArchive, deep: DeepTiles) {
    this.#archive = archive;
    this.#deep = deep;
  }

  /**
   * The value under a place in degrees at the zoom whose tiles are in view, a whole number, painted ones with such a glow. Undefined where
   * nothing is, or where the tile is not in memory.
   */
  async valueAt(layer: Layer, lon: number, lat: number, zoom: number, glow: number): Promise<PlaceValue | undefined> {
    const field = this.#archive.metadata.fields.get(layer.field);
    const pixel = pixelOf(lon, lat, zoom);
    if (!field || !pixel) return undefined;
    const [x, y] = [Math.floor(pixel.x / SIDE), Math.floor(pixel.y / SIDE)];
    const at = (pixel.y % SIDE) * SIDE + (pixel.x % SIDE);
    if (this.#archive.paints(zoom, glow)) {
      const tile = this.#deep.cached(field, { z: zoom, x, y }, glow);
      return tile && tile.level[at]! > 0 ? told(field, paintedValues(field)[tile.level[at]! - 1]!, tile.presence[at]! / 255) : undefined;
    }
    const key = `${field.id}/${zoom}/${x}/${y}`;
    let tile = this.#tiles.get(key);
    if (!tile) {
      const png = this.#archive.cached(field, zoom, x, y);
      if (!png) return undefined;
      tile = unpack(png);
    }
    this.#tiles.delete(key); // to the young end of the map's order
    this.#tiles.set(key, tile);
    if (this.#tiles.size > KEPT) this.#tiles.delete(this.#tiles.keys().next().value!);
    const indices = await tile;
    return valueOf(field, indices[at]!);
  }
}

/** The Web Mercator pixel of a place in degrees at a zoom; undefined beyond the northern and southern edge of the map. */
export function pixelOf(lon: number, lat: number, zoom: number): { x: number; y: number } | undefined {
  const world = SIDE * 2 ** zoom;
  const turn = lon / 360 + 0.5;
  const sin = Math.sin((lat * Math.PI) / 180);
  const x = Math.min(world - 1, Math.floor((turn - Math.floor(turn)) * world));
  const y = Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * world);
  return y >= 0 && y < world ? { x, y } : undefined;
}

/** What an index of a field's tiles stands for; undefined for nothing. */
export function valueOf(field: Field, index: number): PlaceValue | undefined {
  const levels = field.values.length;
  if (index === 0 || index > levels * field.presence.length) return undefined;
  const level = (index - 1) % levels;
  return told(field, field.values[level]!, field.kind === "count" ? Math.min(1, field.values[level]!) : field.presence[Math.floor((index - 1) / levels)]!);
}

function told(field: Field, value: number, presence: number): PlaceValue {
  const end = endOf(field, value);
  return { value, presence, ...(end ? { end } : {}) };
}

/** The end of its scale that a mean or a sum stands at. Counts and days never go beyond theirs, and nothing is below 0 where a scale begins there. */
function endOf({ kind, values }: Field, value: number): ScaleEnd | undefined {
  if (kind !== "mean" && kind !== "sum") return undefined;
  if (value === values.at(-1)) return "high";
  return value === values[0] && value !== 0 ? "low" : undefined;
}

/** The indices of a tile, row by row. Rejects where the tile is not one that format.md describes. */
export async function unpack(png: ArrayBuffer): Promise<Uint8Array> {
  const data = imageData(new Uint8Array(png));
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0);
  return unfilter(await inflate(data.slice(8, 8 + length), "deflate", SIDE * (SIDE + 1), "the pixels of a tile"));
}

/** Undoes the filters of rows: None, Sub and Up (PNG specification, section 9). */
function unfilter(rows: Uint8Array): Uint8Array {
  if (rows.length !== SIDE * (SIDE + 1)) throw new Error(`reading a tile: ${rows.length} bytes of pixels`);
  const out = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const filter = rows[y * (SIDE + 1)]!;
    if (filter > 2) throw new Error(`reading a tile: filter ${filter}`);
    const back = filter === 1 ? 1 : SIDE;
    for (let x = 0; x < SIDE; x++) {
      const at = y * SIDE + x;
      const inside = filter === 1 ? x > 0 : filter === 2 && y > 0;
      out[at] = rows[y * (SIDE + 1) + 1 + x]! + (inside ? out[at - back]! : 0);
    }
  }
  return out;
}
