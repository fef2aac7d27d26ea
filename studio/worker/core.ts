// Starts the generator: studio/wasm compiled to WebAssembly, on files of a Files. Go's own wasm_exec.js, of the release that compiled it, has been run
// before: it sets globalThis.Go.

import type { Files } from "./files.ts";
import { type GoProgram, instantiate, type Modules } from "./instantiate.ts";

/** What may be said of a build or a step of one, see studio/wasm/main.go. */
export interface Options {
  signal?: AbortSignal;
  /** The moment of the build in ms since 1970. */
  now?: number;
  /** Hears of each stage how much is done, of how much, in which unit. */
  progress?: (stage: string, done: number, total: number, unit: string) => void;
  /** Hears what a user must not miss. */
  warn?: (text: string) => void;
  /** Hears of what was found, before anything is painted. */
  found?: (found: Found) => void;
  newSecret?: boolean;
  forgetZones?: boolean;
  allowFewer?: boolean;
}

/** What a configuration says: the title, and where archive, page and secret are. */
export interface Checked {
  title: string;
  archive: string;
  page: string;
  secret: string;
}

/** What a message is about, by name (internal/message). */
export type Args = Record<string, string | number | boolean | Record<string, number> | null>;

/** A sentence of the generator, in English and, where it has a code, as what it says. */
export interface Told {
  text: string;
  code?: string;
  args?: Args | null;
}

/** What a build did. */
export interface Built {
  archive: string;
  page: string;
  report: string;
  bytes: number;
  read: number;
  drawn: number;
  skipped: Record<string, number>;
  hides: boolean;
  warnings: Told[];
  notes: Told[];
  /** What the command prints in the end. */
  table: string;
  seconds: Record<string, number>;
}

/** How a site stood up to a stranger's guesses at what it hides. One that is exposed should not be published. */
export interface Verdict {
  exposed: boolean;
  /** What the command prints. */
  text: string;
  /** By what a place can be guessed. */
  clues: Told[];
}

/** An activity that was found; what is not known is "". */
export interface FoundRow {
  id: string;
  path: string;
  name: string;
  sport: string;
  /** "2026-05-31T10:00:00+02:00" */
  start: string;
  state: string;
  reason: string;
  detail: string;
}

/** What was found in the sources. */
export interface Found {
  rows: FoundRow[];
  warnings: Told[];
  notes: Told[];
}

/** A site to look at while another is made: the paths of its files, and how many activities it draws. */
export interface Preview {
  archive: string;
  page: string;
  drawn: number;
}

/** A build of which several instances take the steps; see studio/wasm/job.go. */
export interface Job {
  map: (shard: number) => Promise<void>;
  gather: (coarse: number, parts: number) => Promise<{ coarse: number }>;
  paint: (part: number) => Promise<void>;
  preview: (folder: string) => Promise<Preview>;
  compose: () => Promise<Built>;
  close: () => void;
}

/** What promises are rejected with. */
export interface CoreError extends Error {
  kind: "settings" | "aborted" | "nothing" | "fewer" | "secret" | "source" | "full" | "other";
  /** What is wrong with the configuration; line counts from 1, and is 0 where it is about none. */
  faults?: ({ file: string; line: number } & Told)[];
  /** The same as the message says, where there is a code for it. */
  code?: string;
  args?: Args | null;
}

/** The generator. Paths are those of Files. */
export interface Core {
  version: string;
  check: (path: string) => Promise<Checked>;
  build: (path: string, options?: Options) => Promise<Built>;
  /** Builds a site of some of the activities in a folder of its own. */
  sample: (path: string, options: Options & { folder: string; most: number }) => Promise<Preview>;
  /** Begins a job in a folder, for the configuration at a path. */
  plan: (path: string, options: Options & { job: string; shards: number }) => Promise<{ activities: number }>;
  /** Opens a job for the other steps. */
  job: (folder: string, options?: Options) => Promise<Job>;
  /** After a build that hides something (Built.hides). */
  audit: (path: string, options?: Options) => Promise<Verdict>;
  /** Of which type the source at a path is. */
  guess: (path: string) => Promise<"strava" | "files">;
  /** What a configuration has as sports to take the wanted ones and none of the others. */
  sports: (wanted: string[], others: string[]) => string[];
}

/** The folder of what the module does not have in itself. */
const BESIDE = "/beside";

/** The files that lie beside the module, made by studio/bundle. */
export const BESIDE_FILES = ["timezone-squares.bin", "timezone-borders.bin", "viewer.js", "viewer.css", "NOTICES", "zoneinfo.zip"] as const;

export type BesideFile = (typeof BESIDE_FILES)[number];

declare const globalThis: {
  Go: new () => GoProgram;
  fs: unknown;
  heatmapgen?: Core;
};

/**
 * Starts the generator, once in a worker or page. beside gets one of the BESIDE_FILES, when it is needed first; the borders of
 * time zones, by far the largest, only are where something begins near one. onEnd is called when the program ends, which it only
 * does when it fails, mostly for want of memory: what was asked of it is never answered then. keep is how many bytes of what it decoded and
 * painted it may keep on files for the next build.
 */
export async function start(files: Files, modules: Modules, beside: (name: BesideFile) => Promise<Blob>, onEnd: () => void = () => {}, keep?: number): Promise<Core> {
  for (const name of BESIDE_FILES) {
    files.put(`${BESIDE}/${name}`, () => beside(name));
  }
  globalThis.fs = files.fs;
  const go = new globalThis.Go();
  go.env = { HEATMAPGEN_BESIDE: BESIDE, ZONEINFO: `${BESIDE}/zoneinfo.zip`, TMPDIR: "/tmp", ...(keep === undefined ? {} : { HEATMAPGEN_ROWS: String(keep) }) };
  void go.run(await instantiate(go, modules)).then(onEnd);
  if (!globalThis.heatmapgen) {
    throw new Error("the generator did not start");
  }
  return globalThis.heatmapgen;
}
