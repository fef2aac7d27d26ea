// A bare map for the browser tests of the live picture (templates/live_test.go): made-up tracks drawn by the GPU and by the
// processor, a layer each, so that one can be held against the other.

import { differenceLayer } from "../../src/difference.ts";
import { addProtocol, Map as MapLibreMap, setWorkerUrl } from "maplibre-gl";
import type { TileView } from "../../src/map/density.ts";
import { ZOOM_OFFSET } from "../../src/map/fit.ts";
import { LiveHeat, type LiveView } from "../../src/live/heat.ts";
import { Highlight } from "../../src/live/highlight.ts";
import { RouteLines } from "../../src/live/routes.ts";
import { GRID_BITS } from "../../src/tracks/tracks.ts";
import { HOME, layerFor, outings, partSource, tracksOf, wholeSource } from "./synthetic.ts";

setWorkerUrl("/worker.js#worker.cjs");

const GROUND = [15, 18, 22];

let map: MapLibreMap;
let heats: Record<"gpu" | "cpu", LiveHeat>;
let count = 0;
/** The grid column that the outings start at. */
let home = HOME[0];

/** Degrees of a place given in grid units from home. */
function place(dx: number, dy: number): [number, number] {
  const [x, y] = [(home + dx) / 2 ** GRID_BITS, (HOME[1] + dy) / 2 ** GRID_BITS];
  return [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
}

/** A place at which the pixels of a zoom are those of the screen. */
function centre(zoom: number): [number, number] {
  const units = 2 ** (GRID_BITS - 8 - zoom);
  const { width, height } = map.getCanvas();
  const snapped = (v: number, size: number): number => (Math.round(v / units) + (size % 2) / 2) * units - v;
  return place(snapped(home, width), snapped(HOME[1], height));
}

/** Opens a map with made-up outings; with east given, that many grid units to the east of where they would be. */
async function open(activities: number, segments: number, east = 0): Promise<void> {
  map?.remove();
  map = new MapLibreMap({
    container: "map",
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": `rgb(${GROUND.join(",")})` } }] },
    center: place(0, 0),
    zoom: 13,
    attributionControl: false,
    fadeDuration: 0,
  });
  await map.once("style.load");
  const tracks = outings(activities, segments);
  tracks.x.forEach((x, i) => (tracks.x[i] = x + east));
  tracks.bounds.forEach((b, i) => (tracks.bounds[i] = i % 2 === 0 ? b + east : b));
  home = HOME[0] + east;
  count = activities;
  const days = Array.from({ length: count }, (_, a) => 18_001 + Math.floor((a * 1_999) / count));
  const options = { lines: wholeSource(tracks), days, asOf: "2024-10-04", painting: { blurSigmaPX: 2, hillBlurSigmaPX: 4 }, tiles: () => ({ zoom: Math.min(17, Math.max(2, Math.round(map.getZoom() + ZOOM_OFFSET))), finer: 0 }) };
  heats = { gpu: new LiveHeat({ ...options, id: "gpu", path: "gpu" }), cpu: new LiveHeat({ ...options, id: "cpu", path: "cpu" }) };
  map.addLayer(heats.gpu);
}

function view(field: string, part = 1, local = false): LiveView {
  const { field: f, layer, lo, hi } = layerFor(field);
  const range = { lo, hi };
  return { layer, field: f, range: () => range, local, selected: Uint8Array.from({ length: count }, (_, a) => Number(a < part * count)), opacity: 1 };
}

async function settled(heat: LiveHeat): Promise<void> {
  await heat.whenSettled();
}

/** The map's pixels as they are drawn now, rows from the bottom. */
function pixels(): Uint8Array {
  map.redraw();
  const gl = map.getCanvas().getContext("webgl2")!;
  const out = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
  gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, out);
  return out;
}

interface Comparison {
  path: string | undefined;
  /** Pixels that show heat, and those of them that differ by more than 3 of 255. */
  lit: number;
  off: number;
  most: number;
  /** How far the values of both lie apart at most, over places along the middle row. */
  value: number;
  values: number;
}

/** Shows a field by both painters in turn, at a zoom's own pixels, and compares; difference takes off what those who are not shown have. */
async function compare(field: string, zoom: number, part = 1, local = false, difference = false): Promise<Comparison> {
  map.jumpTo({ center: centre(zoom), zoom: zoom - ZOOM_OFFSET });
  const shown = view(field, part, local);
  if (difference) {
    shown.less = shown.selected.map((f) => 1 - f);
    shown.layer = differenceLayer(shown.layer, shown.field);
  }
  const pictures: Uint8Array[] = [];
  const values: number[][] = [];
  let path: string | undefined;
  for (const name of ["cpu", "gpu"] as const) {
    for (const other of ["cpu", "gpu"]) if (map.getLayer(other)) map.removeLayer(other);
    const heat = heats[name];
    map.addLayer(heat);
    heat.show(shown);
    await settled(heat);
    pictures.push(pixels());
    const { clientWidth, clientHeight } = map.getContainer();
    values.push(Array.from({ length: clientWidth / 4 }, (_, i) => heat.valueAt(map.unproject([4 * i + 0.5, clientHeight / 2 + 0.5]))?.value ?? NaN));
    path = heat.path;
  }
  const [a, b] = pictures as [Uint8Array, Uint8Array];
  const result: Comparison = { path, lit: 0, off: 0, most: 0, value: 0, values: 0 };
  for (let i = 0; i < a.length; i += 4) {
    let [lit, off] = [false, 0];
    for (let k = 0; k < 3; k++) {
      lit ||= a[i + k] !== GROUND[k];
      off = Math.max(off, Math.abs(a[i + k]! - b[i + k]!));
    }
    if (lit) result.lit++;
    if (off > 3) result.off++;
    result.most = Math.max(result.most, off);
  }
  values[0]!.forEach((v, i) => {
    if (Number.isNaN(v) || Number.isNaN(values[1]![i]!)) return;
    result.values++;
    result.value = Math.max(result.value, Math.abs(v - values[1]![i]!) / Math.max(1, Math.abs(v)));
  });
  return result;
}

/** Middle of what is brighter than the ground within 40 pixels of the middle of the map, in pixels; weighted by brightness. */
function middleOfLight(): [x: number, y: number] {
  const all = pixels();
  const { width, height } = map.getCanvas();
  let [sum, sx, sy] = [0, 0, 0];
  for (let y = (height >> 1) - 40; y < (height >> 1) + 40; y++) {
    for (let x = (width >> 1) - 40; x < (width >> 1) + 40; x++) {
      const v = all[4 * (y * width + x)]! - GROUND[0]!;
      [sum, sx, sy] = [sum + v, sx + v * (x + 0.5), sy + v * (y + 0.5)];
    }
  }
  return [sx / sum, sy / sum];
}

/** How far, in pixels, a dot drawn live lies from the same dot in a tile of images, with the map's middle (dx, dy) pixels of the tile zoom away. */
async function apart(zoom: number, dx: number, dy: number): Promise<number> {
  const units = 2 ** (GRID_BITS - 8 - Math.round(zoom));
  const middle = (v: number): number => (Math.floor(v / units / 256) * 256 + 128.5) * units;
  const [x, y] = [middle(HOME[0]), middle(HOME[1])];
  await open(1, 2);
  map.jumpTo({ center: place(x - HOME[0] + dx * units, y - HOME[1] + dy * units), zoom: zoom - ZOOM_OFFSET });
  addProtocol("dot", async () => {
    const canvas = new OffscreenCanvas(256, 256);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#fff";
    context.fillRect(128, 128, 1, 1);
    return { data: await (await canvas.convertToBlob()).arrayBuffer() };
  });
  map.removeLayer("gpu");
  map.addSource("dot", { type: "raster", tiles: ["dot://{z}/{x}/{y}"], tileSize: 256 });
  map.addLayer({ id: "dot", type: "raster", source: "dot", paint: { "raster-fade-duration": 0 } });
  await map.once("idle");
  const there = middleOfLight();
  map.removeLayer("dot");
  const tracks = tracksOf([[[[x, y], [x, y]]]]);
  const heat = new LiveHeat({ id: "dot", lines: wholeSource(tracks), days: [19_000], asOf: "2024-10-04", painting: { blurSigmaPX: 2, hillBlurSigmaPX: 4 }, tiles: () => ({ zoom: 14, finer: 0 }), path: "gpu" });
  map.addLayer(heat);
  heat.show(view("visits"));
  await heat.whenSettled();
  const here = middleOfLight();
  return Math.hypot(here[0] - there[0], here[1] - there[1]);
}

/** Shows a field by the GPU alone. */
async function show(field: string, zoom: number, part = 1, local = false): Promise<void> {
  if (map.getLayer("cpu")) map.removeLayer("cpu");
  if (!map.getLayer("gpu")) map.addLayer(heats.gpu);
  map.jumpTo({ center: place(0, 0), zoom: zoom - ZOOM_OFFSET });
  heats.gpu.show(view(field, part, local));
  await settled(heats.gpu);
}

/** What showing a field costs anew with every step of a slider, and with every step of the map; medians in ms, of script and of everything. */
async function measure(field: string, zoom: number): Promise<object> {
  const median = (v: number[]): number => v.sort((a, b) => a - b)[v.length >> 1]!;
  const steps = async (script: () => number, step: (i: number) => void): Promise<object> => {
    const [scripts, frames]: [number[], number[]] = [[], []];
    for (let i = 1; i <= 3; i++) {
      const start = performance.now();
      step(i);
      await settled(heats.gpu);
      pixels();
      scripts.push(script());
      frames.push(performance.now() - start);
    }
    return { script: median(scripts), frame: median(frames) };
  };
  await show(field, zoom);
  const { stats } = heats.gpu;
  return {
    ...stats,
    drag: await steps(() => stats.paintMS, (i) => heats.gpu.show(view(field, 1 - i / 8))),
    pan: await steps(() => stats.frameMS, () => map.panBy([6, 0], { duration: 0 })),
  };
}

/** From the next map on, drawing contexts lack an extension. */
function without(extension: string): void {
  const given = WebGL2RenderingContext.prototype.getExtension;
  WebGL2RenderingContext.prototype.getExtension = function (this: WebGL2RenderingContext, name: string) {
    return name === extension ? null : given.call(this, name as "WEBGL_multi_draw");
  } as typeof given;
}

/** A way around the same places again and again, with heat, routes and a highlighted line of parts of the lines, that counts the buffers they hold. */
class Walk {
  loads = 0;
  readonly #held = new Set<WebGLBuffer>();
  readonly #heat: LiveHeat;
  readonly #routes: RouteLines;
  readonly #highlight: Highlight;
  #step = 0;

  static async begin(): Promise<Walk> {
    await open(20, 60);
    map.removeLayer("gpu");
    for (let i = 0; i < 15; i++) {
      Walk.#go(i);
      await map.once("idle"); // the map has buffers of its own
    }
    return new Walk();
  }

  constructor() {
    const gl = map.getCanvas().getContext("webgl2")!;
    const [create, remove] = [gl.createBuffer.bind(gl), gl.deleteBuffer.bind(gl)];
    const held = this.#held;
    gl.createBuffer = () => {
      const b = create();
      held.add(b);
      return b;
    };
    gl.deleteBuffer = (b) => {
      if (b) held.delete(b);
      remove(b);
    };
    const source = partSource(outings(20, 60));
    const lines = { ...source, load: (...args: Parameters<typeof source.load>) => (this.loads++, source.load(...args)) };
    const days = Array.from({ length: 20 }, () => 19_000);
    const tiles = (): TileView => ({ zoom: 14, finer: 0 });
    this.#heat = new LiveHeat({ id: "parts", lines, days, asOf: "2024-10-04", painting: { blurSigmaPX: 2, hillBlurSigmaPX: 4 }, tiles, path: "gpu" });
    this.#routes = new RouteLines("routes", lines, () => 14, days.map(() => 0), [[255, 0, 0]]);
    this.#highlight = new Highlight("highlight", lines, () => 14, () => {});
    for (const layer of [this.#heat, this.#routes, this.#highlight]) map.addLayer(layer);
    this.#heat.show({ ...view("pace"), selected: new Uint8Array(20).fill(1) });
    this.#highlight.kept = 3;
  }

  /** Takes so many steps; returns the most buffers held after one of them. */
  async steps(count: number): Promise<number> {
    let most = 0;
    for (let i = 0; i < count; i++) {
      Walk.#go(this.#step++);
      do await this.#heat.whenSettled();
      while (!this.#routes.settled || !this.#highlight.settled);
      most = Math.max(most, this.#held.size);
    }
    return most;
  }

  /** Takes the layers off; returns the buffers that are still held. */
  end(): number {
    for (const layer of [this.#heat, this.#routes, this.#highlight]) map.removeLayer(layer.id);
    return this.#held.size;
  }

  static #go(step: number): void {
    map.jumpTo({ center: place((step % 5) * 12_000 - 24_000, (step % 3) * 9000 - 9000), zoom: 13 });
  }
}

const api = {
  walk: undefined as Walk | undefined,
  begin: async () => void (api.walk = await Walk.begin()),
  apart,
  without,
  measure,
  open,
  compare,
  show,
  view,
  pixels,
  place,
  settled: () => settled(heats.gpu),
  get map() {
    return map;
  },
  get heat() {
    return heats.gpu;
  },
};

// Tab.Load of package browsertest waits for the real page's handle.
Object.assign(window, { live: api, heatmapgen: { ready: Promise.resolve() } });
