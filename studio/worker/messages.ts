// What the page and its worker tell each other. The page asks, each question with a number of its own; the worker answers it once, and may tell
// of progress before.

import type { ActivityRow, BesideFile, Told, Verdict } from "./core.ts";

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

/** An activity, without its picture. */
export type FoundRow = Omit<ActivityRow, "thumbnail">;

export interface Found {
  rows: FoundRow[];
  warnings: Told[];
  notes: Told[];
}

/** A finished site. */
export interface Site {
  /** The name of the archive beside the page. */
  archiveName: string;
  archive: Blob;
  /** index.html as it is to be published. */
  page: Blob;
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

/** The questions, by their names: what is given, and what is answered. */
export interface Questions {
  start: { given: { pieces: Pieces; room: Room | undefined }; answer: { version: string; storage: "disk" | "memory" } };
  /** These are all the files and sources there are. */
  have: { given: { files: ChosenFile[]; sources: string[] }; answer: SourceEntry[] };
  survey: { given: { settings: string }; answer: Found };
  sports: { given: { wanted: string[]; others: string[] }; answer: string[] };
  build: { given: { settings: string; secret: string | undefined; newSecret: boolean }; answer: Site };
}

export type Question = { [K in keyof Questions]: { n: number; ask: K; given: Questions[K]["given"] } }[keyof Questions];

/** An error of the module as it travels; see studio/wasm/failure.go for the kinds. */
export interface Failure {
  kind: string;
  message: string;
  code?: string;
  args?: Told["args"];
  faults: Told[];
}

export type Answer =
  | { n: number; answer: unknown }
  | { n: number; failure: Failure }
  | { n: number; stage: string; done: number; total: number; unit: string };

/** Ends the work on a question. */
export interface Stop {
  stop: number;
}
