// The workers that steps of a build are shared out to, one for each core. Each has an instance of the generator and files of its own; what one has made another gets as a Blob.

import type { BesideFile } from "./core.ts";
import { Client, GeneratorError } from "./client.ts";
import type { Disk } from "./disk.ts";
import type { Modules } from "./instantiate.ts";
import type { HandQuestions, PlacedFile, SharedStep, Step } from "./messages.ts";
import type { Shares } from "./nodes.ts";

/** The name of a worker that takes steps. */
export const HAND = "heatmapgen-hand";

type Hand = Client<HandQuestions, Step>;

/** What each worker needs to start. */
export interface Tools {
  /** The address of the workers' script. */
  script: string;
  modules: Modules;
  /** The address of wasm_exec.js. */
  exec: string;
  disk: Disk | undefined;
  shares: Shares;
  /** Resolves to what lies beside the module, as far as it could be had. */
  beside: Promise<Partial<Record<BesideFile, Blob>>>;
}

/** How a step goes: what ends it, and who hears of how much of it is done, from 0 to 1, and of the files that were made. */
export interface Going {
  signal: AbortSignal;
  onShare: (share: number) => void;
  onMade: (number: number, file: Blob) => void;
}

export class Pool {
  readonly #tools: Tools;
  readonly #wanted: number;
  /** By number; undefined for one that has ended. */
  #hands: (Hand | undefined)[] = [];
  /** The files that all have. */
  readonly #files = new Map<string, Blob>();
  /** Which worker has done what at last: it knows what it decoded and painted then. */
  readonly #last = new Map<string, number>();

  private constructor(tools: Tools, wanted: number) {
    this.#tools = tools;
    this.#wanted = wanted;
  }

  /** Starts so many workers; undefined where there can be none, as in browsers without workers of workers. */
  static async start(wanted: number, tools: Tools): Promise<Pool | undefined> {
    const pool = new Pool(tools, wanted);
    try {
      await pool.heal();
      return pool;
    } catch {
      for (const hand of pool.#hands) hand?.end();
      return undefined;
    }
  }

  /** How many workers there are. */
  get size(): number {
    return this.#hands.filter((hand) => hand && !hand.ended).length;
  }

  /** Starts workers in the places of those that have ended. */
  async heal(): Promise<void> {
    await Promise.all(
      Array.from({ length: this.#wanted }, async (_, i) => {
        if (this.#hands[i] && !this.#hands[i].ended) return;
        const { script, modules, exec, disk, beside, shares } = this.#tools;
        const hand: Hand = (this.#hands[i] = new Client(script, HAND));
        await hand.ask("start", { modules, exec, folder: await disk?.folder(`hand-${i}`), shares });
        void beside.then((given) => hand.ask("beside", given)).catch(() => undefined);
        await hand.ask("have", { files: placed(this.#files), gone: [] });
      }),
    );
  }

  /** Gives all workers files, and takes others away. */
  async have(files: PlacedFile[], gone: string[] = []): Promise<void> {
    for (const path of this.#files.keys()) if (gone.some((g) => path === g || path.startsWith(`${g}/`))) this.#files.delete(path);
    for (const { path, file } of files) this.#files.set(path, file);
    await this.#all((hand) => hand.ask("have", { files, gone }));
  }

  /** Opens the job in a folder, in all workers. */
  async open(folder: string): Promise<void> {
    await this.#all((hand) => hand.ask("open", { folder }));
  }

  /** Closes the job, and frees what steps have made. */
  async close(): Promise<void> {
    await this.#all((hand) => hand.ask("close", undefined));
  }

  /** Asks all workers; one that ends meanwhile does not count, unless it is the last. */
  async #all(ask: (hand: Hand) => Promise<void>): Promise<void> {
    await Promise.all(this.#hands.map((hand) => (hand && !hand.ended ? ask(hand).catch((e: unknown) => this.#gone(e)) : undefined)));
    if (this.size === 0) throw new GeneratorError({ kind: "crashed", message: "no worker is left", faults: [] });
  }

  /** Throws what is not about the end of a worker that others can stand in for. */
  #gone(e: unknown): void {
    if (!(e instanceof GeneratorError) || e.kind !== "crashed" || this.size === 0) throw e;
  }

  /**
   * Has a step taken by its numbers, from 0, each by the worker that has it next: the one that took it at last, or whoever has nothing to do. What a worker was at when it
   * ended, another takes.
   */
  async run(step: SharedStep, count: number, { signal, onShare, onMade }: Going): Promise<void> {
    const left = new Set(Array.from({ length: count }, (_, i) => i));
    const shares = new Array<number>(count).fill(0);
    const told = (number: number, share: number): void => {
      shares[number] = share;
      onShare(shares.reduce((a, b) => a + b, 0) / count);
    };
    // When one fails, the others are to stop.
    const stop = new AbortController();
    const ended = stop.signal;
    const aborted = (): void => stop.abort(new GeneratorError({ kind: "aborted", message: "", faults: [] }));
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted, { once: true });
    const work = async (hand: Hand, i: number): Promise<void> => {
      while (!ended.aborted) {
        const number = this.#next(step, left, i);
        if (number === undefined) return;
        left.delete(number);
        try {
          const onNews = ({ done, total }: Step): void => told(number, total > 0 ? Math.min(1, done / total) : 0);
          const file = await hand.ask("step", { step, number }, { signal: ended, onNews });
          this.#last.set(`${step} ${number}`, i);
          told(number, 1);
          onMade(number, file);
        } catch (e) {
          if (!ended.aborted) {
            this.#gone(e);
            left.add(number);
            return;
          }
          throw e;
        }
      }
    };
    while (left.size > 0 && !ended.aborted && this.size > 0) {
      const hands = this.#hands.flatMap((hand, i) => (hand && !hand.ended ? [{ hand, i }] : []));
      await Promise.all(hands.map(({ hand, i }) => work(hand, i).catch((e: unknown) => stop.abort(e)))); // the first one tells why
    }
    signal.removeEventListener("abort", aborted);
    if (ended.aborted) throw ended.reason;
    if (left.size > 0) throw new GeneratorError({ kind: "crashed", message: "no worker is left", faults: [] });
  }

  /** What a worker takes next: the first that it took at last, else that nobody did, else any. */
  #next(step: SharedStep, left: ReadonlySet<number>, i: number): number | undefined {
    let best: number | undefined;
    let rank = 3;
    for (const number of left) {
      const last = this.#last.get(`${step} ${number}`);
      const r = last === i ? 0 : last === undefined ? 1 : 2;
      if (r < rank) [best, rank] = [number, r];
    }
    return best;
  }
}

function placed(files: ReadonlyMap<string, Blob>): PlacedFile[] {
  return Array.from(files, ([path, file]) => ({ path, file }));
}
