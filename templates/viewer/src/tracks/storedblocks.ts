// The blocks of an archive as they are stored, kept for a while: those who paint tiles of them and those who draw lines ask for the same ones.

import type { HeatArchive } from "../archive/archive.ts";
import { Flights } from "../archive/flights.ts";
import { Kept } from "../archive/kept.ts";
import { nameOf, type StoredBlock, type TileID } from "./block.ts";

/** Blocks kept, in bytes. */
const KEEP = 32 * 1024 * 1024;

/** What a kept nothing counts for, in bytes. */
const NOTHING = 128;

export class StoredBlocks {
  readonly #archive: Pick<HeatArchive, "block" | "allBlocks">;
  readonly #blocks = new Kept<ArrayBuffer | undefined>(KEEP, (data) => data?.byteLength ?? NOTHING);
  readonly #loading = new Flights<string, ArrayBuffer | undefined>();

  /** The archive has lines. */
  constructor(archive: Pick<HeatArchive, "block" | "allBlocks">) {
    this.#archive = archive;
  }

  /** The bytes of a block, shared: do not write to them; undefined where nobody was. Rejects as HeatArchive.block does, and with the signal's reason. */
  async get(tile: TileID, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const name = nameOf(tile);
    if (this.#blocks.has(name)) return this.#blocks.get(name);
    const load = async (gone: AbortSignal): Promise<ArrayBuffer | undefined> => {
      const data = await this.#archive.block(tile.z, tile.x, tile.y, gone);
      this.#blocks.set(name, data);
      return data;
    };
    return this.#loading.get(name, load, signal);
  }

  /** All blocks of a zoom; rejects as HeatArchive.allBlocks does. */
  async all(zoom: number): Promise<StoredBlock[]> {
    const blocks = await this.#archive.allBlocks(zoom);
    for (const block of blocks) this.#blocks.set(nameOf(block), block.data);
    return blocks;
  }
}
