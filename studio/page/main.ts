// The studio's page from its first line.

import workerSource from "virtual:worker";
import { wordingFor } from "../../templates/viewer/src/text/strings.ts";
import type { Pieces } from "../worker/messages.ts";
import type { Chosen } from "./drops.ts";
import { Studio, type StudioState } from "./studio.ts";
import { de } from "./text/de.ts";
import { en } from "./text/en.ts";
import { Workshop } from "./workshop.ts";

/** What browser tests may hold on to. */
interface Handle {
  /** Resolves once the generator is loaded, or is known not to be. */
  readonly ready: Promise<void>;
  state(): StudioState;
  add(chosen: Chosen): Promise<void>;
  /** What may be taken home. */
  readonly taken: Studio["taken"];
}

/** The pieces as package studio writes them into the page: addresses relative to it. */
function readPieces(): Pieces {
  const { generator, convolve, exec, beside } = JSON.parse(document.getElementById("pieces")!.textContent!) as Pieces;
  const absolute = (address: string): string => new URL(address, document.baseURI).href;
  return { generator: absolute(generator), convolve: absolute(convolve), exec: absolute(exec), beside: Object.fromEntries(Object.entries(beside).map(([name, at]) => [name, absolute(at)])) as Pieces["beside"] };
}

function start(): void {
  const { strings, language, locale } = wordingFor(navigator.languages);
  const texts = language === "de" ? de : en;
  document.documentElement.lang = language;
  document.documentElement.dataset["theme"] = "dark";
  // A worker that is a Blob has the policy of this page, as one with an address would not.
  const script = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const studio = new Studio({ texts, strings, locale, workshop: new Workshop(script, readPieces()) });
  document.getElementById("page")!.replaceWith(studio.element);
  const ready = studio.prepare();
  const handle: Handle = {
    ready,
    state: () => studio.state,
    add: (chosen) => studio.add(chosen),
    get taken() {
      return studio.taken;
    },
  };
  (window as unknown as { heatmapgen: Handle }).heatmapgen = handle;
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("offline.js").catch(() => undefined);
}

start();
