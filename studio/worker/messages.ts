// What the page and its worker tell each other, and that worker and those it shares the work with. One asks, each question with a number of its own (client.ts); the other
// answers it once, and may tell something before (serve.ts).

import type { BesideFile, Found, Told, Verdict } from "./core.ts";
import type { Modules } from "./instantiate.ts";
import type { Shares } from "./nodes.ts";

/** Where the pieces of the generator lie, as absolute addresses. */
export interface Pieces {
  /** The generator itself, a module of WebAssembly. */
  generator: string;
  /** Its Gaussians, another one. */
  convolve: string;
  /** wasm_exec.js of the Go that the module was built by. */
  exec: string;
  /** Files that the module reads when it needs them, by their names. */
  beside: Record<BesideFile, string>;
}

/** A tab's folder on disk (disk.ts), whose lock it holds, and the files in it that it still shows. */
export interface Room {
  folder: string;
  keep: string[];
}

/** Something a user chose or dropped, and where in the folder of sources it is to be. */
export interface ChosenFile {
  /** Relative, with slashes: "export_123.zip", "runs/2024/a.gpx". */
  path: string;
  file: File;
}

/** A source of the configuration: a file or folder of the folder of sources. */
export interface SourceEntry {
  type: "strava" | "files";
  path: string;
}

/** How far the work is. */
export interface Step {
  stage: string;
  done: number;
  /** 0 where that is not known. */
  total: number;
  unit: string;
  /** How much of all that was asked for is done, from 0 to 1, roughly; undefined where that is not known. */
  all?: number;
}

/** A site as it is shown. */
export interface ShownSite {
  archive: Blob;
  /** index.html as it is to be published. */
  page: Blob;
}

/** A site to look at while another is made: of some activities, or of all in coarse zooms. */
export interface EarlySite extends ShownSite {
  /** How many activities it draws, of how many there are. */
  drawn: number;
  of: number;
}

/** What the page hears of while a site is built. */
export type News = { step: Step } | { found: Found } | { early: EarlySite };

/** A finished site. */
export interface Site extends ShownSite {
  /** The name of the archive beside the page. */
  archiveName: string;
  /** What became of every activity. */
  report: string;
  /** What remembers how privacy zones were hidden; undefined where there are none. */
  secret: string | undefined;
  /** How many activities were listed and drawn. */
  read: number;
  drawn: number;
  warnings: Told[];
  notes: Told[];
  /** How the site stood up to a stranger's guesses; undefined where it hides nothing. */
  verdict: Verdict | undefined;
  /** Seconds by stage. */
  seconds: Record<string, number>;
}

/** Questions, by their names: what is given, and what is answered. */
export type Questioned<Q> = { [K in keyof Q]: { given: unknown; answer: unknown } };

/** What the page asks. */
export interface Questions {
  start: { given: { pieces: Pieces; room: Room | undefined; cores: number }; answer: { version: string; storage: "disk" | "memory"; workers: number } };
  /** These are all the files and sources there are. */
  have: { given: { files: ChosenFile[]; sources: string[] }; answer: SourceEntry[] };
  sports: { given: { wanted: string[]; others: string[] }; answer: string[] };
  build: { given: { settings: string; secret: string | undefined; newSecret: boolean; early: boolean }; answer: Site };
}

/** A file of the generator, at an absolute path. */
export interface PlacedFile {
  path: string;
  file: Blob;
}

/** The steps of a build that are shared. */
export type SharedStep = "map" | "paint";

/** What the worker asks those it shares the work with (hand.ts). */
export interface HandQuestions {
  start: { given: { modules: Modules; exec: string; folder: FileSystemDirectoryHandle | undefined; shares: Shares }; answer: void };
  /** What lies beside the module. */
  beside: { given: Partial<Record<BesideFile, Blob>>; answer: void };
  /** Puts files in their places, and removes others. */
  have: { given: { files: PlacedFile[]; gone: string[] }; answer: void };
  /** Opens the job in a folder; none is open. */
  open: { given: { folder: string }; answer: void };
  /** Closes the job, and frees what its steps have made. */
  close: { given: undefined; answer: void };
  /** Takes a step, and returns the file that it makes. That is there until the job is closed. */
  step: { given: { step: SharedStep; number: number }; answer: Blob };
}

export interface Question {
  n: number;
  ask: string;
  given: unknown;
}

/** An error of the module as it travels; see studio/wasm/failure.go for the kinds. */
export interface Failure {
  kind: string;
  message: string;
  code?: string;
  args?: Told["args"];
  faults: Told[];
}

export type Answer = { n: number; answer: unknown } | { n: number; failure: Failure } | { n: number; news: unknown };

/** Ends the work on a question. */
export interface Stop {
  stop: number;
}
