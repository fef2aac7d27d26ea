// The segments of lines in the GPU's memory, and how they are drawn: all of a level of detail lie in one buffer, and each is drawn as a quad. What the pen leaves is guarded by a
// depth buffer: the depth is the activity's number, so what it has covered once does not take its ink again.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Area, type Copy, unitsPerPixel } from "../area.ts";
import { gather, type Level, levelOf } from "../levels.ts";
import { amounts } from "../plan.ts";
import { type Program, texture } from "./gl.ts";
import { runs } from "./runs.ts";

/** Bytes of a vertex: x, y, and twice the activity's number plus whether a segment begins here. */
const STRIDE = 12;
/** Texels to the row of the texture of weights. */
const WEIGHTS_WIDTH = 1024;
/** Activities that fit into the depth buffer's 16 bits at a time. */
const BATCH = 65_000;
/** The largest sum that a number of 16 bits is asked to hold. */
const HALF_MAX = 60_000;

/** Levels of detail whose buffers are kept. */
const MOST_LEVELS = 4;

/** The segments of a level in the GPU's memory. */
export interface Buffers {
  level: Level;
  vertices: WebGLBuffer;
  amounts: WebGLBuffer;
  /** The field whose amounts those are, and what a sum, or sum over weight, of them is to be multiplied by. */
  carried: { field: string; factor: number };
}

/** How segments are drawn. */
export interface Drawn {
  /** How far from its line one reaches, in pixels. */
  radius: number;
  /** Whether an activity leaves its ink on a pixel but once; whether only what has a weight leaves any; whether it is its amounts that a segment leaves. */
  guarded?: boolean;
  counted?: boolean;
  carries?: boolean;
  /** The power of the years from a middle one that amounts are taken times. */
  power?: number;
  middle?: number;
}

/** What painting cost last, for those who measure. */
export interface Cost {
  drawCalls: number;
  /** Vertices of the drawn segments, four each. */
  vertices: number;
}

export class LineSegments {
  readonly #gl: WebGL2RenderingContext;
  readonly #cost: Cost;
  #tracks: Tracks | undefined;
  /** The one used last stands last. */
  readonly #buffers = new Map<Level, Buffers>();
  readonly #weights: WebGLTexture;
  readonly #array: WebGLVertexArrayObject;

  /** What drawing costs is added to cost. */
  constructor(gl: WebGL2RenderingContext, cost: Cost) {
    this.#gl = gl;
    this.#cost = cost;
    this.#weights = texture(gl, gl.NEAREST);
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    for (let i = 0; i < 3; i++) gl.vertexAttribDivisor(i, 1);
    gl.enableVertexAttribArray(0);
    gl.enableVertexAttribArray(1);
    gl.bindVertexArray(null);
  }

  /** Takes the lines that all that follows is of. */
  of(tracks: Tracks): void {
    if (tracks !== this.#tracks) for (const level of [...this.#buffers.keys()]) this.#drop(level);
    this.#tracks = tracks;
  }

  delete(): void {
    for (const level of [...this.#buffers.keys()]) this.#drop(level);
    this.#gl.deleteTexture(this.#weights);
    this.#gl.deleteVertexArray(this.#array);
  }

  /** Takes the weights of the activities for what is drawn next (plan.ts: penWeights). */
  weigh(weights: Float32Array): void {
    const gl = this.#gl;
    const rows = Math.max(1, Math.ceil(weights.length / WEIGHTS_WIDTH));
    const texels = new Float32Array(rows * WEIGHTS_WIDTH);
    texels.set(weights);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#weights);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, WEIGHTS_WIDTH, rows, 0, gl.RED, gl.FLOAT, texels);
  }

  /** The segments of the level of a zoom (levels.ts: levelOf). */
  level(zoom: number, longest: number): Buffers {
    const gl = this.#gl;
    const tracks = this.#tracks!;
    const level = levelOf(tracks, zoom, longest);
    let buffers = this.#buffers.get(level);
    if (buffers) {
      this.#buffers.delete(level);
    } else {
      for (const oldest of this.#buffers.keys()) if (this.#buffers.size >= MOST_LEVELS) this.#drop(oldest);
      const { x, y, activity, joined } = tracks;
      // One more than there are: the last segment of all looks at the vertex after it.
      const vertices = new Int32Array(3 * (level.kept.length + 1));
      level.kept.forEach((i, k) => {
        vertices[3 * k] = x[i]!;
        vertices[3 * k + 1] = y[i]!;
        vertices[3 * k + 2] = 2 * activity[i]! + joined[i]!;
      });
      buffers = { level, vertices: gl.createBuffer(), amounts: gl.createBuffer(), carried: { field: "", factor: 1 } };
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.vertices);
      gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    }
    this.#buffers.set(level, buffers);
    return buffers;
  }

  #drop(level: Level): void {
    const buffers = this.#buffers.get(level)!;
    this.#gl.deleteBuffer(buffers.vertices);
    this.#gl.deleteBuffer(buffers.amounts);
    this.#buffers.delete(level);
  }

  /**
   * Sees to it that the buffer of amounts holds a field's, and returns what a sum, or sum over weight, is to be multiplied by.
   * Both are scaled so that all of them together fit into 16 bits and are about as large.
   */
  carry(buffers: Buffers, field: string): number {
    if (buffers.carried.field === field) return buffers.carried.factor;
    const pairs = gather(amounts(this.#tracks!, field), buffers.level);
    let [sum, weight] = [0, 0];
    for (let i = 0; i < pairs.length; i += 2) {
      sum += Math.abs(pairs[i]!);
      weight += pairs[i + 1]!;
    }
    const [bySum, byWeight] = [HALF_MAX / (sum || 1), HALF_MAX / (weight || 1)].map((by) => Math.min(1, by)) as [number, number];
    for (let i = 0; i < pairs.length; i += 2) {
      pairs[i]! *= bySum;
      pairs[i + 1]! *= byWeight;
    }
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.amounts);
    gl.bufferData(gl.ARRAY_BUFFER, pairs, gl.STATIC_DRAW);
    buffers.carried = { field, factor: weight > 0 ? byWeight / bySum : 1 / bySum };
    return buffers.carried.factor;
  }

  /** Draws the segments that carry weight and touch the area, for every copy of the world. */
  draw(p: Program, buffers: Buffers, weights: Float32Array, area: Area, world: Copy[], how: Drawn): void {
    const { radius, guarded = false, counted = false, carries = false, power = 0, middle = 0 } = how;
    const gl = this.#gl;
    const units = unitsPerPixel(area.zoom);
    p.use();
    p.texture("weights", 0, this.#weights);
    gl.uniform2f(p.at("size"), area.width, area.height);
    gl.uniform1f(p.at("scale"), 1 / units);
    gl.uniform1f(p.at("radius"), radius);
    gl.uniform1i(p.at("counted"), Number(counted));
    gl.uniform1i(p.at("power"), power);
    gl.uniform1f(p.at("middle"), middle);
    gl.bindVertexArray(this.#array);
    if (carries || counted) gl.enableVertexAttribArray(2);
    else gl.disableVertexAttribArray(2);
    const { first } = buffers.level;
    for (const copy of world) {
      const drawn = runs(this.#tracks!, buffers.level, weights, copy);
      // Whole grid units are taken off before numbers lose any of their bits.
      const [west, north] = [Math.floor(area.x * units), Math.floor(area.y * units)];
      gl.uniform2i(p.at("origin"), west - copy.shift, north);
      gl.uniform2f(p.at("rest"), area.x - west / units, area.y - north / units);
      let batch = -1;
      if (guarded && drawn.length > 0) gl.clear(gl.DEPTH_BUFFER_BIT);
      for (let i = 0; i < drawn.length; i += 2) {
        for (let from = drawn[i]!; from < drawn[i + 1]!; ) {
          const to = Math.min(drawn[i + 1]!, (Math.floor(from / BATCH) + 1) * BATCH);
          const mine = Math.floor(from / BATCH) * BATCH;
          if (mine !== batch) {
            if (guarded && batch >= 0) gl.clear(gl.DEPTH_BUFFER_BIT);
            gl.uniform1i(p.at("batch"), (batch = mine));
          }
          this.#drawRun(buffers, first[from]!, first[to]!, carries || counted);
          from = to;
        }
      }
    }
  }

  /** Draws the segments that begin at the vertices from (included) to (excluded). */
  #drawRun(buffers: Buffers, from: number, to: number, withAmounts: boolean): void {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.vertices);
    gl.vertexAttribIPointer(0, 3, gl.INT, STRIDE, from * STRIDE);
    gl.vertexAttribIPointer(1, 2, gl.INT, STRIDE, (from + 1) * STRIDE);
    if (withAmounts) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.amounts);
      gl.vertexAttribPointer(2, 2, gl.FLOAT, false, 8, from * 8);
    }
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, to - from);
    this.#cost.drawCalls++;
    this.#cost.vertices += 4 * (to - from);
  }
}
