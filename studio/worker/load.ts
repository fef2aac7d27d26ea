// Loads the pieces of the generator, and starts it.

import { type BesideFile, type Core, start } from "./core.ts";
import type { Files } from "./files.ts";
import type { Modules } from "./instantiate.ts";
import type { Pieces } from "./messages.ts";

declare function importScripts(...urls: string[]): void;

/** What was loaded. */
export interface Loaded {
  modules: Modules;
  /** Resolve to what lies beside the module. */
  beside: Map<string, Promise<Blob>>;
}

/** Loads everything at once, lest a request tells later what somebody's files are like. It does not wait for what lies beside. */
export async function load(pieces: Pieces): Promise<Loaded> {
  const module = async (address: string): Promise<WebAssembly.Module> => WebAssembly.compile(await (await unpacked(address)).arrayBuffer());
  const modules = Promise.all([module(pieces.generator), module(pieces.convolve)]);
  const beside = new Map(Object.entries(pieces.beside).map(([name, address]) => [name, unpacked(address)]));
  // Who needs one of them hears of it when it could not be had.
  for (const loading of beside.values()) loading.catch(() => undefined);
  const [generator, convolve] = await modules;
  return { modules: { generator, convolve }, beside };
}

/** Starts the generator on files, of which it may keep so many bytes for the next build. exec is the address of wasm_exec.js. */
export async function startCore(files: Files, modules: Modules, exec: string, beside: (name: BesideFile) => Promise<Blob>, keep: number): Promise<Core> {
  importScripts(exec);
  // Thrown outside of any promise, whoever asks this worker hears of it.
  const ended = (): unknown =>
    setTimeout(() => {
      throw new Error("the generator has ended");
    });
  return start(files, modules, beside, ended, keep);
}

/** Loads a piece, which is compressed by gzip. */
async function unpacked(address: string): Promise<Blob> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const blob = await response.blob();
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  // A host may take the file for one that is compressed on its way only; then the browser has unpacked it.
  if (head[0] !== 0x1f || head[1] !== 0x8b) return blob;
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}
