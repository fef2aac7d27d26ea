// The page from its first line to the map, or to the message that says why there is none.

import { GPUInitializationError, setMaxParallelImageRequests, setWorkerUrl } from "maplibre-gl";
import { HeatArchive } from "./archive/archive.ts";
import { ArchiveError } from "./archive/errors.ts";
import { BlobStore, type ByteStore, DATABASE_HEAD, HEAD, HttpStore } from "./archive/store.ts";
import { type Link, parseLink } from "./link.ts";
import { offerHomeScreen } from "./homescreen.ts";
import { applyTheme, browserStore, keepPreference, readersZone, readPreferences } from "./preferences.ts";
import { readSettings } from "./settings.ts";
import { wordingFor } from "./text/strings.ts";
import { Message, type MessageKind } from "./ui/message.ts";
import { Viewer } from "./viewer.ts";
import type { ViewerState } from "./viewerstate.ts";

/** What scripts and browser tests may hold on to. */
interface Handle {
  /** The map; undefined until there is one. */
  readonly map: Viewer["map"] | undefined;
  /** Resolves once the first heat is drawn, or a message stands in its place. */
  readonly ready: Promise<void>;
  state(): Partial<ViewerState> & { message: MessageKind | undefined; requests: number };
  /** Resolves once everything asked for is drawn. */
  idle(): Promise<void>;
}

declare global {
  interface Window {
    heatmapgen: Handle;
  }
}

const settings = readSettings(document);
const { strings, language, locale } = wordingFor(navigator.languages);
document.documentElement.lang = language;
const kept = browserStore();
const preferences = readPreferences(kept, navigator.languages, readersZone());
applyTheme(preferences.theme, false);
const page = document.getElementById("page")!;
let viewer: Viewer | undefined;
let store: ByteStore | undefined;
let reloadedAt = -Infinity;
/** Whether the home screen knows of the page. */
let offered = false;
let markReady!: () => void;
const ready = new Promise<void>((resolve) => {
  markReady = resolve;
});

const archiveURL = new URL(settings.archive, document.baseURI);
const message = new Message(strings, archiveURL.pathname.split("/").at(-1)!, (file) => {
  // Another heatmap in the place of one on screen may lie elsewhere: all of it is shown.
  void open(new BlobStore(file), viewer && { ...viewer.link(), view: undefined });
});
page.append(message.element);
message.acceptDrops(page);

window.heatmapgen = {
  get map() {
    return viewer?.map;
  },
  ready,
  state: () => ({
    ...viewer?.state(),
    message: message.kind,
    requests: store instanceof HttpStore ? store.requests : 0,
  }),
  idle: async () => viewer?.idle(),
};

function fail(kind: MessageKind, retry?: () => void): void {
  viewer?.destroy();
  viewer = undefined;
  message.show(kind, retry);
  markReady();
}

/** A changed archive is read afresh once; one that changes again within this time is being written to. */
const RELOAD_PAUSE_MS = 10_000;

/** A page that has loaded itself anew does not do so again within this time. */
const RENEW_PAUSE_MS = 60_000;

/** When this page loaded itself anew, in milliseconds of the world's clock. */
const renewedAt = (history.state as { renewedAt?: number } | null)?.renewedAt ?? -Infinity;

/** The archive is gone: a deploy has put another in its place, which a new page names. Everything else stays as it is in the page's URL. */
function renew(): void {
  try {
    if (Math.abs(Date.now() - renewedAt) < RENEW_PAUSE_MS) throw new Error("it was loaded anew a moment ago");
    history.replaceState({ renewedAt: Date.now() }, "");
    location.reload();
  } catch {
    fail("gone", () => location.reload());
  }
}

/** Opens an archive and shows it as a link has it, by default the one in the page's URL. */
async function open(from: ByteStore, link: Link = parseLink(location.hash)): Promise<void> {
  store = from;
  try {
    const archive = await HeatArchive.open(from);
    viewer?.destroy();
    message.hide();
    let told = false; // every tile on its way tells it
    viewer = new Viewer({
      page,
      archive,
      settings,
      strings,
      locale,
      preferences,
      prefer: (name, value) => {
        preferences[name] = value;
        keepPreference(kept, name, value);
      },
      link,
      onChanged: (how) => {
        if (told) return;
        told = true;
        if (how === "gone") {
          renew();
          return;
        }
        from.reset();
        const again = performance.now() - reloadedAt < RELOAD_PAUSE_MS;
        reloadedAt = performance.now();
        const here = viewer?.link();
        if (again) fail("changed", () => void open(from, here));
        else void open(from, here);
      },
    });
    await viewer.idle();
    markReady();
    if (!offered) void offerHomeScreen({ title: settings.title || archive.metadata.name, description: settings.description, language, page: location.href });
    offered = true;
  } catch (e) {
    const again = (): void => {
      from.reset();
      void open(from);
    };
    if (e instanceof ArchiveError) {
      console.warn(e);
      fail(e.kind, again);
    } else if (e instanceof GPUInitializationError) {
      fail("webgl");
    } else {
      fail("unexpected", again);
      throw e; // for the console
    }
  }
}

/**
 * Stands in for MapLibre's worker, which only sources of vectors, terrain and text have work for; without a basemap of vectors this map has rasters
 * and layers of its own. It says yes to everything, so that the question whether it is alive is answered. (The name behind its # makes MapLibre start it as a
 * classic script; browsers refuse modules from a blob on a page without an origin.)
 */
const YES = `onmessage = ({ data: m }) => m.type[0] !== "<" && postMessage({ id: m.id, type: "<response>", origin: m.origin, sourceMapId: m.targetMapId, targetMapId: m.sourceMapId, error: null, data: null });`;

function start(): void {
  if (!document.createElement("canvas").getContext("webgl2")) {
    fail("webgl");
    return;
  }
  const worker = document.getElementById("vectors")?.textContent ?? YES;
  setWorkerUrl(`${URL.createObjectURL(new Blob([worker], { type: "text/javascript" }))}#worker.cjs`);
  setMaxParallelImageRequests(64);
  if (location.protocol === "file:") {
    fail("file");
    return;
  }
  // What kind of file it is, its first bytes tell; the name only how many to begin with.
  void open(new HttpStore(archiveURL.href, archiveURL.pathname.endsWith(".mbtiles") ? DATABASE_HEAD : HEAD));
}

start();
