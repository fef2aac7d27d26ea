// The worker with the generator, and the files it was given. When it had to be ended it is started anew, with the same files.

import { lockOf } from "../worker/disk.ts";
import { Client } from "../worker/client.ts";
import type { ChosenFile, News, Pieces, Questions, Room, Site, SourceEntry } from "../worker/messages.ts";
import { apart, type Chosen, topOf } from "./drops.ts";
import { type Settings, toTOML } from "./settings.ts";

export interface Work {
  signal: AbortSignal;
  onNews: (news: News) => void;
}

type Generator = Client<Questions, News>;

/** More workers than this take more memory than they save time. */
const MOST_WORKERS = 8;

/** How much memory is taken for granted where the browser does not tell, in GB: a phone ends a tab long before it is all used. */
const USUAL_GB = { desk: 8, phone: 4 };

/** How many workers share a build: one a core, fewer where there is little memory. What browsers say of both is a hint, and Chromium says 8 GB at most. */
function workersWanted(): number {
  const phone = window.matchMedia("(pointer: coarse)").matches;
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? (phone ? USUAL_GB.phone : USUAL_GB.desk);
  return Math.max(1, Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS, Math.floor(phone ? memory / 2 : memory)));
}

export class Workshop {
  readonly #script: string;
  readonly #pieces: Pieces;
  #client: Promise<Generator> | undefined;
  #files: ChosenFile[] = [];
  #names: string[] = [];
  #folder: Promise<string | undefined> | undefined;
  sources: SourceEntry[] = [];
  /** Where files are written to; undefined until the worker is there. */
  storage: "disk" | "memory" | undefined;
  /** How many share a build with the worker, 0 where it does all of it. */
  workers = 0;
  /** What is on screen, which a new worker must not remove. */
  shown: Blob[] = [];

  /** script is the address of the worker's. */
  constructor(script: string, pieces: Pieces) {
    this.#script = script;
    this.#pieces = pieces;
  }

  /** Starts the worker, if there is none. */
  async ready(): Promise<Generator> {
    const there = await this.#client?.catch(() => undefined);
    if (there && !there.ended) return there;
    this.#client = this.#start();
    return this.#client;
  }

  async #start(): Promise<Generator> {
    const client = new Client<Questions, News>(this.#script);
    const { storage, workers } = await client.ask("start", { pieces: this.#pieces, room: await this.#room(), cores: workersWanted() });
    this.storage = storage;
    this.workers = workers;
    if (this.#files.length > 0) this.sources = await client.ask("have", { files: this.#files, sources: this.#names });
    return client;
  }

  /** The folder on disk for the worker; undefined where the browser cannot keep it for this tab. */
  async #room(): Promise<Room | undefined> {
    this.#folder ??= holdFolder();
    const folder = await this.#folder;
    return folder === undefined ? undefined : { folder, keep: this.shown.flatMap((blob) => (blob instanceof File ? [blob.name] : [])) };
  }

  /** Adds files to those that are there. undo takes them away again. */
  async add(chosen: Chosen): Promise<{ undo: () => Promise<void> }> {
    const before = { files: this.#files, names: this.#names };
    const { files, sources } = apart(chosen, before.files);
    await this.#have([...before.files, ...files], [...new Set([...before.names, ...sources])]);
    return { undo: () => this.#have(before.files, before.names) };
  }

  /** Takes a source away. */
  async remove(path: string): Promise<void> {
    await this.#have(this.#files.filter((f) => topOf(f.path) !== path), this.#names.filter((n) => n !== path));
  }

  async #have(files: ChosenFile[], names: string[]): Promise<void> {
    const client = await this.ready();
    [this.#files, this.#names] = [files, names];
    // Where the worker was ended meanwhile, the next one is given them when it starts.
    if (!client.ended) this.sources = await client.ask("have", { files, sources: names });
  }

  async sports(wanted: string[], others: string[]): Promise<string[]> {
    return (await this.ready()).ask("sports", { wanted, others });
  }

  /** Builds the site, and tells the configuration it was built by. Where early, a site of coarse zooms comes before. */
  async build(settings: Settings, { secret, newSecret, early }: { secret: string | undefined; newSecret: boolean; early: boolean }, work: Work): Promise<{ site: Site; settings: string }> {
    const text = toTOML(settings, this.sources);
    const site = await (await this.ready()).ask("build", { settings: text, secret, newSecret, early }, work);
    this.shown = [site.archive, site.page];
    return { site, settings: text };
  }
}

/** Names a folder for this tab, and holds its lock until the tab ends. */
async function holdFolder(): Promise<string | undefined> {
  if (!("locks" in navigator) || !navigator.storage?.getDirectory) return undefined;
  const folder = crypto.randomUUID();
  return new Promise((resolve) => {
    navigator.locks
      .request(lockOf(folder), () => {
        resolve(folder);
        return new Promise(() => {});
      })
      .catch(() => resolve(undefined));
  });
}
