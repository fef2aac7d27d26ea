// Reads single values out of tiles, stored (docs/format.md, "Value tiles") or painted, for the pointer over the map. Only
// tiles that the map has loaded are read: pointing at something never costs a request.

import type { HeatArchive } from "../archive/archive.ts";
import type { Field, Layer } from "../archive/metadata.ts";
import type { ScaleEnd } from "../text/values.ts";
import type { DeepTiles } from "../deep/tiles.ts";
import { rangeZoom, type TileView } from "../map/density.ts";
import { TILE_SIZE } from "../map/fit.ts";
import type { TileID } from "../tracks/block.ts";
import { paintedValues } from "./quantise.ts";
import type { StoredTiles } from "./storedtiles.ts";

/** What a place of a layer has. */
export interface PlaceValue {
  /** In the field's unit. */
  value: number;
  /** How surely something is there, 0..1. */
  presence: number;
  /** Set where the value is an end of its scale, which stands for all beyond it. */
  end?: ScaleEnd;
}

export class ValueReader {
  readonly #archive: HeatArchive;
  readonly #stored: StoredTiles;
  readonly #deep: DeepTiles;

  constructor(archive: HeatArchive, stored: StoredTiles, deep: DeepTiles) {
    this.#archive = archive;
    this.#stored = stored;
    this.#deep = deep;
  }

  /**
   * The value under a place in degrees where such tiles are in view; of a picture that is mixed, that of the zoom whose range the legend has. Undefined
   * where nothing is, or where the tile is not in memory.
   */
  async valueAt(layer: Layer, lon: number, lat: number, view: TileView): Promise<PlaceValue | undefined> {
    const field = this.#archive.metadata.fields.get(layer.field);
    if (!field) return undefined;
    let place = placeOf(lon, lat, view.zoom);
    if (!place) return undefined;
    let [painted, finer] = [this.#archive.paints(view.zoom - view.finer), view.finer];
    if (!painted || this.#archive.keeps(place.tile)) {
      // Of whole zooms, some of which may be painted beside those that blocks keep.
      place = placeOf(lon, lat, this.#wholeZoom(view))!;
      [painted, finer] = [this.#archive.paints(place.tile.z) && !this.#archive.keeps(place.tile), 0];
    }
    const { pixel, tile: id } = place;
    const tile = painted ? this.#deep.cached(field, id, finer) : await this.#stored.cached(field, id);
    const at = (pixel.y % TILE_SIZE) * TILE_SIZE + (pixel.x % TILE_SIZE);
    if (!tile || tile.level[at] === 0) return undefined;
    const value = (painted ? paintedValues(field) : field.values)[tile.level[at]! - 1]!;
    const end = endOf(field, value);
    return { value, presence: tile.presence[at]! / 255, ...(end ? { end } : {}) };
  }

  /** The whole zoom of the tiles that a picture is mixed of whose range the legend has. */
  #wholeZoom(view: TileView): number {
    const { minZoom, maxZoom } = this.#archive.metadata;
    const deepest = this.#archive.paints(view.zoom - view.finer) ? (this.#archive.keptBlocks?.maxZoom ?? maxZoom) : maxZoom;
    return Math.min(deepest, Math.max(minZoom, rangeZoom(view)));
  }
}

function placeOf(lon: number, lat: number, zoom: number): { pixel: { x: number; y: number }; tile: TileID } | undefined {
  const pixel = pixelOf(lon, lat, zoom);
  return pixel && { pixel, tile: { z: zoom, x: Math.floor(pixel.x / TILE_SIZE), y: Math.floor(pixel.y / TILE_SIZE) } };
}

/** The Web Mercator pixel of a place in degrees at a zoom; undefined beyond the northern and southern edge of the map. */
export function pixelOf(lon: number, lat: number, zoom: number): { x: number; y: number } | undefined {
  const world = TILE_SIZE * 2 ** zoom;
  const turn = lon / 360 + 0.5;
  const sin = Math.sin((lat * Math.PI) / 180);
  const x = Math.min(world - 1, Math.floor((turn - Math.floor(turn)) * world));
  const y = Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * world);
  return y >= 0 && y < world ? { x, y } : undefined;
}

/** The end of its scale that a mean or a sum stands at. Counts and days never go beyond theirs, and nothing is below 0 where a scale begins there. */
function endOf({ kind, values }: Field, value: number): ScaleEnd | undefined {
  if (kind !== "mean" && kind !== "sum") return undefined;
  if (value === values.at(-1)) return "high";
  return value === values[0] && value !== 0 ? "low" : undefined;
}
