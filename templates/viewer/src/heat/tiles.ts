// Answers the map's requests for heat tiles: heat://{layer}/{z}/{x}/{y}/{look}. The look stands in the address, so
// that the tiles of one source are all alike, however fast looks follow each other.

import type { HeatArchive } from "../archive/archive.ts";
import type { Layer } from "../archive/metadata.ts";
import { lookedLayer, lookedRange, parseLook } from "./look.ts";
import { palette } from "./palette.ts";
import { paletteHead, recolour } from "./png.ts";

/** Heads kept: a drag makes a new one with every move. */
const HEADS = 100;

export class HeatTiles {
  readonly #archive: HeatArchive;
  readonly #layers: Map<string, Layer>;
  /** PNG heads by layer, zoom and look, the oldest first. */
  readonly #heads = new Map<string, Uint8Array>();

  constructor(archive: HeatArchive) {
    this.#archive = archive;
    this.#layers = new Map(archive.metadata.layers.map((l) => [l.id, l]));
  }

  /** The coloured PNG of a tile; an empty buffer where there is no heat. look is as formatLook writes it. */
  async load(layerID: string, z: number, x: number, y: number, look: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    const layer = this.#layers.get(layerID);
    const field = layer && this.#archive.metadata.fields.get(layer.field);
    if (!layer || !field || this.#archive.absence(field.id)) return new ArrayBuffer(0);
    const stored = await this.#archive.tile(field, z, x, y, signal);
    return stored ? recolour(stored, this.#head(layer, z, look)) : new ArrayBuffer(0);
  }

  #head(layer: Layer, zoom: number, text: string): Uint8Array {
    const key = `${layer.id}/${zoom}/${text}`;
    let head = this.#heads.get(key);
    if (!head) {
      const field = this.#archive.metadata.fields.get(layer.field)!;
      const look = parseLook(text) ?? {};
      const range = lookedRange(layer, field, zoom, look) ?? { lo: 0, hi: 0 };
      head = paletteHead(palette({ ...lookedLayer(layer, field, look), from: range.lo }, field, range));
      this.#heads.set(key, head);
      if (this.#heads.size > HEADS) this.#heads.delete(this.#heads.keys().next().value!);
    }
    return head;
  }
}
