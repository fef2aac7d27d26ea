// Paints an area on the GPU, by the definitions of docs/layers.md, into a texture of values, and colours that. cpu/paint.ts
// does the same without a GPU and judges this one.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Area, BLOCK, copies } from "../area.ts";
import { type Colouring, RAMP_SIZE } from "../colouring.ts";
import { PEN_RIDGE } from "../kernel.ts";
import { LONGEST_THIN } from "../levels.ts";
import { finerBy, isCounted, type Plan, reachOf, thinGlowOf } from "../plan.ts";
import { roomOf } from "../cpu/thin.ts";
import { Program, Target, texture } from "./gl.ts";
import { type Cost, LineSegments } from "./segments.ts";
import { BLUR, COLOUR, DIFFERENCE, GROW, KINDS, MOST, MOST_RADIUS, PEN, PEN_VERTEX, SCALES, THIN, THIN_VERTEX, VALUE, WHOLE } from "./shaders.ts";

/** A pixel's square reaches not quite this far from its centre. */
const THIN_RADIUS = 0.75;
export class GpuPainter {
  readonly cost: Cost = { drawCalls: 0, vertices: 0 };
  readonly #gl: WebGL2RenderingContext;
  /** Whether numbers of 32 bits can be added up in a texture; those of 16 hold counts up to 2048, and sums within 1/2000 a line. */
  readonly #exact: boolean;
  readonly #programs;
  readonly #segments: LineSegments;
  readonly #ramp: WebGLTexture;
  readonly #empty: WebGLVertexArrayObject;
  /** What the pens in the first target are of, where they are counts: more of the same is added to them. */
  #counted: { tracks: Tracks; area: Area; radius: number; weights: Float32Array } | undefined;
  readonly #targets: { a: Target; b: Target; c: Target; once: Target; twice: Target; soft: Target; left: Target; blocks: Target; grown: Target; picture: Target };

  /** Whether the context can draw numbers into textures at all. */
  static possible(gl: WebGL2RenderingContext): boolean {
    return gl.getExtension("EXT_color_buffer_float") !== null;
  }

  /** Throws where the context turns out not to be up to it. */
  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#exact = gl.getExtension("EXT_float_blend") !== null;
    this.#programs = {
      pen: new Program(gl, PEN_VERTEX, PEN),
      thin: new Program(gl, THIN_VERTEX, THIN),
      blur: new Program(gl, WHOLE, BLUR),
      value: new Program(gl, WHOLE, VALUE),
      difference: new Program(gl, WHOLE, DIFFERENCE),
      most: new Program(gl, WHOLE, MOST(BLOCK)),
      grow: new Program(gl, WHOLE, GROW),
      colour: new Program(gl, WHOLE, COLOUR(BLOCK)),
    };
    const near = (): Target => new Target(gl, gl.NEAREST);
    this.#targets = { a: near(), b: near(), c: near(), once: near(), twice: near(), soft: near(), left: near(), blocks: near(), grown: near(), picture: new Target(gl, gl.LINEAR) };
    this.#segments = new LineSegments(gl, this.cost);
    this.#ramp = texture(gl, gl.LINEAR);
    this.#empty = gl.createVertexArray();
  }

  /** The coloured picture of the area painted last, premultiplied. */
  get picture(): WebGLTexture {
    return this.#targets.picture.texture;
  }

  /**
   * Paints the values of an area from lines that cover it. weights are per activity, from plan.ts: penWeights; less are those of another selection,
   * whose values are taken off.
   */
  paint(tracks: Tracks, area: Area, plan: Plan, weights: Float32Array, less?: Float32Array): void {
    this.cost.drawCalls = this.cost.vertices = 0;
    const t = this.#targets;
    if (!less) {
      t.left.delete();
      this.#values(tracks, area, plan, weights);
      return;
    }
    this.#values(tracks, area, plan, less);
    [t.b, t.left] = [t.left, t.b];
    this.#values(tracks, area, plan, weights);
    this.#counted = undefined; // the first target takes the difference
    this.#base();
    t.a.into(area.width, area.height, this.#gl.RG32F);
    const p = this.#programs.difference;
    p.use();
    p.texture("right", 0, t.b.texture);
    p.texture("left", 1, t.left.texture);
    this.#gl.uniform1i(p.at("mean"), Number(plan.kind === "mean"));
    this.#whole();
    this.#done();
    [t.a, t.b] = [t.b, t.a];
  }

  /** Paints values into target b. */
  #values(tracks: Tracks, area: Area, plan: Plan, weights: Float32Array): void {
    const gl = this.#gl;
    const segments = this.#segments;
    segments.of(tracks);
    const { a, b, c, once, twice, soft } = this.#targets;
    const { width, height } = area;
    this.#base();
    const [count, first, trend] = [isCounted(plan), plan.dayRadius !== undefined, plan.middle !== undefined];
    // Sums of squares of years lose what is asked for in fewer bits.
    if (trend && !this.#exact) throw new Error("blending");
    const added = plan.kind === "count" ? this.#added(tracks, area, plan.radius, weights) : undefined;
    const drawn = added ?? weights;
    this.#counted = undefined;
    segments.weigh(drawn);
    const world = copies(area, reachOf(plan, area.zoom));
    const mean = plan.kind === "mean";
    const buffers = segments.level(area.zoom, plan.thin && mean ? LONGEST_THIN : Infinity);
    // The pen of a mean draws what its denominator counts.
    let factor = plan.thin && mean ? segments.carry(buffers, plan.thin.field) : 1;

    const format = this.#exact || plan.kind === "date" ? gl.RG32F : gl.RG16F;
    a.into(width, height, format, count || first);
    if (!added) this.#clear();
    if (count || first) gl.enable(gl.DEPTH_TEST);
    if (count) this.#adding();
    // At one depth the oldest activity, which is drawn first, is the one that stays.
    if (first) gl.depthRange(0.5, 0.5);
    segments.draw(this.#programs.pen, buffers, drawn, area, world, { radius: plan.dayRadius ?? plan.radius, guarded: count, counted: mean });
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.BLEND);
    gl.depthRange(0, 1);

    let thinArea = area;
    if (plan.thin) {
      const finer = finerBy(area.zoom);
      const thin = mean ? buffers : segments.level(area.zoom, LONGEST_THIN);
      const glow = thinGlowOf(plan, area.zoom);
      if (!mean) factor = segments.carry(thin, plan.thin.field);
      factor *= glow.factor;
      if (finer > 0) thinArea = coarser(area, finer, roomOf(plan));
      for (const [power, target] of (trend ? [c, once, twice] : [c]).entries()) {
        target.into(thinArea.width, thinArea.height, format);
        this.#clear();
        this.#adding();
        segments.draw(this.#programs.thin, thin, weights, thinArea, copies(thinArea, 1), { radius: THIN_RADIUS, carries: true, power, middle: plan.middle ?? 0 });
        gl.disable(gl.BLEND);
        this.#blur(target, target, thinArea, glow.blur, format);
      }
      this.#blur(a, trend ? soft : a, area, plan.soft, format);
    } else {
      if (first) {
        soft.into(width, height, format);
        this.#clear();
        segments.draw(this.#programs.pen, buffers, drawn, area, world, { radius: plan.radius });
      }
      this.#blur(first ? soft : a, c, area, plan.soft, format);
    }

    const print = !plan.thin ? c : trend ? soft : a;
    b.into(width, height, gl.RG32F);
    const p = this.#programs.value;
    p.use();
    p.texture("print", 0, print.texture);
    p.texture("ink", 1, a.texture);
    p.texture("thin", 2, plan.thin ? c.texture : print.texture);
    p.texture("once", 3, trend ? once.texture : print.texture);
    p.texture("twice", 4, trend ? twice.texture : print.texture);
    gl.uniform1i(p.at("kind"), KINDS[trend ? "trend" : plan.kind]);
    gl.uniform1f(p.at("full"), plan.full);
    gl.uniform1f(p.at("ridge"), PEN_RIDGE);
    gl.uniform1f(p.at("least"), plan.least);
    gl.uniform1f(p.at("base"), plan.base);
    gl.uniform1f(p.at("factor"), plan.kind === "date" ? plan.way : factor);
    const share = 2 ** (thinArea.zoom - area.zoom);
    gl.uniform3f(p.at("lies"), share, area.x * share - thinArea.x, area.y * share - thinArea.y);
    this.#whole();
    this.#done();
    if (plan.kind === "count") this.#counted = { tracks, area, radius: plan.radius, weights };
  }

  /** The weights that are new since the counts that are there, where those are of the same area and none of them is gone; undefined where all has to be painted anew. */
  #added(tracks: Tracks, area: Area, radius: number, weights: Float32Array): Float32Array | undefined {
    const was = this.#counted;
    if (!was || was.tracks !== tracks || was.radius !== radius) return undefined;
    if ((Object.keys(area) as (keyof Area)[]).some((k) => was.area[k] !== area[k])) return undefined;
    if (weights.some((w, a) => w < was.weights[a]!)) return undefined;
    return weights.map((w, a) => w - was.weights[a]!);
  }

  /** Colours what was painted last. */
  colour(colouring: Colouring): void {
    const gl = this.#gl;
    const { b, blocks, grown, picture } = this.#targets;
    const { mapping, local } = colouring;
    this.#base();
    if (local) {
      for (const [name, from, to] of [["most", b, blocks], ["grow", blocks, grown]] as const) {
        to.into(b.width / BLOCK, b.height / BLOCK, gl.RG32F);
        this.#programs[name].use();
        this.#programs[name].texture("plane", 0, from.texture);
        this.#whole();
      }
    }
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#ramp);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, RAMP_SIZE, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colouring.ramp);
    picture.into(b.width, b.height, gl.RGBA8);
    const p = this.#programs.colour;
    p.use();
    p.texture("plane", 0, b.texture);
    p.texture("ramp", 1, this.#ramp);
    p.texture("most", 2, (local ? grown : b).texture);
    gl.uniform1i(p.at("scale"), SCALES[local ? "local" : mapping.scale]);
    gl.uniform1f(p.at("lo"), mapping.lo);
    gl.uniform1f(p.at("hi"), mapping.hi);
    gl.uniform1f(p.at("gamma"), mapping.gamma);
    gl.uniform1f(p.at("level"), mapping.flat);
    gl.uniform1f(p.at("unit"), colouring.unit);
    this.#whole();
    this.#done();
  }

  /** Value and presence at a pixel of the area painted last. */
  read(x: number, y: number): [value: number, presence: number] {
    const gl = this.#gl;
    const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING) as WebGLFramebuffer | null;
    const viewport = gl.getParameter(gl.VIEWPORT) as Int32Array;
    const pixel = new Float32Array(4);
    this.#targets.b.bind();
    gl.readPixels(x, y, 1, 1, gl.RGBA, gl.FLOAT, pixel);
    gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
    gl.viewport(viewport[0]!, viewport[1]!, viewport[2]!, viewport[3]!);
    return [pixel[0]!, pixel[1]!];
  }

  delete(): void {
    const gl = this.#gl;
    for (const p of Object.values(this.#programs)) p.delete();
    for (const t of Object.values(this.#targets)) t.delete();
    this.#segments.delete();
    gl.deleteTexture(this.#ramp);
    gl.deleteVertexArray(this.#empty);
  }

  /** The state that every pass begins with. */
  #base(): void {
    const gl = this.#gl;
    for (const off of [gl.SCISSOR_TEST, gl.STENCIL_TEST, gl.CULL_FACE, gl.DEPTH_TEST, gl.BLEND, gl.DITHER]) gl.disable(off);
    gl.colorMask(true, true, true, true);
    gl.depthMask(true);
    gl.depthRange(0, 1);
    gl.depthFunc(gl.GREATER);
    gl.clearColor(0, 0, 0, 0);
    gl.clearDepth(0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  }

  /** Leaves nothing of its own bound. */
  #done(): void {
    const gl = this.#gl;
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    gl.useProgram(null);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.enable(gl.DITHER);
  }

  #clear(): void {
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT | this.#gl.DEPTH_BUFFER_BIT);
  }

  #adding(): void {
    const gl = this.#gl;
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.FUNC_ADD);
    gl.blendFunc(gl.ONE, gl.ONE);
  }

  /** Softens a plane into another, or into itself. */
  #blur(from: Target, to: Target, { width, height }: Area, half: Float32Array, format: number): void {
    const gl = this.#gl;
    const { b } = this.#targets;
    const p = this.#programs.blur;
    const radius = Math.min(MOST_RADIUS, half.length - 1);
    p.use();
    gl.uniform1fv(p.at("taps"), half.subarray(0, radius + 1));
    gl.uniform1i(p.at("radius"), radius);
    b.into(width, height, gl.RG32F);
    p.texture("plane", 0, from.texture);
    gl.uniform2i(p.at("way"), 1, 0);
    this.#whole();
    if (to === from) to.bind();
    else to.into(width, height, format);
    p.texture("plane", 0, b.texture);
    gl.uniform2i(p.at("way"), 0, 1);
    this.#whole();
  }

  #whole(): void {
    this.#gl.bindVertexArray(this.#empty);
    this.#gl.drawArrays(this.#gl.TRIANGLES, 0, 3);
    this.cost.drawCalls++;
  }
}

/** What of a coarser zoom an area hangs on, room pixels around it included. */
function coarser({ zoom, x, y, width, height }: Area, finer: number, room: number): Area {
  const size = (n: number): number => Math.ceil(n / 2 ** finer) + 2 + 2 * room;
  const corner = (n: number): number => Math.floor(n / 2 ** finer) - room;
  return { zoom: zoom - finer, x: corner(x), y: corner(y), width: size(width), height: size(height) };
}
