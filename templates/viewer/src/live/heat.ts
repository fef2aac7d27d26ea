// The heat drawn live from the lines of a selection, as a layer of the map. What it shows is what baked tiles would show if only
// the selected activities had been built: the tile zoom's own pixels are painted aside, for the view and some margin, and
// the picture is laid on the map until the view leaves it or what is to be shown changes.

import type { CustomLayerInterface, LngLatLike, Map as MapLibreMap } from "maplibre-gl";
import { LngLat, MercatorCoordinate } from "maplibre-gl";
import type { Field, Layer, Painting } from "../archive/metadata.ts";
import { rangeZoom, type TileView } from "../map/density.ts";
import type { Tracks } from "../tracks/tracks.ts";
import { type LineSource, ViewLines } from "../tracks/viewlines.ts";
import { type Area, areaAround, BLOCK, covers, worldPixels } from "./area.ts";
import { type Colouring, colouring } from "./colouring.ts";
import { paintHere, type PaintJob } from "./cpu/client.ts";
import { coloured, type Painted } from "./cpu/paint.ts";
import { Program, texture } from "./gpu/gl.ts";
import { GpuPainter } from "./gpu/painter.ts";
import type { Cost } from "./gpu/segments.ts";
import { DRAW, DRAW_VERTEX } from "./gpu/shaders.ts";
import { marginOf, penWeights, type Plan, planFor, reachOf } from "./plan.ts";
import { placeOf, seenBy } from "./view.ts";

/** Pixels of the tile zoom painted beyond the view, so that not every step of the map paints anew. */
const SLACK = 96;
/** The local scale looks at the blocks around a pixel's own and those around them. */
const LOCAL_REACH = 3 * BLOCK;

export interface LiveView {
  /** With the ramp and the scale as they are to be shown. */
  layer: Layer;
  field: Field;
  /** Range of values that the ramp is spread over at a zoom of the web. */
  range: (zoom: number) => { lo: number; hi: number };
  /** Brightness relative to the surroundings; counts and sums only. */
  local: boolean;
  /** 1 for each activity that is drawn, 0 for the others; not to be changed afterwards. */
  selected: Uint8Array;
  /** The same of another selection, whose values are taken off; undefined shows the values themselves. */
  less?: Uint8Array | undefined;
  /** 0..1. */
  opacity: number;
}

export interface LiveOptions {
  /** Id of the map layer. */
  id: string;
  lines: LineSource;
  /** Days of the activities since 1970-01-01, 0 where not known. */
  days: readonly number[];
  /** The metadata's as_of, "YYYY-MM-DD". */
  asOf: string;
  painting: Painting;
  /** The tiles that it paints as: the zoom whose pixels they are, and how much finer these are than those of the zoom that is shown. */
  tiles: () => TileView;
  /** Who paints where the GPU cannot; on this thread if missing. */
  paintJob?: PaintJob;
  /** Who paints; by default the GPU, if there is one that can. */
  path?: "gpu" | "cpu";
  /** The map layer to go below when the layer comes back after the browser dropped the drawing context; on top if missing. */
  below?: () => string | undefined;
  /** Called when the first picture is about to be drawn. */
  appears?: () => void;
}

/** What the last painting and drawing cost, for those who measure. */
export interface Stats extends Cost {
  /** Pictures painted, and those only coloured anew, so far. */
  paints: number;
  colourings: number;
  /** Script time of the last painting or colouring, and of the last frame in all; ms. */
  paintMS: number;
  frameMS: number;
}

/** Whether a processor plays the GPU: then painting is much faster without that. */
function isSoftware(gl: WebGL2RenderingContext): boolean {
  let name = String(gl.getParameter(gl.RENDERER));
  // Chromium and Safari give no more than this away, Firefox warns of the extension.
  if (name === "WebKit WebGL") {
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    if (info) name = String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL));
  }
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(name);
}

export class LiveHeat implements CustomLayerInterface {
  readonly id: string;
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  /** Fractions of the map's width, from its left edge, that it draws between. */
  readonly clip = { from: 0, to: 1 };
  readonly stats: Stats = { paints: 0, colourings: 0, drawCalls: 0, vertices: 0, paintMS: 0, frameMS: 0 };
  readonly #options: LiveOptions;
  readonly #asOf: number;
  readonly #job: PaintJob;
  readonly #lines: ViewLines;
  #map: MapLibreMap | undefined;
  #gl: WebGL2RenderingContext | undefined;
  #gpu: GpuPainter | undefined;
  #draw: Program | undefined;
  #array: WebGLVertexArrayObject | undefined;
  /** The picture that the processor painted, what it is made of, and one that has still to become the picture. */
  #uploaded: WebGLTexture | undefined;
  #painted: Painted | undefined;
  #coming: { painted: Painted; area: Area } | undefined;
  #view: LiveView | undefined;
  /** What the picture that is there was painted by, or the one that the processor paints. */
  #plan: Plan | undefined;
  #finer = 0;
  #appeared = false;
  #weights: Float32Array = new Float32Array(0);
  #less: Float32Array | undefined;
  /** What is there to be seen; undefined until something is painted. */
  #area: Area | undefined;
  #stale: "values" | "colours" | undefined;
  /** Counts what was asked of the processor, so that late answers are known. */
  #asked = 0;
  #painting = false;
  #contextLost = false;
  #fade: { start: number; ms: number } | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: LiveOptions) {
    this.#options = options;
    this.id = options.id;
    this.#asOf = Math.floor(Date.parse(options.asOf) / 86_400_000);
    this.#job = options.paintJob ?? paintHere;
    this.#lines = new ViewLines(options.lines, () => this.#map?.triggerRepaint());
  }

  /** Who paints; undefined while the layer is not on a map. */
  get path(): "gpu" | "cpu" | undefined {
    return this.#gl && (this.#gpu ? "gpu" : "cpu");
  }

  /** Shows something else from the next frame on; the view's selection is compared by identity. */
  show(view: LiveView): void {
    const old = this.#view;
    this.#view = view;
    if (!old || old.field !== view.field || old.selected !== view.selected || old.less !== view.less) {
      const { days } = this.#options;
      this.#weights = penWeights(view.field, view.selected, days, this.#asOf);
      this.#less = view.less && penWeights(view.field, view.less, days, this.#asOf);
      this.#stale = "values";
    } else if (old.layer !== view.layer || old.local !== view.local || old.range !== view.range) {
      this.#stale ??= "colours";
    }
    this.#map?.triggerRepaint();
  }

  get opacity(): number {
    return this.#view?.opacity ?? 0;
  }

  set opacity(opacity: number) {
    if (this.#view) this.#view = { ...this.#view, opacity };
    this.#map?.triggerRepaint();
  }

  /** Draws between these fractions of the map's width only. */
  setClip(from: number, to: number): void {
    Object.assign(this.clip, { from, to });
    this.#map?.triggerRepaint();
  }

  /** Appears from nothing within ms, from the first frame that has something to show. */
  fadeIn(ms: number): void {
    this.#fade = { start: 0, ms };
    this.#map?.triggerRepaint();
  }

  /** Whether it has drawn a picture since it was put on a map. */
  get appeared(): boolean {
    return this.#appeared;
  }

  /** Whether what is on screen is all that was asked for, or all that can be had. */
  get settled(): boolean {
    if (this.#painting || this.#coming || this.#lines.loading) return false;
    return this.#lines.failed || (this.#view !== undefined && this.#area !== undefined && !this.#stale && !this.#fade && !this.#left());
  }

  /** Resolves with the first frame that shows all that was asked for, or when the layer is taken off the map. */
  whenSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#map?.triggerRepaint();
    });
  }

  /** Value in the field's unit and presence (above 0) at a place; undefined where nothing shows, or nothing is painted yet. */
  valueAt(place: LngLatLike): { value: number; presence: number } | undefined {
    const area = this.#area;
    if (!area || !this.#gl || this.#gl.isContextLost()) return undefined;
    const world = worldPixels(area.zoom);
    const at = MercatorCoordinate.fromLngLat(LngLat.convert(place));
    const y = Math.floor(at.y * world) - area.y;
    let x = Math.floor(at.x * world) - area.x;
    x -= Math.floor(x / world) * world; // the westernmost of the world's copies that is painted
    if (x >= area.width || y < 0 || y >= area.height) return undefined;
    const i = y * area.width + x;
    const [value, presence] = this.#gpu ? this.#gpu.read(x, y) : [this.#painted!.value[i]!, this.#painted!.presence[i]!];
    return presence > 0 ? { value, presence } : undefined;
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.#map = map;
    this.#gl = gl;
    map.off("webglcontextlost", this.#lost);
    map.off("webglcontextrestored", this.#restored);
    map.on("webglcontextlost", this.#lost);
    map.on("webglcontextrestored", this.#restored);
    this.#draw = new Program(gl, DRAW_VERTEX, DRAW);
    this.#array = gl.createVertexArray();
    this.#area = undefined;
    this.#stale = "values";
    const path = this.#options.path ?? (isSoftware(gl) ? "cpu" : "gpu");
    if (path === "cpu" || !GpuPainter.possible(gl)) return;
    try {
      this.#gpu = new GpuPainter(gl);
    } catch {
      this.#gpu = undefined; // the processor takes over
    }
  }

  /** Removed together with its context, it waits for that to come back. */
  onRemove(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.#release();
    if (this.#contextLost || gl.isContextLost()) return;
    map.off("webglcontextlost", this.#lost);
    map.off("webglcontextrestored", this.#restored);
    this.#map = undefined;
    this.#lines.end();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  prerender(gl: WebGL2RenderingContext): void {
    const view = this.#view;
    if (!view || !this.#map) return;
    const start = performance.now();
    if (this.#coming) {
      this.#upload(gl, this.#coming);
      this.#coming = undefined;
    }
    const left = this.#left();
    if (this.#stale === "values" || left) {
      this.#paint(view, start);
    } else if (this.#stale === "colours" && !this.#painting) {
      const area = this.#area!;
      const colouring = this.#colouring(area);
      if (this.#gpu) {
        this.#gpu.colour(colouring);
      } else {
        const { value, presence } = this.#painted!;
        this.#upload(gl, { painted: { rgba: coloured(value, presence, area.width, colouring), value, presence }, area });
      }
      this.#stale = undefined;
      this.#note(start);
      this.stats.colourings++;
    }
    this.stats.frameMS = performance.now() - start;
  }

  render(gl: WebGL2RenderingContext): void {
    const start = performance.now();
    this.#show(gl);
    this.stats.frameMS += performance.now() - start;
    if (this.settled) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Lays the picture that there is on the map. */
  #show(gl: WebGL2RenderingContext): void {
    const [map, view, area, draw] = [this.#map, this.#view, this.#area, this.#draw];
    if (!map || !view || !area || !draw) return;
    if (!this.#appeared) this.#options.appears?.();
    this.#appeared = true;
    const opacity = view.opacity * this.#faded();
    if (opacity > 0 && this.clip.to > this.clip.from) {
      const { clientWidth, clientHeight } = map.getContainer();
      const { left, top, right, bottom } = placeOf(map, area);
      const [x, y] = [(v: number): number => (2 * v) / clientWidth - 1, (v: number): number => 1 - (2 * v) / clientHeight];
      const from = Math.round(this.clip.from * gl.drawingBufferWidth);
      const to = Math.round(this.clip.to * gl.drawingBufferWidth);
      draw.use();
      draw.texture("picture", 0, this.#gpu ? this.#gpu.picture : this.#uploaded!);
      gl.uniform4f(draw.at("rect"), x(left), y(top), x(right), y(bottom));
      gl.uniform1f(draw.at("opacity"), opacity);
      gl.bindVertexArray(this.#array!);
      for (const off of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.CULL_FACE]) gl.disable(off);
      gl.enable(gl.BLEND);
      gl.blendEquation(gl.FUNC_ADD);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(from, 0, to - from, gl.drawingBufferHeight);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      gl.disable(gl.SCISSOR_TEST);
      gl.bindVertexArray(null);
      gl.useProgram(null);
    }
  }

  /** Paints the view anew as soon as its lines are there; the old picture stays until then. */
  #paint(view: LiveView, start: number): void {
    const { zoom, finer } = this.#options.tiles();
    const plan = planFor(view.field, this.#options.painting, 2 ** finer);
    const area = areaAround(seenBy(this.#map!, zoom), this.#reach(plan, zoom) + SLACK);
    const lines = this.#lines.for(area, reachOf(plan, zoom));
    if (!lines || (!this.#gpu && this.#painting)) return;
    [this.#plan, this.#finer] = [plan, finer];
    if (this.#gpu) {
      try {
        this.#gpu.paint(lines, area, plan, this.#weights, this.#less);
        this.#gpu.colour(this.#colouring(area));
        this.#area = area;
        this.#stale = undefined;
        this.#note(start);
        this.stats.paints++;
        return;
      } catch {
        this.#gpu.delete();
        this.#gpu = this.#area = undefined;
      }
    }
    void this.#ask(lines, area);
  }

  /** Pixels around the view that what is seen hangs on. */
  #reach(plan: Plan, zoom: number): number {
    return marginOf(plan, zoom) + (this.#view!.local ? LOCAL_REACH : 0);
  }

  /** Whether the view has left what is painted. */
  #left(): boolean {
    if (!this.#area || !this.#map || !this.#plan) return true;
    const { zoom, finer } = this.#options.tiles();
    return finer !== this.#finer || !covers(this.#area, seenBy(this.#map, zoom), this.#reach(this.#plan, zoom));
  }

  #colouring(area: Area): Colouring {
    const { layer, field, range, local } = this.#view!;
    return colouring(layer, field, range(rangeZoom({ zoom: area.zoom, finer: this.#finer })), local);
  }

  #note(start: number): void {
    this.stats.paintMS = performance.now() - start;
    if (this.#gpu) Object.assign(this.stats, this.#gpu.cost);
  }

  /** Has the processor paint; the old picture stays until the new one is there. */
  async #ask(lines: Tracks, area: Area): Promise<void> {
    this.#painting = true;
    this.#stale = undefined;
    const asked = ++this.#asked;
    const request = { area, plan: this.#plan!, weights: this.#weights, ...(this.#less ? { less: this.#less } : {}), colouring: this.#colouring(area) };
    const start = performance.now();
    const painted = await this.#job(lines, request).catch(() => undefined);
    if (asked !== this.#asked) return;
    this.#painting = false;
    if (!painted) return;
    this.stats.paints++;
    this.stats.paintMS = performance.now() - start;
    // Only while a frame is made may the context's state be touched.
    this.#coming = { painted, area };
    this.#map?.triggerRepaint();
  }

  #upload(gl: WebGL2RenderingContext, { painted, area }: { painted: Painted; area: Area }): void {
    gl.activeTexture(gl.TEXTURE0);
    this.#uploaded ??= texture(gl, gl.LINEAR);
    gl.bindTexture(gl.TEXTURE_2D, this.#uploaded);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, area.width, area.height, 0, gl.RGBA, gl.UNSIGNED_BYTE, painted.rgba);
    this.#painted = painted;
    this.#area = area;
  }

  /** Share of the opacity while fading in. */
  #faded(): number {
    if (!this.#fade) return 1;
    const now = performance.now();
    this.#fade.start ||= now;
    const share = (now - this.#fade.start) / Math.max(1, this.#fade.ms);
    if (share >= 1) this.#fade = undefined;
    else this.#map?.triggerRepaint();
    return Math.min(1, share);
  }

  readonly #lost = (): void => {
    this.#contextLost = true;
    this.#release();
  };

  /** MapLibre makes its style anew, but leaves layers like this one to whoever added them. */
  readonly #restored = (): void => {
    const map = this.#map;
    this.#contextLost = false;
    if (!map) return;
    const add = (): void => {
      if (this.#map && !map.getLayer(this.id)) map.addLayer(this, this.#options.below?.());
    };
    try {
      add();
    } catch {
      map.once("style.load", add); // it is not there yet
    }
  };

  /** Gives back all that belongs to the drawing context. */
  #release(): void {
    this.#gpu?.delete();
    this.#draw?.delete();
    if (this.#array) this.#gl?.deleteVertexArray(this.#array);
    if (this.#uploaded) this.#gl?.deleteTexture(this.#uploaded);
    this.#gpu = this.#draw = this.#array = this.#uploaded = this.#painted = this.#coming = this.#area = this.#gl = undefined;
    this.#asked++;
    this.#painting = false;
  }
}
