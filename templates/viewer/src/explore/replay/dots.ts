// All activities on their way at the same time, each a dot with a short tail, as a layer of the map. Places are worked out here for every frame, in pixels
// of the canvas, so that they lie right at any zoom; the graphics card draws them in one go.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { areaAround } from "../../live/area.ts";
import { copiesIn, type Window, windowOf } from "../../live/capsules.ts";
import { Program } from "../../live/gpu/gl.ts";
import { seenBy } from "../../live/view.ts";
import type { RGB } from "../../sportcolours.ts";
import { GRID_BITS, type Tracks } from "../../tracks/tracks.ts";
import { type LineSource, ViewLines } from "../../tracks/viewlines.ts";
import { placeAt, timesOf } from "./swarm.ts";

/** Pixels of the tile zoom around the view that lines are there for. */
const SLACK = 96;

/** A tail has so many pieces. */
const PIECES = 3;

/** Half the widths of a dot, of what sets it off, and of its tail, in CSS pixels. */
const DOT = 2.6;
const CASING = 3.8;
const TAIL = 1.3;

/** How much of the map is seen behind the dots. */
const VEIL = 0.45;
const DARK: RGB = [8, 10, 13];

/** Numbers of an instance: two ends in pixels, half the width, and four bytes of ink. */
const NUMBERS = 6;

const VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec4 ends;
layout(location=1) in float radius;
layout(location=2) in vec4 colour;
uniform vec2 size;
out vec2 at;
flat out vec4 line;
flat out float wide;
flat out vec4 ink;
void main() {
  vec2 along = ends.zw - ends.xy;
  float len = length(along);
  along = len > 1e-4 ? along / len : vec2(1.0, 0.0);
  float r = radius + 1.0;
  float side = (gl_VertexID & 1) == 0 ? -r : r;
  at = (gl_VertexID < 2 ? ends.xy - along * r : ends.zw + along * r) + vec2(-along.y, along.x) * side;
  line = ends;
  wide = radius;
  ink = vec4(colour.rgb * colour.a, colour.a);
  vec2 clip = at / size * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
flat in vec4 line;
flat in float wide;
flat in vec4 ink;
out vec4 result;
void main() {
  vec2 d = line.zw - line.xy;
  float t = clamp(dot(at - line.xy, d) / max(dot(d, d), 1e-6), 0.0, 1.0);
  result = ink * clamp(wide + 0.5 - distance(at, line.xy + d * t), 0.0, 1.0);
}`;

export class Dots implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  readonly #zoom: () => number;
  readonly #lines: ViewLines;
  readonly #sport: readonly number[];
  readonly #colours: readonly RGB[];
  #selected: Uint8Array = new Uint8Array(0);
  #time: number | undefined;
  #tail = 0;
  #tracks: Tracks | undefined;
  #times: Float32Array = new Float32Array(0);
  #floats = new Float32Array(NUMBERS * 4096);
  #inks = new Uint8Array(this.#floats.buffer);
  #count = 0;
  #map: MapLibreMap | undefined;
  #program: Program | undefined;
  #array: WebGLVertexArrayObject | undefined;
  #buffer: WebGLBuffer | undefined;
  /** Script time of the last frame in ms, for those who measure. */
  frameMS = 0;

  /** zoom tells the tile zoom that the lines are to be as fine as; sport is that of each activity, colours are by sport. */
  constructor(id: string, lines: LineSource, zoom: () => number, sport: readonly number[], colours: readonly RGB[]) {
    this.id = id;
    this.#zoom = zoom;
    this.#sport = sport;
    this.#colours = colours;
    this.#lines = new ViewLines(lines, () => this.#map?.triggerRepaint());
  }

  /** Whether the lines in view are there, or cannot be had. */
  get settled(): boolean {
    return this.#time === undefined || this.#lines.failed || (this.#tracks !== undefined && !this.#lines.loading);
  }

  /** How many dots the last frame had. */
  get count(): number {
    return this.#count;
  }

  /** Shows where the selected activities are at a time in seconds, with tails of so many; undefined for nothing. */
  show(selected: Uint8Array, time: number | undefined, tail: number): void {
    [this.#selected, this.#time, this.#tail] = [selected, time, tail];
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    this.#map = map;
    this.#program = new Program(gl, VERTEX, FRAGMENT);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    for (const [i, [n, type, offset]] of ([[4, gl.FLOAT, 0], [1, gl.FLOAT, 16], [4, gl.UNSIGNED_BYTE, 20]] as const).entries()) {
      gl.enableVertexAttribArray(i);
      gl.vertexAttribPointer(i, n, type, type === gl.UNSIGNED_BYTE, 4 * NUMBERS, offset);
      gl.vertexAttribDivisor(i, 1);
    }
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
  }

  onRemove(_map: MapLibreMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    this.#program?.delete();
    gl.deleteVertexArray(this.#array!);
    gl.deleteBuffer(this.#buffer!);
    this.#program = this.#array = this.#buffer = this.#map = this.#tracks = undefined;
    this.#times = new Float32Array(0);
    this.#lines.end();
  }

  render(context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const [map, program, time] = [this.#map, this.#program, this.#time];
    if (!map || !program || time === undefined) return;
    const start = performance.now();
    const gl = context as WebGL2RenderingContext;
    const tracks = this.#lines.for(areaAround(seenBy(map, this.#zoom()), SLACK), 0) ?? this.#tracks;
    if (!tracks) return;
    if (tracks !== this.#tracks) this.#times = timesOf(tracks);
    this.#tracks = tracks;
    const w = windowOf(map, gl);
    const instances = this.#place(tracks, time, w);
    program.use();
    gl.uniform2f(program.at("size"), w.width, w.height);
    gl.viewport(0, 0, w.width, w.height);
    for (const off of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.CULL_FACE, gl.SCISSOR_TEST]) gl.disable(off);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.FUNC_ADD);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer!);
    gl.bufferData(gl.ARRAY_BUFFER, this.#floats.subarray(0, NUMBERS * instances), gl.DYNAMIC_DRAW);
    gl.bindVertexArray(this.#array!);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, instances);
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    gl.useProgram(null);
    this.frameMS = performance.now() - start;
  }

  /** Puts all instances of a time in their places, in the order that they are drawn; returns how many they are. */
  #place(tracks: Tracks, time: number, w: Window): number {
    const { bounds, count } = tracks;
    const at = new Float64Array(2);
    const [tails, dots]: [number[], number[]] = [[], []];
    const middle = w.height / 2;
    let n = this.#put(0, 0, middle, w.width, middle, middle + w.width, DARK, VEIL);
    for (let a = 0; a < count; a++) {
      if (!this.#selected[a]) continue;
      const b = 4 * a;
      const copies = copiesIn(w, bounds[b]!, bounds[b + 1]!, bounds[b + 2]!, bounds[b + 3]!, (CASING * w.ratio) / w.scale);
      if (copies.length === 0) continue;
      const path: number[] = [];
      for (let k = 0; k <= PIECES; k++) {
        if (placeAt(tracks, this.#times, a, time - (k * this.#tail) / PIECES, at)) path.push(k, at[0]!, at[1]!);
      }
      for (const copy of copies) {
        const left = w.left - copy * 2 ** GRID_BITS;
        const [px, py] = [(i: number): number => (path[i]! - left) * w.scale, (i: number): number => (path[i]! - w.top) * w.scale];
        if (path[0] === 0) dots.push(px(1), py(2), a);
        for (let i = 3; i < path.length; i += 3) if (path[i] === path[i - 3]! + 1) tails.push(px(i - 2), py(i - 1), px(i + 1), py(i + 2), path[i]!, a);
      }
    }
    const colour = (a: number): RGB => this.#colours[this.#sport[a]!] ?? DARK;
    for (let i = 0; i < tails.length; i += 6) {
      n = this.#put(n, tails[i]!, tails[i + 1]!, tails[i + 2]!, tails[i + 3]!, TAIL * w.ratio, colour(tails[i + 5]!), 0.9 * (1 - (tails[i + 4]! - 0.5) / PIECES));
    }
    for (let i = 0; i < dots.length; i += 3) {
      const [x, y] = [dots[i]!, dots[i + 1]!];
      n = this.#put(n, x, y, x, y, CASING * w.ratio, DARK, 0.7);
      n = this.#put(n, x, y, x, y, DOT * w.ratio, colour(dots[i + 2]!), 1);
    }
    this.#count = dots.length / 3;
    return n;
  }

  /** Writes instance n, and returns the number of the next one. */
  #put(n: number, ax: number, ay: number, bx: number, by: number, radius: number, [red, green, blue]: RGB, opacity: number): number {
    if (NUMBERS * (n + 1) > this.#floats.length) {
      const more = new Float32Array(2 * this.#floats.length);
      more.set(this.#floats);
      this.#floats = more;
      this.#inks = new Uint8Array(more.buffer);
    }
    const [f, c] = [NUMBERS * n, 4 * NUMBERS * n + 20];
    const floats = this.#floats;
    floats[f] = ax;
    floats[f + 1] = ay;
    floats[f + 2] = bx;
    floats[f + 3] = by;
    floats[f + 4] = radius;
    this.#inks[c] = red;
    this.#inks[c + 1] = green;
    this.#inks[c + 2] = blue;
    this.#inks[c + 3] = 255 * opacity;
    return n + 1;
  }
}
