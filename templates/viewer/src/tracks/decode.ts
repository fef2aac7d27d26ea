// From the bytes of the inflated tracks blob to columns: docs/format.md, "Tracks", word for word. Pure.

import { metresPerUnit, type Tracks } from "./tracks.ts";

/** A column of varints (LEB128) that is read from its beginning to its end. */
class Column {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number, to: number, name: string) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    this.#name = name;
  }

  /** The next unsigned number, below 2 ** 35. */
  next(): number {
    const b = this.#bytes;
    let value = 0;
    let scale = 1;
    for (let n = 0; n < 5; n++) {
      if (this.#at >= this.#end) break;
      const byte = b[this.#at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new Error(`the tracks are damaged: ${this.#name} breaks off`);
  }

  /** The next number in zigzag coding. */
  signed(): number {
    return unzigzag(this.next());
  }

  finish(): void {
    if (this.#at !== this.#end) throw new Error(`the tracks are damaged: ${this.#name} goes on after its last number`);
  }
}

const unzigzag = (n: number): number => (n % 2 === 1 ? -(n + 1) / 2 : n / 2);

const MAGIC = "HMT1";

const COLUMNS = ["stretches", "vertices", "x", "y", "seconds", "stopped", "metres", "heart", "rise", "climb", "hill", "altitude"] as const;

/** Decodes a blob; throws an Error that says what is wrong with it. */
export function decodeTracks(bytes: Uint8Array): Tracks {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== MAGIC) throw new Error("the tracks are damaged: they do not begin as tracks do");
  const head = new Column(bytes, 4, bytes.length, "the head");
  const [count, stretches, vertices] = [head.next(), head.next(), head.next()];
  let at = 4 + sizeOf(count) + sizeOf(stretches) + sizeOf(vertices);
  const columns = {} as Record<(typeof COLUMNS)[number], Column>;
  for (const name of COLUMNS) {
    const length = new Column(bytes, at, bytes.length, name).next();
    at += sizeOf(length);
    if (at + length > bytes.length) throw new Error(`the tracks are damaged: ${name} reaches beyond their end`);
    columns[name] = new Column(bytes, at, at + length, name);
    if (name === "x" && length < vertices) throw new Error("the tracks are damaged: there are fewer places than vertices");
    if (name === "stretches" && length < count) throw new Error("the tracks are damaged: there are fewer stretches than activities");
    at += length;
  }
  if (at !== bytes.length) throw new Error("the tracks are damaged: something follows them");
  const tracks = empty(count, vertices);
  fill(tracks, columns, stretches, vertices);
  for (const name of COLUMNS) columns[name].finish();
  return tracks;
}

/** Bytes of a varint as short as it can be, as the blob's are. */
function sizeOf(n: number): number {
  let size = 1;
  for (; n >= 128; n = Math.floor(n / 128)) size++;
  return size;
}

function empty(count: number, n: number): Tracks {
  return {
    count,
    first: new Uint32Array(count + 1),
    x: new Int32Array(n),
    y: new Int32Array(n),
    activity: new Uint32Array(n),
    joined: new Uint8Array(n),
    seconds: new Float32Array(n),
    moving: new Float32Array(n),
    metres: new Float32Array(n),
    heart: new Uint8Array(n),
    rise: new Float32Array(n).fill(NaN),
    steep: new Float32Array(n),
    hill: new Float32Array(n),
    altitude: new Float32Array(n).fill(NaN),
    bounds: new Int32Array(4 * count),
  };
}

function fill(t: Tracks, c: Record<(typeof COLUMNS)[number], Column>, stretches: number, vertices: number): void {
  let [v, x, y, heart, seen] = [0, 0, 0, 0, 0];
  for (let a = 0; a < t.count; a++) {
    t.first[a] = v;
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let s = c.stretches.next(); s > 0; s--) {
      const n = c.vertices.next();
      if (n < 2 || v + n > vertices || ++seen > stretches) throw new Error("the tracks are damaged: their stretches and vertices do not add up");
      const height = c.altitude.next();
      let altitude = height === 0 ? NaN : unzigzag(height - 1) / 10;
      for (let k = 0; k < n; k++, v++) {
        x += c.x.signed();
        y += c.y.signed();
        t.x[v] = x;
        t.y[v] = y;
        t.activity[v] = a;
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
        if (k > 0) {
          const i = v - 1;
          const straight = Math.hypot(x - t.x[i]!, y - t.y[i]!) * metresPerUnit(t.y[i]!);
          t.joined[i] = 1;
          const quarters = c.seconds.next();
          t.seconds[i] = quarters / 4;
          t.moving[i] = (quarters - c.stopped.next()) / 4;
          t.metres[i] = Math.max(0, straight + c.metres.signed() / 10);
          heart += c.heart.signed();
          t.heart[i] = heart;
          const grade = c.rise.next();
          const climb = c.climb.next() / 10;
          const hill = c.hill.signed() / 10;
          if (grade > 0) {
            const rise = unzigzag(grade - 1) / 10;
            t.rise[i] = rise;
            t.steep[i] = Math.abs(rise) + climb;
            t.hill[i] = Math.max(0, Math.max(0, rise) + hill);
            altitude += rise;
          }
        }
        t.altitude[v] = altitude;
      }
    }
    t.bounds.set(west <= east ? [west, north, east, south] : [1, 1, 0, 0], 4 * a);
  }
  if (v !== vertices || seen !== stretches) throw new Error("the tracks are damaged: their stretches and vertices do not add up");
  t.first[t.count] = v;
}
