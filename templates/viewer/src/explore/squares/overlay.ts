// Squares on the map, as a layer of its own canvas: every rectangle is an instance of four vertices. Places are whole squares, which 32-bit floats hold exactly.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { windowOf } from "../../live/capsules.ts";
import { GRID_BITS } from "../../tracks/tracks.ts";

/** Red, green, blue and alpha, 0 to 255. */
export type Ink = readonly [number, number, number, number];

/** Squares less wide than this many CSS pixels have no lines between them, and from the second number on the grid goes on where nobody has been. */
const LINED_PX = 7;
const GRID_PX = 20;

const GRID: Ink = [255, 255, 255, 34];

/** Bytes of a rectangle: west, north, width and height in squares, the CSS pixels that it is wider by on each side, and its ink. */
const STRIDE = 24;

/** A list of rectangles in the making. */
export class Rectangles {
  #floats = new Float32Array(6 * 256);
  #inks = new Uint8Array(this.#floats.buffer);
  count = 0;

  get bytes(): Uint8Array {
    return this.#inks.subarray(0, STRIDE * this.count);
  }

  /** Adds a rectangle; wider is what it is wider by on each side in CSS pixels, below 0 for a square that gives way to lines between squares. */
  add(x: number, y: number, width: number, height: number, wider: number, ink: Ink): void {
    if (STRIDE * (this.count + 1) > this.#inks.length) {
      const more = new Float32Array(2 * this.#floats.length);
      more.set(this.#floats);
      this.#floats = more;
      this.#inks = new Uint8Array(more.buffer);
    }
    this.#floats.set([x, y, width, height, wider], 6 * this.count);
    this.#inks.set(ink, STRIDE * this.count + 20);
    this.count++;
  }

  /** Adds the outline of a rectangle. */
  outline(x: number, y: number, width: number, height: number, wider: number, ink: Ink): void {
    this.add(x, y, width, 0, wider, ink);
    this.add(x, y + height, width, 0, wider, ink);
    this.add(x, y, 0, height, wider, ink);
    this.add(x + width, y, 0, height, wider, ink);
  }
}

const VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec4 box;
layout(location=1) in float wider;
layout(location=2) in vec4 colour;
uniform vec2 origin;
uniform vec2 shift;
uniform float scale;
uniform vec2 size;
uniform float ratio;
uniform float lined;
out vec4 ink;
void main() {
  ink = vec4(colour.rgb * colour.a, colour.a);
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  float by = (wider < 0.0 ? wider * lined : wider) * ratio;
  vec2 at = (box.xy - origin + box.zw * corner) * scale + shift + (corner * 2.0 - 1.0) * by;
  vec2 clip = at / size * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 ink;
out vec4 result;
void main() { result = ink; }`;

export class SquaresLayer implements CustomLayerInterface {
  readonly type = "custom";
  readonly renderingMode = "2d";
  readonly id: string;
  #zoom = 14;
  #shapes = new Rectangles();
  #stale = true;
  #map: MapLibreMap | undefined;
  #program: WebGLProgram | undefined;
  #array: WebGLVertexArrayObject | undefined;
  #buffers: [shapes: WebGLBuffer, grid: WebGLBuffer] | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** Shows rectangles on the grid of a zoom. */
  show(zoom: number, shapes: Rectangles): void {
    this.#zoom = zoom;
    this.#shapes = shapes;
    this.#stale = true;
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    this.#map = map;
    this.#program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
      const shader = gl.createShader(type)!;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(this.#program);
    this.#array = gl.createVertexArray();
    this.#buffers = [gl.createBuffer(), gl.createBuffer()];
    this.#stale = true;
  }

  onRemove(_map: MapLibreMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    gl.deleteProgram(this.#program!);
    gl.deleteVertexArray(this.#array!);
    for (const b of this.#buffers!) gl.deleteBuffer(b);
    this.#map = this.#program = this.#array = this.#buffers = undefined;
  }

  render(context: WebGLRenderingContext | WebGL2RenderingContext): void {
    if (!this.#map || !this.#program) return;
    const gl = context as WebGL2RenderingContext;
    const w = windowOf(this.#map, gl);
    const side = 2 ** (GRID_BITS - this.#zoom);
    const scale = w.scale * side; // device pixels of a square
    const [left, top] = [w.left / side, w.top / side];
    const program = this.#program;
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.useProgram(program);
    gl.bindVertexArray(this.#array!);
    gl.viewport(0, 0, w.width, w.height);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform1f(at("scale"), scale);
    gl.uniform2f(at("size"), w.width, w.height);
    gl.uniform1f(at("ratio"), w.ratio);
    gl.uniform1f(at("lined"), scale / w.ratio >= LINED_PX ? 1 : 0);
    const draw = (buffer: WebGLBuffer, shapes: Rectangles, fresh: boolean, copy: number): void => {
      const x = left - copy * 2 ** this.#zoom;
      const origin = [Math.round(x + w.width / scale / 2), Math.round(top + w.height / scale / 2)] as const;
      gl.uniform2f(at("origin"), ...origin);
      gl.uniform2f(at("shift"), (origin[0] - x) * scale, (origin[1] - top) * scale);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      if (fresh) gl.bufferData(gl.ARRAY_BUFFER, shapes.bytes, gl.DYNAMIC_DRAW);
      for (const [i, [n, type, offset]] of ([[4, gl.FLOAT, 0], [1, gl.FLOAT, 16], [4, gl.UNSIGNED_BYTE, 20]] as const).entries()) {
        gl.enableVertexAttribArray(i);
        gl.vertexAttribPointer(i, n, type, type === gl.UNSIGNED_BYTE, STRIDE, offset);
        gl.vertexAttribDivisor(i, 1);
      }
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, shapes.count);
    };
    const [shapes, grid] = this.#buffers!;
    if (scale / w.ratio >= GRID_PX) draw(grid, this.#grid(left, top, w.width / scale, w.height / scale), true, 0);
    for (let copy = Math.floor(left / 2 ** this.#zoom); copy <= Math.floor((left + w.width / scale) / 2 ** this.#zoom); copy++) {
      draw(shapes, this.#shapes, this.#stale, copy);
      this.#stale = false;
    }
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    gl.useProgram(null);
  }

  /** The lines between squares in view, of so many squares from a place. */
  #grid(left: number, top: number, width: number, height: number): Rectangles {
    const lines = new Rectangles();
    const [x, y] = [Math.floor(left), Math.floor(top)];
    for (let i = x; i <= left + width; i++) lines.add(i, y, 0, height + 2, 0.5, GRID);
    for (let k = y; k <= top + height; k++) lines.add(x, k, width + 2, 0, 0.5, GRID);
    return lines;
  }
}
