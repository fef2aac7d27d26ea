// Lines of constant width on the screen, for the routes and for the highlighted line: every segment is a rectangle with
// round ends (a capsule), an instance of four vertices. Places stay whole numbers until an origin near the middle of
// the window is taken off them, since 32-bit floats are too coarse for them at street zooms.

import type { Map as MapLibreMap } from "maplibre-gl";
import { GRID_BITS, type Tracks } from "../tracks/tracks.ts";

/** Where the window lies on the Web Mercator grid. */
export interface Window {
  /** Left and top edge in grid units, fractional; x may lie beyond the map's edges. */
  left: number;
  top: number;
  /** Device pixels a grid unit spans. */
  scale: number;
  /** Device pixels of the canvas. */
  width: number;
  height: number;
  /** Device pixels a CSS pixel spans. */
  ratio: number;
}

/** The window of a map that is neither turned nor tilted. */
export function windowOf(map: MapLibreMap, gl: WebGL2RenderingContext): Window {
  const world = 2 ** GRID_BITS;
  const center = map.getCenter();
  const middle = map.project(center);
  const ratio = gl.drawingBufferWidth / map.getContainer().clientWidth;
  const unit = (512 * 2 ** map.getZoom()) / world;
  const sine = Math.sin((center.lat * Math.PI) / 180);
  return {
    left: (center.lng / 360 + 0.5) * world - middle.x / unit,
    top: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world - middle.y / unit,
    scale: unit * ratio,
    width: gl.drawingBufferWidth,
    height: gl.drawingBufferHeight,
    ratio,
  };
}

/** Lines as the shader takes them: n vertices between one more in front and one behind, which belong to no line. */
export interface Line {
  /** x and y of each vertex, grid units; 2 * (n + 2) numbers. */
  places: Int32Array;
  /** Twice the activity, plus 1 where the vertex is joined to the next; n + 2 numbers. */
  parts: Uint32Array;
  /** As Tracks.first, for the vertices that are here: without the one in front. */
  first: Uint32Array;
}

/**
 * The lines of some activities (all, where left out) with the vertices left out that lie less than tolerance grid units
 * from the one before, so that a line far away is not drawn over itself many times.
 */
export function lineOf(tracks: Tracks, tolerance = 0, from = 0, to = tracks.count): Line {
  const { x, y, joined } = tracks;
  const keep: number[] = [];
  const first = new Uint32Array(tracks.count + 1);
  for (let a = from; a < to; a++) {
    first[a] = keep.length;
    const end = tracks.first[a + 1]!;
    for (let i = tracks.first[a]!, last = -1; i < end; i++) {
      const near = last >= 0 && joined[i] === 1 && Math.abs(x[i]! - x[last]!) < tolerance && Math.abs(y[i]! - y[last]!) < tolerance;
      if (near) continue;
      keep.push(i);
      last = joined[i] === 1 ? i : -1;
    }
  }
  first.fill(keep.length, to);
  const places = new Int32Array(2 * (keep.length + 2));
  const parts = new Uint32Array(keep.length + 2);
  for (const [k, i] of keep.entries()) {
    places[2 * k + 2] = x[i]!;
    places[2 * k + 3] = y[i]!;
    parts[k + 1] = 2 * tracks.activity[i]! + joined[i]!;
  }
  return { places, parts, first };
}

const VERTEX = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
layout(location=0) in ivec2 before;
layout(location=1) in ivec2 start;
layout(location=2) in ivec2 end;
layout(location=3) in uint partBefore;
layout(location=4) in uint part;
uniform ivec2 origin;
uniform vec2 shift;
uniform float scale;
uniform vec2 size;
uniform float radius;
uniform vec4 colour;
uniform sampler2D looks;
out vec2 at;
flat out vec2 p;
flat out vec2 a;
flat out vec2 b;
flat out float follows;
flat out vec4 ink;
vec2 place(ivec2 v) { return vec2(v - origin) * scale + shift; }
void main() {
  int activity = int(part >> 1u);
  int across = textureSize(looks, 0).x;
  vec4 look = texelFetch(looks, ivec2(activity % across, activity / across), 0);
  ink = colour.a > 0.0 ? colour : vec4(look.rgb, -colour.a);
  follows = (partBefore & 1u) == 1u ? 1.0 : 0.0;
  p = place(before);
  a = place(start);
  b = place(end);
  if ((part & 1u) == 0u || look.a < 0.5) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  vec2 along = b - a;
  float len = length(along);
  along = len > 1e-6 ? along / len : vec2(1.0, 0.0);
  float r = radius + 1.0;
  float side = (gl_VertexID & 1) == 0 ? -r : r;
  at = (gl_VertexID < 2 ? a - along * r : b + along * r) + vec2(-along.y, along.x) * side;
  vec2 clip = at / size * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`;

// What the segment before has covered is taken off, or every joint of a translucent line would be a dot.
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
flat in vec2 p;
flat in vec2 a;
flat in vec2 b;
flat in float follows;
flat in vec4 ink;
uniform float radius;
out vec4 result;
float cover(vec2 from, vec2 to) {
  vec2 d = to - from;
  float t = clamp(dot(at - from, d) / max(dot(d, d), 1e-9), 0.0, 1.0);
  return clamp(radius + 0.5 - distance(at, from + d * t), 0.0, 1.0);
}
void main() {
  float c = cover(a, b) - follows * cover(p, a);
  if (c <= 0.0) discard;
  result = vec4(ink.rgb, 1.0) * (ink.a * c);
}`;

const UNIFORMS = ["origin", "shift", "scale", "size", "radius", "colour", "looks"] as const;

type Uniforms = Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;

/** A line's copy on the graphics card. */
export interface Uploaded {
  places: WebGLBuffer;
  parts: WebGLBuffer;
}

/** How to draw: one colour for all, or each activity's own. */
export interface Stroke {
  /** Half the width in device pixels. */
  radius: number;
  /** Red, green and blue, 0 to 1; left out for the colours of the looks. */
  colour?: readonly [number, number, number];
  /** 0 to 1. */
  opacity: number;
}

/** The program that draws lines, and what it needs on the graphics card. */
export class Capsules {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #array: WebGLVertexArrayObject;
  readonly #looks: WebGLTexture;
  readonly #at: Uniforms;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(this.#program);
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`lines cannot be drawn: ${gl.getProgramInfoLog(this.#program) ?? ""}`);
    }
    this.#at = Object.fromEntries(UNIFORMS.map((u) => [u, gl.getUniformLocation(this.#program, u)])) as Uniforms;
    this.#array = gl.createVertexArray();
    this.#looks = gl.createTexture();
  }

  upload(line: Line): Uploaded {
    const gl = this.#gl;
    const buffer = (data: AllowSharedBufferSource): WebGLBuffer => {
      const b = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, b);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      gl.bindBuffer(gl.ARRAY_BUFFER, null);
      return b;
    };
    return { places: buffer(line.places), parts: buffer(line.parts) };
  }

  free(line: Uploaded): void {
    this.#gl.deleteBuffer(line.places);
    this.#gl.deleteBuffer(line.parts);
  }

  /** Gives back what the program itself holds. */
  destroy(): void {
    this.#gl.deleteProgram(this.#program);
    this.#gl.deleteVertexArray(this.#array);
    this.#gl.deleteTexture(this.#looks);
  }

  /** Sets four bytes an activity: red, green, blue, and 255 for one that is shown. */
  setLooks(looks: Uint8Array): void {
    const gl = this.#gl;
    const width = 1024;
    const height = Math.max(1, Math.ceil(looks.length / 4 / width));
    const texels = new Uint8Array(4 * width * height);
    texels.set(looks);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#looks);
    gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, null);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.bindTexture(gl.TEXTURE_2D, null);
  }

  /** Draws the lines that draws makes, with the state they need; clip are fractions of the canvas's width. */
  draw(w: Window, clip: { from: number; to: number }, draws: () => void): void {
    const gl = this.#gl;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#looks);
    gl.uniform1i(this.#at.looks, 0);
    gl.uniform1f(this.#at.scale, w.scale);
    gl.uniform2f(this.#at.size, w.width, w.height);
    gl.viewport(0, 0, w.width, w.height);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.colorMask(true, true, true, true);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.FUNC_ADD);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const left = Math.round(clip.from * w.width);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, 0, Math.max(0, Math.round(clip.to * w.width) - left), w.height);
    draws();
    gl.disable(gl.SCISSOR_TEST);
    gl.bindTexture(gl.TEXTURE_2D, null);
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    gl.useProgram(null);
  }

  /** Within draw: the vertices from .. to - 1 of a line, on the copy of the world so many worlds to the east. */
  stroke(line: Uploaded, from: number, to: number, w: Window, copy: number, { radius, colour, opacity }: Stroke): void {
    const gl = this.#gl;
    const left = w.left - copy * 2 ** GRID_BITS;
    const x = Math.round(left + w.width / w.scale / 2);
    const y = Math.round(w.top + w.height / w.scale / 2);
    gl.uniform2i(this.#at.origin, x, y);
    gl.uniform2f(this.#at.shift, (x - left) * w.scale, (y - w.top) * w.scale);
    gl.uniform1f(this.#at.radius, radius);
    // A negative opacity asks for the looks' colours.
    gl.uniform4f(this.#at.colour, colour?.[0] ?? 0, colour?.[1] ?? 0, colour?.[2] ?? 0, colour ? opacity : -opacity);
    const attribute = (location: number, size: number, offset: number): void => {
      gl.enableVertexAttribArray(location);
      gl.vertexAttribIPointer(location, size, location < 3 ? gl.INT : gl.UNSIGNED_INT, 4 * size, 4 * size * offset);
      gl.vertexAttribDivisor(location, 1);
    };
    gl.bindBuffer(gl.ARRAY_BUFFER, line.places);
    for (let k = 0; k < 3; k++) attribute(k, 2, from + k);
    gl.bindBuffer(gl.ARRAY_BUFFER, line.parts);
    for (let k = 0; k < 2; k++) attribute(3 + k, 1, from + k);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, to - from);
  }
}

/** Copies of the world on which bounds (west, north, east, south in grid units) reach into the window, margin units wider. */
export function copiesIn(w: Window, west: number, north: number, east: number, south: number, margin: number): number[] {
  const world = 2 ** GRID_BITS;
  const right = w.left + w.width / w.scale + margin;
  const bottom = w.top + w.height / w.scale + margin;
  if (west > east || north > bottom || south < w.top - margin) return [];
  const copies: number[] = [];
  for (let k = Math.ceil((w.left - margin - east) / world); k <= Math.floor((right - west) / world); k++) copies.push(k);
  return copies;
}
