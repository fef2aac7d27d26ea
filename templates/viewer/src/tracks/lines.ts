// The lines of an archive: as a whole from a coarse level of blocks, for what is asked about all of the map, and in parts, as fine as a zoom
// shows them, for what is drawn.

import type { HeatArchive } from "../archive/archive.ts";
import { Flights } from "../archive/flights.ts";
import { Kept } from "../archive/kept.ts";
import type { Jobs } from "../jobs.ts";
import type { Area } from "../live/area.ts";
import { retried } from "../retried.ts";
import { nameOf, type StoredBlock } from "./block.ts";
import { KEPT_ZOOM } from "../archive/keptblocks.ts";
import { type BlockRange, blocksIn, blocksTouched, blocksUnder, deepestServed, everywhere, servingZoom, sizeOfRange } from "./blockrange.ts";
import type { StoredBlocks } from "./storedblocks.ts";
import { bytesOf, GRID_BITS, type Tracks } from "./tracks.ts";
import type { LoadedTracks } from "./unpack.ts";

/** Most bytes of the level that is loaded as a whole, unless even the coarsest has more. */
const OVERVIEW = 300_000;

/** How many times as wide as a circle are the blocks that its lines are taken from. */
const WIDER = 8;

/** Parts kept when nobody draws them any more, in bytes of memory: going back costs nothing. */
const KEEP = 48 * 1024 * 1024;

/** Whole lines, and the deepest zoom that they are fine enough for. */
export interface Overview extends LoadedTracks {
  deepest: number;
}

export class Lines {
  readonly #archive: HeatArchive;
  readonly #stored: StoredBlocks;
  readonly #jobs: Jobs;
  /** Tells of lines in view that came, and of those that did not. */
  readonly came: () => void;
  readonly failed: (e: unknown) => void;
  readonly #parts = new Kept<Tracks>(KEEP, bytesOf);
  readonly #making = new Flights<string, Tracks>();
  #overview: Promise<Overview> | undefined;
  #attempt = 0;

  constructor(archive: HeatArchive, stored: StoredBlocks, jobs: Jobs, told: { came: () => void; failed: (e: unknown) => void }) {
    this.#archive = archive;
    this.#stored = stored;
    this.#jobs = jobs;
    this.came = told.came;
    this.failed = told.failed;
  }

  /** Whether the archive has the lines of all of its activities. All else here is for archives that have. */
  get available(): boolean {
    return this.#archive.hasLines;
  }

  get activities(): number {
    return this.#archive.metadata.activities.day.length;
  }

  /** Counts how often somebody asked for another try of what had failed. */
  get attempt(): number {
    return this.#attempt;
  }

  again(): void {
    this.#attempt++;
  }

  /** Whole lines; rejects with ArchiveError when they do not arrive, and with Error when they are damaged. The next call tries again. */
  overview(): Promise<Overview> {
    this.#overview ??= this.#loadOverview().catch((e: unknown) => {
      this.#overview = undefined;
      throw e;
    });
    return this.#overview;
  }

  /** The blocks to draw an area of, with reach pixels around it. */
  under(area: Area, reach: number): BlockRange {
    return this.#covering(servingZoom(this.#zooms, area.zoom), (zoom) => blocksUnder(zoom, area, reach));
  }

  /** Whether no block of a range keeps tiles in place of its lines. */
  complete({ zoom, west, north, east, south }: BlockRange): boolean {
    return zoom !== KEPT_ZOOM || !this.#archive.keptBlocks?.someIn(west, north, east, south);
  }

  /** What lies within a radius of a place, both in grid units, from the finest blocks of which it mostly touches but one. */
  around({ x, y }: { x: number; y: number }, radius: number): Promise<Tracks> {
    const zoom = this.#zooms.filter((z) => 2 ** (GRID_BITS - z) >= WIDER * 2 * radius).at(-1) ?? this.#zooms[0]!;
    return this.load(this.#covering(zoom, (z) => blocksTouched(z, x - radius, y - radius, x + radius, y + radius)));
  }

  /** What lies in a rectangle of the grid (its edges), from the finest blocks of which it touches at most so many, but for the coarsest. */
  within([west, north, east, south]: readonly [number, number, number, number], most: number): Promise<Tracks> {
    const touched = (zoom: number): BlockRange => blocksTouched(zoom, west, north, east, south);
    const zoom = this.#zooms.filter((z) => sizeOfRange(touched(z)) <= most).at(-1) ?? this.#zooms[0]!;
    return this.load(this.#covering(zoom, touched));
  }

  /** The lines in some blocks. Rejects with ArchiveError when they do not arrive, with Error when they are damaged, and with the signal's reason. */
  async load(range: BlockRange, signal?: AbortSignal): Promise<Tracks> {
    return range.zoom <= this.#overviewZoom ? (await this.overview()).tracks : this.#part(range, signal);
  }

  get #zooms(): readonly number[] {
    return this.#archive.metadata.lines!.zooms;
  }

  /** The finest level that is small and has all lines, or the coarsest. */
  get #overviewZoom(): number {
    const { zooms, bytes } = this.#archive.metadata.lines!;
    return zooms.filter((zoom, i) => bytes[i]! <= OVERVIEW && !(zoom === KEPT_ZOOM && this.#archive.keptBlocks)).at(-1) ?? zooms[0]!;
  }

  /** The blocks of a zoom that hold a place, as touched tells of any zoom; those of the next coarser one, all of them, where lines are missing in one. */
  #covering(zoom: number, touched: (zoom: number) => BlockRange): BlockRange {
    const range = this.#whole(zoom) ?? touched(zoom);
    const coarser = this.#zooms.filter((z) => z < zoom).at(-1);
    return coarser === undefined || this.complete(range) ? range : this.#covering(coarser, touched);
  }

  /** All blocks of the overview, where blocks of a zoom are no finer. */
  #whole(zoom: number): BlockRange | undefined {
    return zoom <= this.#overviewZoom ? everywhere(this.#overviewZoom) : undefined;
  }

  async #loadOverview(): Promise<Overview> {
    const zoom = this.#overviewZoom;
    const loaded = await this.#jobs.unpack(await retried(() => this.#stored.all(zoom)), this.activities);
    return { ...loaded, deepest: deepestServed(this.#zooms, zoom) };
  }

  async #part(range: BlockRange, signal?: AbortSignal): Promise<Tracks> {
    const tiles = blocksIn(range);
    const name = tiles.map(nameOf).join();
    const known = this.#parts.get(name);
    if (known) return known;
    const make = async (gone: AbortSignal): Promise<Tracks> => {
      const found = await Promise.all(tiles.map((tile) => retried(() => this.#stored.get(tile, gone), gone)));
      gone.throwIfAborted();
      const stored = tiles.flatMap((tile, i): StoredBlock[] => (found[i] ? [{ ...tile, data: found[i] }] : []));
      const tracks = await this.#jobs.part(stored, this.activities);
      this.#parts.set(name, tracks);
      return tracks;
    };
    return this.#making.get(name, make, signal);
  }
}
