// Brings the tracks of an archive, when they are first needed.

import type { HeatArchive } from "../archive/archive.ts";
import { retried } from "../retried.ts";
import type { Jobs } from "../jobs.ts";
import type { LoadedTracks } from "./unpack.ts";

export class TrackLoader {
  readonly #archive: HeatArchive;
  readonly #jobs: Jobs;
  #loading: Promise<LoadedTracks> | undefined;

  constructor(archive: HeatArchive, jobs: Jobs) {
    this.#archive = archive;
    this.#jobs = jobs;
  }

  /** Whether the archive has the lines of all of its activities. */
  get available(): boolean {
    return this.#archive.hasLines;
  }

  /** Rejects with ArchiveError when they do not arrive, and with Error when they are damaged; the next call tries again. */
  load(): Promise<LoadedTracks> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<LoadedTracks> {
    try {
      const { activities } = this.#archive.metadata;
      return await this.#jobs.unpack(await retried(() => this.#archive.allBlocks()), activities.day.length);
    } catch (e) {
      this.#loading = undefined;
      throw e;
    }
  }
}
