// Shares out deep tiles among workers, as many as the computer has room for; where none starts they are painted here.

import type { ValueTile } from "../heat/valuetile.ts";
import { nameOf, type StoredBlock, type TileID } from "../tracks/block.ts";
import { WorkerLink } from "../workerlink.ts";
import type { Near } from "./blocks.ts";
import type { Brush } from "./paint.ts";
import { type DeepAnswer, type DeepJob, Workshop } from "./workshop.ts";

/** Workers at most: more would only have the same blocks once more. By default there is one less than the computer has cores. */
const MOST_WORKERS = Math.min(4, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);

/** Decoded blocks kept by each worker, in bytes of memory. */
const KEEP = 64 * 1024 * 1024;

/** Tiles asked for within this time are of one view, in ms. */
const VIEW_MS = 50;

/** A tile and all that it is painted of. */
export interface Order {
  tile: TileID;
  brush: { name: string; brush: Brush };
  near: readonly { near: Near; stored: StoredBlock }[];
}

interface Queued {
  order: Order;
  /** Number of its view. */
  view: number;
  resolve: (tile: ValueTile | undefined) => void;
  reject: (reason: unknown) => void;
  /** Takes it out of the signal's hands. */
  sent: () => void;
}

/** Somebody who paints a tile at a time. */
interface Lane {
  run: (job: DeepJob) => Promise<DeepAnswer>;
  link?: WorkerLink;
  busy: boolean;
  /** Bytes of the blocks that it has, the one used last at the end. */
  blocks: Map<string, number>;
  brushes: Set<string>;
}

export class Pool {
  readonly #activities: number;
  readonly #most: number;
  readonly #keep: number;
  readonly #lanes: Lane[] = [];
  readonly #queue: Queued[] = [];
  /** Whether a worker did not start, so that no more are tried. */
  #refused = false;
  #view = 0;
  #askedAt = -Infinity;

  /** For blocks of so many activities, with so many workers at most, one at least, that keep so many bytes of blocks each. */
  constructor(activities: number, most = MOST_WORKERS, keep = KEEP) {
    this.#activities = activities;
    this.#most = Math.max(1, most);
    this.#keep = keep;
  }

  /** Resolves with undefined for an empty tile; rejects with the signal's reason, or where a block is damaged or too large. */
  paint(order: Order, signal?: AbortSignal): Promise<ValueTile | undefined> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const now = performance.now();
      if (now - this.#askedAt > VIEW_MS) this.#view++;
      this.#askedAt = now;
      const drop = (): void => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        reject(signal!.reason);
      };
      const queued: Queued = { order, view: this.#view, resolve, reject, sent: () => signal?.removeEventListener("abort", drop) };
      signal?.addEventListener("abort", drop, { once: true });
      this.#queue.push(queued);
      this.#next();
    });
  }

  end(): void {
    for (const { link } of this.#lanes) link?.end();
    this.#lanes.length = 0;
  }

  /** Hands out as many tiles as there is somebody free for: those of the latest view first, in the order that the map asks in. */
  #next(): void {
    while (this.#queue.length > 0) {
      let at = 0;
      this.#queue.forEach(({ view }, i) => {
        if (view > this.#queue[at]!.view) at = i;
      });
      const lane = this.#free(this.#queue[at]!.order);
      if (!lane) return;
      const [queued] = this.#queue.splice(at, 1);
      queued!.sent();
      void this.#hand(queued!, lane);
    }
  }

  /** Somebody who is free, if possible one who has the blocks. */
  #free({ near }: Order): Lane | undefined {
    const idle = this.#lanes.filter((l) => !l.busy);
    const missing = (l: Lane): number => near.filter((n) => !l.blocks.has(nameOf(n.near))).length;
    idle.sort((a, b) => missing(a) - missing(b));
    if (idle[0]) return idle[0];
    if (!this.#refused && this.#lanes.length < this.#most) {
      const link = WorkerLink.start();
      if (link) return this.#open({ run: (job) => link.ask<DeepAnswer>({ job: "deep", deep: job }), link });
      this.#refused = true;
    }
    if (this.#lanes.length > 0) return undefined;
    const workshop = new Workshop();
    return this.#open({
      run: async (job) => {
        await new Promise((resolve) => setTimeout(resolve)); // the map has its turn between two tiles
        return workshop.run(job);
      },
    });
  }

  #open(how: Pick<Lane, "run" | "link">): Lane {
    const lane: Lane = { ...how, busy: false, blocks: new Map(), brushes: new Set() };
    this.#lanes.push(lane);
    return lane;
  }

  async #hand(queued: Queued, lane: Lane): Promise<void> {
    const { tile, brush, near } = queued.order;
    lane.busy = true;
    const missing = new Map(near.filter((n) => !lane.blocks.has(nameOf(n.near))).map((n) => [nameOf(n.near), n.stored]));
    const blocks = [...missing.values()];
    try {
      const answer = await lane.run({
        tile,
        brush: brush.name,
        ...(lane.brushes.has(brush.name) ? {} : { given: brush.brush }),
        near: near.map((n) => ({ name: nameOf(n.near), shift: n.near.shift })),
        blocks,
        activities: this.#activities,
        drop: this.#dropped(lane, queued.order),
      });
      lane.brushes.add(brush.name);
      [...missing.keys()].forEach((name, i) => lane.blocks.set(name, answer.bytes[i]!));
      queued.resolve(answer.tile);
    } catch (e) {
      if (lane.link?.failed) {
        this.#refused = true;
        this.#lanes.splice(this.#lanes.indexOf(lane), 1);
        this.#queue.unshift(queued); // somebody else's turn
      } else queued.reject(e);
    } finally {
      lane.busy = false;
      this.#next();
    }
  }

  /** What a lane has to forget to keep within its bytes: what it has not used for longest, but nothing that an order needs. */
  #dropped(lane: Lane, { near }: Order): string[] {
    for (const n of near) {
      const name = nameOf(n.near);
      const bytes = lane.blocks.get(name);
      if (bytes === undefined) continue;
      lane.blocks.delete(name);
      lane.blocks.set(name, bytes);
    }
    const needed = new Set(near.map((n) => nameOf(n.near)));
    let total = 0;
    for (const bytes of lane.blocks.values()) total += bytes;
    const out: string[] = [];
    for (const [name, bytes] of lane.blocks) {
      if (total <= this.#keep || needed.has(name)) break;
      lane.blocks.delete(name);
      out.push(name);
      total -= bytes;
    }
    return out;
  }
}
