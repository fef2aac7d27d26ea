// Answers the map's requests for heat tiles: heat://{layer}/{z}/{x}/{y}/{finer}/{look}. A tile is mixed of stored ones, or painted from
// its lines where the archive has none; where blocks keep tiles in place of lines it is mixed of those. The look stands in the address, and so does the zoom that is shown, so that the tiles of one source
// are all alike, however fast looks and zooms follow each other.

import type { HeatArchive } from "../archive/archive.ts";
import type { Field, Layer } from "../archive/metadata.ts";
import type { DeepTiles } from "../deep/tiles.ts";
import { rangeZoom, type TileView } from "../map/density.ts";
import { TILE_SIZE } from "../map/fit.ts";
import type { TileID } from "../tracks/block.ts";
import { lookedLayer, lookedRange, parseLook } from "./look.ts";
import { type Coloured, colourTile, type Direction, type Ingredient, mixed, neighboursOf, sharesOf, type Square } from "./mix.ts";
import { levelColours } from "./palette.ts";
import { paintedValues } from "./quantise.ts";
import type { StoredTiles } from "./storedtiles.ts";

/** Colours kept: a drag makes new ones with every move. */
const COLOURS = 100;

/** Where a heat tile lies and how it is to look. */
export interface TileAddress extends TileID, Pick<TileView, "finer"> {
  layer: string;
  /** As formatLook writes it. */
  look: string;
}

/** The template of the addresses of a layer's tiles. */
export const addressOf = (layer: string, finer: number, look: string): string => `heat://${layer}/{z}/{x}/{y}/${finer}/${look}`;

export function parseAddress(url: string): TileAddress {
  const [layer = "", z, x, y, finer, look = ""] = url.slice("heat://".length).split("/");
  return { layer, z: Number(z), x: Number(x), y: Number(y), finer: Number(finer), look };
}

/** What the map is shown: an image, or an empty buffer where there is no heat. */
export type TileImage = ArrayBuffer | ImageBitmap;

export class HeatTiles {
  readonly #archive: HeatArchive;
  readonly #stored: StoredTiles;
  readonly #deep: DeepTiles;
  readonly #layers: Map<string, Layer>;
  /** Of value levels, by layer, zoom and look, the oldest first. */
  readonly #colours = new Map<string, Uint8Array>();

  constructor(archive: HeatArchive, stored: StoredTiles, deep: DeepTiles) {
    this.#archive = archive;
    this.#stored = stored;
    this.#deep = deep;
    this.#layers = new Map(archive.metadata.layers.map((l) => [l.id, l]));
  }

  /** Rejects as the archive does, and with Error where tiles or lines are damaged. */
  async load(address: TileAddress, signal?: AbortSignal): Promise<TileImage> {
    const layer = this.#layers.get(address.layer);
    const field = layer && this.#archive.metadata.fields.get(layer.field);
    if (!layer || !field || this.#archive.absence(field.id)) return new ArrayBuffer(0);
    const { z, finer } = address;
    const painted = this.#archive.paints(z - finer) && !this.#archive.keeps(address);
    const rgba = await (painted ? this.#painted(layer, field, address, signal) : this.#mixed(layer, field, address, signal));
    // WebGL takes a bitmap as it is, and blends premultiplied colours. Which they are by default differs: Firefox leaves them as they were.
    return rgba ? createImageBitmap(new ImageData(rgba, TILE_SIZE, TILE_SIZE), { premultiplyAlpha: "premultiply" }) : new ArrayBuffer(0);
  }

  async #painted(layer: Layer, field: Field, { z, x, y, finer, look }: TileAddress, signal?: AbortSignal): Promise<Uint8ClampedArray<ArrayBuffer> | undefined> {
    const tile = await this.#deep.get(field, { z, x, y }, finer, signal);
    return tile && colourTile(tile, this.#paintedColours(layer, field, rangeZoom({ zoom: z, finer }), look));
  }

  #paintedColours(layer: Layer, field: Field, zoom: number, look: string): Uint8Array {
    return this.#coloursFor(layer, { ...field, values: paintedValues(field) }, zoom, look, "painted");
  }

  /** A tile of a whole zoom as it is: stored, kept in place of lines, or else painted. */
  async #whole(layer: Layer, field: Field, to: TileID, look: string, signal?: AbortSignal): Promise<Coloured | undefined> {
    if (this.#archive.paints(to.z) && !this.#archive.keeps(to)) {
      const tile = await this.#deep.get(field, to, 0, signal);
      return tile && { tile, colours: this.#paintedColours(layer, field, to.z, look) };
    }
    const tile = await this.#stored.get(field, to, signal);
    return tile && { tile, colours: this.#coloursFor(layer, field, to.z, look, "stored") };
  }

  async #mixed(layer: Layer, field: Field, { z, x, y, finer, look }: TileAddress, signal?: AbortSignal): Promise<Uint8ClampedArray<ArrayBuffer> | undefined> {
    const { minZoom, maxZoom } = this.#archive.metadata;
    const deepest = z - finer > maxZoom ? (this.#archive.keptBlocks?.maxZoom ?? maxZoom) : maxZoom;
    const shown = Math.min(deepest, Math.max(minZoom, z - finer));
    const ingredients = await Promise.all(
      sharesOf(shown).flatMap(({ zoom, share }) => {
        const from = Math.min(zoom, z + 1); // finer ones have nothing to add, even in the middle of a gesture
        return squaresOf(z, from, x, y).map((place) => this.#ingredient(layer, field, from, place, share, look, signal));
      }),
    );
    const there = ingredients.filter(({ of, beside }) => of || beside.length > 0);
    return there.length > 0 ? mixed(there) : undefined;
  }

  async #ingredient(layer: Layer, field: Field, zoom: number, { column, row, square }: Placed, share: number, look: string, signal?: AbortSignal): Promise<Ingredient> {
    const around = 2 ** zoom;
    const get = ([east, south]: Direction): Promise<Coloured | undefined> => {
      const to = { z: zoom, x: (column + east + around) % around, y: row + south };
      return to.y < 0 || to.y >= around ? Promise.resolve(undefined) : this.#whole(layer, field, to, look, signal);
    };
    const beside = neighboursOf(square);
    const [of, ...others] = await Promise.all([get([0, 0]), ...beside.map(get)]);
    return { of, beside: beside.flatMap((direction, i) => (others[i] ? [{ direction, ...others[i] }] : [])), share, square };
  }

  /** The colours of a layer's values at a zoom under a look. */
  #coloursFor(layer: Layer, field: Field, zoom: number, text: string, kind: "stored" | "painted"): Uint8Array {
    const key = `${layer.id}/${zoom}/${kind}/${text}`;
    let made = this.#colours.get(key);
    if (!made) {
      const look = parseLook(text) ?? {};
      const range = lookedRange(layer, field, zoom, look) ?? { lo: 0, hi: 0 };
      made = levelColours({ ...lookedLayer(layer, field, look), from: range.lo }, field, range);
      this.#colours.set(key, made);
      if (this.#colours.size > COLOURS) this.#colours.delete(this.#colours.keys().next().value!);
    }
    return made;
  }
}

/** A tile of a zoom, and how it and another tile lie to each other. */
interface Placed {
  column: number;
  row: number;
  square: Square;
}

/** The tiles of a zoom, at most one finer, that tile z/x/y is made of. */
function squaresOf(z: number, zoom: number, x: number, y: number): Placed[] {
  const depth = z - zoom;
  if (depth < 0) return [0, 1].flatMap((j) => [0, 1].map((i) => ({ column: 2 * x + i, row: 2 * y + j, square: { depth, x: i, y: j } })));
  const side = 2 ** depth;
  return [{ column: Math.floor(x / side), row: Math.floor(y / side), square: { depth, x: x % side, y: y % side } }];
}
