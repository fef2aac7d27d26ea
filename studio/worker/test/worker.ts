// The generator in a worker of a page, for studio/bundle's tests: it fetches what that wrote, builds a map of the Blob that it is
// sent, and sends back the hashes of the site's two files.

import "wasm_exec"; // Go's own, of the release that compiles the module; it sets globalThis.Go
import { start } from "../core.ts";
import { Files } from "../files.ts";

const fetched = async (name: string): Promise<Blob> => (await fetch(name)).blob();
const compiled = async (name: string): Promise<WebAssembly.Module> => WebAssembly.compile(await (await fetched(name)).arrayBuffer());

async function build({ source, settings, now }: { source: Blob; settings: string; now: number }): Promise<unknown> {
  const files = new Files();
  files.put("/map/source.zip", source);
  files.put("/map/heatmap.toml", settings);
  const modules = { generator: await compiled("heatmapgen.wasm"), convolve: await compiled("convolve.wasm") };
  const core = await start(files, modules, fetched);
  const stages: string[] = [];
  const built = await core.build("/map/heatmap.toml", {
    now,
    progress: (stage) => {
      if (stages.at(-1) !== stage) {
        stages.push(stage);
      }
    },
  });
  const sum = async (path: string): Promise<string> => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await (await files.blob(path))!.arrayBuffer()));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  };
  return { archive: await sum(built.archive), page: await sum(built.page), drawn: built.drawn, stages };
}

globalThis.addEventListener("message", (event: MessageEvent) => {
  build(event.data as Parameters<typeof build>[0]).then(
    (outcome) => globalThis.postMessage(outcome),
    (error: Error) => globalThis.postMessage({ kind: "other", message: `${error.message}\n${error.stack}` }),
  );
});
