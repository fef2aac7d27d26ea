// The worker with the generator, and the files it was given. When it had to be ended it is started anew, with the same files.

import type { ChosenFile, Found, Pieces, Site, SourceEntry } from "../worker/messages.ts";
import { Client, type Step } from "./client.ts";
import type { Chosen } from "./drops.ts";
import { type Settings, toTOML } from "./settings.ts";

export interface Work {
  signal: AbortSignal;
  onStep: (step: Step) => void;
}

export class Workshop {
  readonly #script: string;
  readonly #pieces: Pieces;
  #client: Promise<Client> | undefined;
  #files: ChosenFile[] = [];
  #names: string[] = [];
  sources: SourceEntry[] = [];

  /** script is the address of the worker's. */
  constructor(script: string, pieces: Pieces) {
    this.#script = script;
    this.#pieces = pieces;
  }

  /** Starts the worker, if there is none. */
  async ready(): Promise<Client> {
    const there = await this.#client?.catch(() => undefined);
    if (there && !there.ended) return there;
    this.#client = this.#start();
    return this.#client;
  }

  async #start(): Promise<Client> {
    const client = new Client(this.#script);
    await client.ask("start", this.#pieces);
    if (this.#files.length > 0) this.sources = await client.ask("add", { files: this.#files, sources: this.#names });
    return client;
  }

  /** Adds files to those that are there. What has the path of an earlier one takes its place. */
  async add({ files, sources }: Chosen): Promise<void> {
    const client = await this.ready();
    this.#files.push(...files);
    this.#names = [...new Set([...this.#names, ...sources])];
    this.sources = await client.ask("add", { files, sources: this.#names });
  }

  async survey(settings: Settings, work: Work): Promise<Found> {
    return (await this.ready()).ask("survey", { settings: toTOML(settings, this.sources) }, work);
  }

  async sports(wanted: string[], others: string[]): Promise<string[]> {
    return (await this.ready()).ask("sports", { wanted, others });
  }

  /** Builds the site, and tells the configuration it was built by. */
  async build(settings: Settings, secret: string | undefined, newSecret: boolean, work: Work): Promise<{ site: Site; settings: string }> {
    const text = toTOML(settings, this.sources);
    return { site: await (await this.ready()).ask("build", { settings: text, secret, newSecret }, work), settings: text };
  }
}
