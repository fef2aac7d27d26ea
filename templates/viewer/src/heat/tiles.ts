// Answers the map's requests for heat tiles: heat://{layer}/{z}/{x}/{y}/{glow}/{look}. A tile is read from the archive, or painted from
// its lines where it lies deeper than what is stored. The look stands in the address, so that the tiles of one source are all alike,
// however fast looks follow each other.

import type { HeatArchive } from "../archive/archive.ts";
import type { Field, Layer } from "../archive/metadata.ts";
import type { PaintedTile } from "../deep/paint.ts";
import type { DeepTiles } from "../deep/tiles.ts";
import { rangeZoom } from "../map/density.ts";
import { TILE_SIZE } from "../map/fit.ts";
import { lookedLayer, lookedRange, parseLook } from "./look.ts";
import { levelColours, palette } from "./palette.ts";
import { paintedValues } from "./quantise.ts";
import { paletteHead, recolour } from "./png.ts";

/** Colours kept: a drag makes new ones with every move. */
const COLOURS = 100;

/** Where a heat tile lies and how it is to look. */
export interface TileAddress {
  layer: string;
  z: number;
  x: number;
  y: number;
  /** How many times as wide as in stored tiles the glow of painted ones is. */
  glow: number;
  /** As formatLook writes it. */
  look: string;
}

/** The template of the addresses of a layer's tiles. */
export const addressOf = (layer: string, glow: number, look: string): string => `heat://${layer}/{z}/{x}/{y}/${glow}/${look}`;

export function parseAddress(url: string): TileAddress {
  const [layer = "", z, x, y, glow, look = ""] = url.slice("heat://".length).split("/");
  return { layer, z: Number(z), x: Number(x), y: Number(y), glow: Number(glow), look };
}

/** What the map is shown: a PNG file, an image, or an empty buffer where there is no heat. */
export type TileImage = ArrayBuffer | ImageBitmap;

export class HeatTiles {
  readonly #archive: HeatArchive;
  readonly #deep: DeepTiles;
  readonly #layers: Map<string, Layer>;
  /** By layer, zoom and look, the oldest first: PNG heads, and colours of value levels. */
  readonly #colours = new Map<string, Uint8Array>();

  constructor(archive: HeatArchive, deep: DeepTiles) {
    this.#archive = archive;
    this.#deep = deep;
    this.#layers = new Map(archive.metadata.layers.map((l) => [l.id, l]));
  }

  /** Rejects as the archive does, and with Error where the lines are damaged. */
  async load({ layer: id, z, x, y, glow, look }: TileAddress, signal?: AbortSignal): Promise<TileImage> {
    const layer = this.#layers.get(id);
    const field = layer && this.#archive.metadata.fields.get(layer.field);
    if (!layer || !field || this.#archive.absence(field.id)) return new ArrayBuffer(0);
    if (this.#archive.paints(z, glow)) {
      const painted = await this.#deep.get(field, { z, x, y }, glow, signal);
      return painted ? imageOf(painted, this.#made(`${id}/${z}/${glow}/${look}`, () => coloursFor(layer, field, rangeZoom(z, glow), look, paintedColours))) : new ArrayBuffer(0);
    }
    const stored = await this.#archive.tile(field, z, x, y, signal);
    return stored ? recolour(stored, this.#made(`${id}/${z}/${look}`, () => paletteHead(coloursFor(layer, field, z, look, palette)))) : new ArrayBuffer(0);
  }

  #made(key: string, make: () => Uint8Array): Uint8Array {
    let made = this.#colours.get(key);
    if (!made) {
      made = make();
      this.#colours.set(key, made);
      if (this.#colours.size > COLOURS) this.#colours.delete(this.#colours.keys().next().value!);
    }
    return made;
  }
}

const paintedColours: typeof levelColours = (layer, field, range) => levelColours(layer, { ...field, values: paintedValues(field) }, range);

/** The colours of a layer's field at a zoom under a look, as palette and paintedColours make them. */
function coloursFor(layer: Layer, field: Field, zoom: number, text: string, make: typeof palette): Uint8Array {
  const look = parseLook(text) ?? {};
  const range = lookedRange(layer, field, zoom, look) ?? { lo: 0, hi: 0 };
  return make({ ...lookedLayer(layer, field, look), from: range.lo }, field, range);
}

/** RGBA of a painted tile, not premultiplied; colours are those of paintedColours. */
export function colourTile({ level, presence }: PaintedTile, colours: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
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

const imageOf = (tile: PaintedTile, colours: Uint8Array): Promise<ImageBitmap> => createImageBitmap(new ImageData(colourTile(tile, colours), TILE_SIZE, TILE_SIZE));
