// From the bytes of the inflated tracks blob to columns: docs/format.md, "Tracks", word for word. Pure.

import { MAX_ACTIVITIES, MAX_VERTICES, tooMuch } from "../archive/limits.ts";
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

  /** Where the next number begins. */
  get at(): number {
    return this.#at;
  }

  /** The next unsigned number, below 2 ** 32. */
  next(): number {
    // Most numbers are of one byte; in 32-bit arithmetic they cost a third of what they cost in floating point.
    const byte = this.#at < this.#end ? this.#bytes[this.#at]! : 255;
    if (byte > 127) return this.#long();
    this.#at++;
    return byte;
  }

  /** The next number in zigzag coding. */
  signed(): number {
    return unzigzag(this.next());
  }

  #long(): number {
    let value = 0;
    for (let shift = 0; shift < 35 && this.#at < this.#end; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      if (shift === 28 && byte > 15) throw damage(`${this.#name} has a number of more than 32 bits`);
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw damage(`${this.#name} breaks off`);
  }

  finish(): void {
    if (this.#at !== this.#end) throw damage(`${this.#name} goes on after its last number`);
  }
}

const damage = (what: string): Error => new Error(`the tracks are damaged: ${what}`);

const unzigzag = (n: number): number => (n >>> 1) ^ -(n & 1);

const MAGIC = "HMT1";

const COLUMNS = ["stretches", "vertices", "x", "y", "seconds", "stopped", "metres", "heart", "rise", "climb", "hill", "altitude"] as const;

/** How many numbers a column has; each takes a byte at least, so these keep claims from asking for more memory than there are bytes. */
function numbers(name: (typeof COLUMNS)[number], count: number, stretches: number, vertices: number): number {
  switch (name) {
    case "stretches":
      return count;
    case "vertices":
    case "altitude":
      return stretches;
    case "x":
    case "y":
      return vertices;
    default:
      return vertices - stretches;
  }
}

/** Decodes a blob; throws an Error that says what is wrong with it. */
export function decodeTracks(bytes: Uint8Array): Tracks {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== MAGIC) throw damage("they do not begin as tracks do");
  let at = 4;
  const head = (): number => {
    const column = new Column(bytes, at, bytes.length, "the head");
    const n = column.next();
    at = column.at;
    return n;
  };
  const [count, stretches, vertices] = [head(), head(), head()];
  if (count > MAX_ACTIVITIES) throw tooMuch("activities of the tracks", MAX_ACTIVITIES);
  if (vertices > MAX_VERTICES) throw tooMuch("vertices of the tracks", MAX_VERTICES);
  const columns = {} as Record<(typeof COLUMNS)[number], Column>;
  for (const name of COLUMNS) {
    const length = head();
    if (at + length > bytes.length) throw damage(`${name} reaches beyond their end`);
    columns[name] = new Column(bytes, at, at + length, name);
    if (length < numbers(name, count, stretches, vertices)) throw damage(`there are too few numbers in ${name}`);
    at += length;
  }
  if (at !== bytes.length) throw damage("something follows them");
  const tracks = empty(count, vertices);
  fill(tracks, columns, stretches, vertices);
  for (const name of COLUMNS) columns[name].finish();
  return tracks;
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
      if (n < 2 || v + n > vertices || ++seen > stretches) throw damage("their stretches and vertices do not add up");
      const height = c.altitude.next();
      let altitude = height === 0 ? NaN : unzigzag(height - 1) / 10;
      for (let k = 0; k < n; k++, v++) {
        x += c.x.signed();
        y += c.y.signed();
        if (x !== (x | 0) || y !== (y | 0)) throw damage("a vertex lies beyond the map");
        t.x[v] = x;
        t.y[v] = y;
        t.activity[v] = a;
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
        if (k > 0) {
          const i = v - 1;
          const [dx, dy] = [x - t.x[i]!, y - t.y[i]!];
          const straight = Math.sqrt(dx * dx + dy * dy) * metresPerUnit(t.y[i]!); // hypot is slow
          t.joined[i] = 1;
          const quarters = c.seconds.next();
          const moving = quarters - c.stopped.next();
          if (moving < 0) throw damage("somebody stood for longer than there was time");
          t.seconds[i] = quarters / 4;
          t.moving[i] = moving / 4;
          t.metres[i] = Math.max(0, straight + c.metres.signed() / 10);
          heart += c.heart.signed();
          if (heart < 0 || heart > 255) throw damage("a heart rate is none");
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
  if (v !== vertices || seen !== stretches) throw damage("their stretches and vertices do not add up");
  t.first[t.count] = v;
}
