// Runs a test binary of Go in node with the Gaussians beside it: the binary and convolve.wasm are the first two arguments, its own
// follow. Go's lib/wasm/wasm_exec_node.js does the same without.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import "wasm_exec";
import { type GoProgram, instantiate } from "../instantiate.ts";

Object.assign(globalThis, { fs, path });
const go = new (globalThis as unknown as { Go: new () => GoProgram }).Go();
const [binary, convolve, ...args] = process.argv.slice(2);
go.argv = [binary!, ...args];
go.exit = process.exit;
// What a page finds beside the module lies beside convolve.wasm here.
const beside = path.dirname(convolve!);
go.env = { ...(process.env as Record<string, string>), HEATMAPGEN_BESIDE: beside, ZONEINFO: path.join(beside, "zoneinfo.zip"), TMPDIR: os.tmpdir() };
const compiled = (name: string): WebAssembly.Module => new WebAssembly.Module(fs.readFileSync(name));
await go.run(await instantiate(go, { generator: compiled(binary!), convolve: compiled(convolve!) }));
