// The tiles of basemaps that the map does not fetch by itself, basemap://{id}/{z}/{x}/{y}: those in PMTiles archives, and
// vectors from anywhere, whose TileJSON is basemap://{id}.

import { AJAXError } from "maplibre-gl";
import { PMTiles, TileType } from "pmtiles";
import { SectionSource } from "../archive/pmtiles.ts";
import { HttpStore } from "../archive/store.ts";
import type { Basemap } from "./basemaps.ts";

/** What MapLibre is told of a source of vectors (TileJSON 3.0, and the key sparse of MapLibre's sources). */
interface TileJSON {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
  /** Whether a tile that is missing is to be cut out of the next coarser one that is there. */
  sparse?: boolean;
}

export class BasemapTiles {
  readonly #basemaps: Map<string, Basemap>;
  readonly #open = new Map<string, PMTiles>();
  /** Tile URLs that a server's TileJSON names, by the id of the basemap. */
  readonly #named = new Map<string, string[]>();

  constructor(basemaps: readonly Basemap[]) {
    this.#basemaps = new Map(basemaps.map((b) => [b.id, b]));
  }

  /** What is behind a basemap:// URL. A tile that an archive has not is an empty buffer, or of vectors an AJAXError of status 404. */
  async load(url: string, signal: AbortSignal): Promise<{ data: ArrayBuffer | TileJSON }> {
    const [id, ...at] = url.slice("basemap://".length).split("/");
    const basemap = this.#basemaps.get(id!);
    if (!basemap) throw new Error(`loading a basemap tile: there is no basemap ${id}`);
    const [z, x, y] = at.map(Number) as [number, number, number];
    if (at.length === 0) return { data: { ...(basemap.pmtiles ? await this.#describe(basemap) : await this.#ask(basemap, signal)), tiles: [`basemap://${id}/{z}/{x}/{y}`] } };
    if (!basemap.pmtiles) return { data: await this.#fetch(basemap, z, x, y, signal) };
    const tile = await (await this.#archive(basemap)).getZxy(z, x, y, signal);
    if (!tile && basemap.schema) throw new AJAXError(404, "no such tile", url, new Blob());
    return { data: tile?.data ?? new ArrayBuffer(0) };
  }

  /** The archive of a basemap; rejects where it does not open, and tries again then. */
  async #archive({ id, pmtiles }: Basemap): Promise<PMTiles> {
    let archive = this.#open.get(id);
    if (!archive) {
      archive = new PMTiles(new SectionSource(new HttpStore(new URL(pmtiles!, document.baseURI).href), 0, Infinity, pmtiles!));
      this.#open.set(id, archive);
    }
    try {
      await archive.getHeader();
    } catch (e) {
      this.#open.delete(id);
      throw e;
    }
    return archive;
  }

  async #describe(basemap: Basemap): Promise<Omit<TileJSON, "tiles">> {
    const { minZoom, maxZoom, tileType } = await (await this.#archive(basemap)).getHeader();
    if (tileType !== TileType.Mvt) throw new Error(`the basemap ${basemap.id} has no vector tiles`);
    return { minzoom: minZoom, maxzoom: maxZoom, sparse: true };
  }

  async #ask({ id, tiles, maxZoom }: Basemap, signal: AbortSignal): Promise<Omit<TileJSON, "tiles">> {
    const address = tiles[0]!;
    if (address.includes("{z}")) return { maxzoom: maxZoom };
    const told = (await (await answer(address, signal)).json()) as Partial<TileJSON>;
    if (!Array.isArray(told.tiles) || !told.tiles.every((t) => typeof t === "string") || told.tiles.length === 0) throw new Error(`${address} names no tiles`);
    this.#named.set(id, told.tiles.map((t) => new URL(t, address).href.replaceAll("%7B", "{").replaceAll("%7D", "}")));
    return { minzoom: Number(told.minzoom) || 0, maxzoom: Number(told.maxzoom) || maxZoom };
  }

  async #fetch({ id, tiles }: Basemap, z: number, x: number, y: number, signal: AbortSignal): Promise<ArrayBuffer> {
    const urls = this.#named.get(id) ?? tiles;
    const url = urls[(x + y) % urls.length]!.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
    return (await answer(url, signal)).arrayBuffer();
  }
}

/** The answer of a server; rejects where it is none. */
async function answer(url: string, signal: AbortSignal): Promise<Response> {
  const got = await fetch(url, { signal });
  if (!got.ok) throw new Error(`${url} answers with status ${got.status}`);
  return got;
}
