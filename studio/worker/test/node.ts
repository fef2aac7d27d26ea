// Does in node what a page does, for studio/bundle's tests: the recordings are Blobs, everything else is in memory. The job is
// JSON in the first argument, what came of it is JSON in the last line of the output.

import "wasm_exec"; // Go's own, of the release that compiles the module; it sets globalThis.Go
import { createHash } from "node:crypto";
import { openAsBlob, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CoreError, type Found, type Options, start } from "../core.ts";
import { Files } from "../files.ts";

interface Job {
  /** The folder that studio/bundle wrote. */
  made: string;
  /** Files of this computer, by the paths they are to have. */
  chosen: Record<string, string>;
  texts: Record<string, string>;
  config: string;
  now: number;
  /** What to do: build, or a build that is aborted when something has been read. */
  work: "build" | "abort";
}

const job = JSON.parse(process.argv[2]!) as Job;
const files = new Files();
for (const [path, here] of Object.entries(job.chosen)) {
  files.put(path, await openAsBlob(here));
}
for (const [path, text] of Object.entries(job.texts)) {
  files.put(path, text);
}
const compiled = (name: string): WebAssembly.Module => new WebAssembly.Module(readFileSync(join(job.made, name)));
const core = await start(files, { generator: compiled("heatmapgen.wasm"), convolve: compiled("convolve.wasm") }, (name) => openAsBlob(join(job.made, name)));

const sum = async (path: string): Promise<string> => createHash("sha256").update(Buffer.from(await (await files.blob(path))!.arrayBuffer())).digest("hex");

async function work(): Promise<unknown> {
  const controller = new AbortController();
  const warnings: string[] = [];
  const options: Options = { now: job.now, signal: controller.signal, warn: (text) => warnings.push(text) };
  if (job.work === "abort") {
    options.progress = (_stage, done) => {
      if (done > 0) {
        // Not at once: it must be heard of between two turns of Go.
        setTimeout(() => controller.abort());
      }
    };
  }
  let found: Found | undefined;
  options.found = (all) => {
    found = all;
  };
  const built = await core.build(job.config, options);
  const { secret } = await core.check(job.config);
  const verdict = built.hides ? await core.audit(job.config) : undefined;
  return { verdict, archive: await sum(built.archive), page: await sum(built.page), secret: (await files.text(secret)) ?? "", drawn: built.drawn, warnings, rows: found?.rows, seconds: built.seconds };
}

try {
  console.log(JSON.stringify(await work()));
} catch (error) {
  const { kind, message, faults } = error as CoreError;
  console.log(JSON.stringify({ kind, message, faults }));
}
process.exit(0);
