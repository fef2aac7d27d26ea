// Basemaps that are raster PMTiles archives: basemap://{id}/{z}/{x}/{y}.

import { PMTiles } from "pmtiles";
import { SectionSource } from "../archive/pmtiles.ts";
import { HttpStore } from "../archive/store.ts";
import type { Basemap } from "./basemaps.ts";

export class RasterArchives {
  readonly #urls: Map<string, string>;
  readonly #open = new Map<string, PMTiles>();

  constructor(basemaps: readonly Basemap[]) {
    this.#urls = new Map(basemaps.flatMap((b) => (b.pmtiles ? [[b.id, b.pmtiles] as const] : [])));
  }

  /** The tile behind a basemap:// URL; an empty buffer where the archive has none. */
  async load(url: string, signal: AbortSignal): Promise<{ data: ArrayBuffer }> {
    const [id, z, x, y] = url.slice("basemap://".length).split("/");
    const archiveURL = this.#urls.get(id!);
    if (!archiveURL) throw new Error(`loading a basemap tile: no archive for ${id}`);
    let archive = this.#open.get(id!);
    if (!archive) {
      archive = new PMTiles(new SectionSource(new HttpStore(archiveURL), 0, Infinity, archiveURL));
      this.#open.set(id!, archive);
    }
    try {
      await archive.getHeader();
    } catch (e) {
      this.#open.delete(id!); // so that a retry asks again
      throw e;
    }
    const tile = await archive.getZxy(Number(z), Number(x), Number(y), signal);
    return { data: tile?.data ?? new ArrayBuffer(0) };
  }
}
