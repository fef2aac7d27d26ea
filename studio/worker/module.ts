// The generator as studio/wasm has it: what it sets globalThis.heatmapgen to, and how it is started.

import type { ActivityRow, Pieces } from "./messages.ts";
import type { Files } from "./files.ts";

export interface ModuleOptions {
  signal?: AbortSignal;
  progress?: (stage: string, done: number, total: number, unit: string) => void;
  warn?: (text: string) => void;
  newSecret?: boolean;
}

export interface Survey {
  rows(): (ActivityRow & { thumbnail: unknown })[];
  warnings(): string[];
  notes(): string[];
  close(): void;
}

export interface Built {
  archive: string;
  page: string;
  report: string;
  read: number;
  drawn: number;
  warnings: string[];
  notes: string[];
  seconds: Record<string, number>;
}

export interface Generator {
  version: string;
  check(path: string): Promise<{ title: string; archive: string; page: string; secret: string }>;
  survey(path: string, options: ModuleOptions): Promise<Survey>;
  build(path: string, options: ModuleOptions): Promise<Built>;
  guess(path: string): Promise<"strava" | "files">;
  sports(wanted: string[], others: string[]): string[];
}

/** Go's own way to start a module, which wasm_exec.js defines. */
declare class Go {
  env: Record<string, string>;
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}

declare function importScripts(...urls: string[]): void;

/** Where in the files the module finds what lies beside it, and where it works. */
const BESIDE = "/beside";
export const WORK = "/studio";

/** Loads and starts the module, on files. */
export async function startModule(pieces: Pieces, files: Files): Promise<Generator> {
  const scope = globalThis as unknown as { fs: unknown; process: unknown; path: unknown; heatmapgen?: Generator };
  scope.fs = files.fs;
  scope.process = { pid: 1, ppid: 0, cwd: () => WORK, chdir: () => {}, umask: () => 0, getuid: () => 0, getgid: () => 0, geteuid: () => 0, getegid: () => 0, getgroups: () => [] };
  scope.path = { resolve: (...parts: string[]) => parts.reduce((at, part) => (part.startsWith("/") ? part : `${at}/${part}`), WORK) };
  const compiling = load(pieces.module).then(async (response) => WebAssembly.compile(await response.arrayBuffer()));
  await Promise.all(
    Object.entries(pieces.beside).map(async ([name, address]) => files.put(`${BESIDE}/${name}`, await (await load(address)).blob())),
  );
  importScripts(pieces.exec);
  const go = new Go();
  go.env = { TMPDIR: "/tmp", HOME: WORK, HEATMAPGEN_BESIDE: BESIDE, ZONEINFO: `${BESIDE}/zoneinfo.zip` };
  const instance = await WebAssembly.instantiate(await compiling, go.importObject);
  // The module goes on for as long as the worker lives; by the time run has given back a promise, it has set its object.
  const ended = go.run(instance);
  const generator = scope.heatmapgen;
  if (!generator) {
    await ended;
    throw new Error("the generator did not start");
  }
  return generator;
}

/** Loads a piece. Pieces are compressed by gzip, whatever the host does, and none is compressed by it that does not say so. */
async function load(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // A host may take the file for one that was compressed on the way; then the browser has undone it.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
