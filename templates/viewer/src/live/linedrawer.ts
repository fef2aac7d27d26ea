// Draws the lines of tracks at the screen's own resolution: constant width, soft edges, round joins. What is drawn in which
// colour is for its users to say: routes.ts and highlight.ts.

import { type Map as MapLibreMap, MercatorCoordinate } from "maplibre-gl";
import { TILE_SIZE, ZOOM_OFFSET } from "../map/fit.ts";
import { GRID_BITS, type Tracks } from "../tracks/tracks.ts";
import { Program, texture } from "./gpu/gl.ts";

const HEAD = "#version 300 es\nprecision highp float;precision highp int;precision highp sampler2D;\n";

/** One quad for each segment, in pixels of the screen around an origin that float numbers are exact near. */
const VERTEX = `${HEAD}
layout(location=0) in ivec3 a;layout(location=1) in ivec2 b;
uniform sampler2D colours;uniform ivec2 origin;uniform vec2 middle,size;uniform float scale,radius;
flat out vec4 line;flat out vec4 colour;out vec2 at;
void main(){
int who=a.z>>1;
colour=texelFetch(colours,ivec2(who&1023,who>>10),0);
if(colour.a==0.||(a.z&1)==0){gl_Position=vec4(2,2,2,1);return;}
vec2 p=vec2(a.xy-origin)*scale+middle,q=vec2(b-origin)*scale+middle,d=q-p;
float l=length(d);vec2 u=l>0.?d/l:vec2(1,0);
line=vec4(p,q);
vec2 s=vec2(gl_VertexID&1,gl_VertexID>>1)*2.-1.;
at=(s.x<0.?p:q)+(radius+1.)*(s.x*u+s.y*vec2(-u.y,u.x));
gl_Position=vec4(at/size*2.-1.,0,1)*vec4(1,-1,1,1);
}`;

const FRAGMENT = `${HEAD}
flat in vec4 line;flat in vec4 colour;in vec2 at;uniform float radius,opacity;uniform vec4 tint;out vec4 o;
void main(){
vec2 c=at-line.xy,d=line.zw-line.xy;
float n=dot(d,d);
c-=n>0.?clamp(dot(c,d)/n,0.,1.)*d:vec2(0);
float alpha=clamp(radius+.5-length(c),0.,1.)*opacity;
if(alpha<=0.)discard;
o=vec4(mix(colour.rgb,tint.rgb,tint.a)*alpha,alpha);
}`;

const ROW = 1024;

export interface Stroke {
  /** Width in CSS pixels. */
  width: number;
  /** 0..1. */
  opacity: number;
  /** A colour, 0..1 a channel, in place of the activities' own. */
  tint?: readonly [number, number, number];
}

export class LineDrawer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  readonly #array: WebGLVertexArrayObject;
  readonly #buffer: WebGLBuffer;
  readonly #colours: WebGLTexture;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = new Program(gl, VERTEX, FRAGMENT);
    this.#array = gl.createVertexArray();
    this.#buffer = gl.createBuffer();
    this.#colours = texture(gl, gl.NEAREST);
  }

  /** Takes the vertices from (included) to (excluded) of the tracks; draw counts from the first of them. */
  load(t: Tracks, from: number, to: number): void {
    const gl = this.#gl;
    const data = new Int32Array(3 * (to - from));
    for (let v = from, k = 0; v < to; v++) {
      data[k++] = t.x[v]!;
      data[k++] = t.y[v]!;
      data[k++] = 2 * t.activity[v]! + t.joined[v]!;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
  }

  /** Sets the colours of the activities, four bytes each; those of alpha 0 are not drawn. */
  colour(rgba: Uint8Array, count: number): void {
    const gl = this.#gl;
    const rows = Math.max(1, Math.ceil(count / ROW));
    const data = new Uint8Array(4 * ROW * rows);
    data.set(rgba.subarray(0, 4 * count));
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#colours);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, ROW, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, data);
  }

  /** Draws segments first .. first + count - 1 in the part of the map's width that clip has. */
  draw(map: MapLibreMap, first: number, count: number, stroke: Stroke, clip = { from: 0, to: 1 }): void {
    if (count <= 0 || clip.to <= clip.from) return;
    const gl = this.#gl;
    const program = this.#program;
    const { clientWidth } = map.getContainer();
    const ratio = gl.drawingBufferWidth / clientWidth;
    const middle = map.getCenter();
    const place = map.project(middle);
    const { x, y } = MercatorCoordinate.fromLngLat(middle);
    const grid = 2 ** GRID_BITS;
    const scale = (2 ** (map.getZoom() + ZOOM_OFFSET - GRID_BITS) * TILE_SIZE) * ratio;
    program.use();
    program.texture("colours", 0, this.#colours);
    gl.uniform1f(program.at("scale"), scale);
    gl.uniform1f(program.at("radius"), (stroke.width / 2) * ratio);
    gl.uniform1f(program.at("opacity"), stroke.opacity);
    gl.uniform4f(program.at("tint"), ...(stroke.tint ?? ([0, 0, 0] as const)), stroke.tint ? 1 : 0);
    gl.uniform2f(program.at("size"), gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    for (const [at, size, offset] of [[0, 3, 12 * first], [1, 2, 12 * first + 12]] as const) {
      gl.enableVertexAttribArray(at);
      gl.vertexAttribIPointer(at, size, gl.INT, 12, offset);
      gl.vertexAttribDivisor(at, 1);
    }
    for (const off of [gl.DEPTH_TEST, gl.STENCIL_TEST, gl.CULL_FACE]) gl.disable(off);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.FUNC_ADD);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(gl.SCISSOR_TEST);
    const left = Math.round(clip.from * gl.drawingBufferWidth);
    gl.scissor(left, 0, Math.round(clip.to * gl.drawingBufferWidth) - left, gl.drawingBufferHeight);
    const worlds = Math.ceil(clientWidth / (TILE_SIZE * 2 ** (map.getZoom() + ZOOM_OFFSET)) / 2) + 1;
    for (let turn = -worlds; turn <= worlds; turn++) {
      // The world's copy that lies so many turns to the east.
      const originX = Math.floor(x * grid);
      const originY = Math.floor(y * grid);
      gl.uniform2i(program.at("origin"), originX - turn * grid, originY);
      gl.uniform2f(program.at("middle"), place.x * ratio - (x * grid - originX) * scale, place.y * ratio - (y * grid - originY) * scale);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    }
    gl.disable(gl.SCISSOR_TEST);
    gl.bindVertexArray(null);
    gl.bindBuffer(gl.ARRAY_BUFFER, null);
    gl.useProgram(null);
  }

  delete(): void {
    const gl = this.#gl;
    this.#program.delete();
    gl.deleteVertexArray(this.#array);
    gl.deleteBuffer(this.#buffer);
    gl.deleteTexture(this.#colours);
  }
}
