// Answers the map's requests for heat tiles: heat://{layer}/{z}/{x}/{y}.

import type { HeatArchive } from "../archive/archive.ts";
import { type Layer, rangeAt } from "../archive/metadata.ts";
import { palette } from "./palette.ts";
import { paletteHead, recolour } from "./png.ts";

export class HeatTiles {
  readonly #archive: HeatArchive;
  readonly #layers: Map<string, Layer>;
  /** PNG heads by layer and zoom. */
  readonly #heads = new Map<string, Uint8Array>();

  constructor(archive: HeatArchive) {
    this.#archive = archive;
    this.#layers = new Map(archive.metadata.layers.map((l) => [l.id, l]));
  }

  /** The coloured PNG of a tile; an empty buffer where there is no heat. */
  async load(layerID: string, z: number, x: number, y: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    const layer = this.#layers.get(layerID);
    const field = layer && this.#archive.metadata.fields.get(layer.field);
    if (!layer || !field || this.#archive.absence(field.id)) return new ArrayBuffer(0);
    const stored = await this.#archive.tile(field, z, x, y, signal);
    return stored ? recolour(stored, this.#head(layer, z)) : new ArrayBuffer(0);
  }

  #head(layer: Layer, zoom: number): Uint8Array {
    const key = `${layer.id}/${zoom}`;
    let head = this.#heads.get(key);
    if (!head) {
      const field = this.#archive.metadata.fields.get(layer.field)!;
      head = paletteHead(palette(layer, field, rangeAt(field, zoom) ?? { lo: 0, hi: 0 }));
      this.#heads.set(key, head);
    }
    return head;
  }
}
