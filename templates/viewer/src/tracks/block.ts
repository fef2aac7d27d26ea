// From the bytes of an inflated block of lines to columns: docs/format.md, "Lines", word for word. Pure.

import { inflate, MAX_BLOCK, MAX_BLOCK_INFLATED, MAX_BLOCK_VERTICES, tooMuch } from "../archive/limits.ts";
import { Column, damage, unzigzag } from "./column.ts";
import { bytesOfReadings, mostOf, SENSORS } from "./sensors.ts";
import { emptySegments, GRID_BITS, metresPerUnit, type Segments } from "./tracks.ts";

/** A place among the tiles of a zoom. */
export interface TileID {
  z: number;
  x: number;
  y: number;
}

export const nameOf = ({ z, x, y }: TileID): string => `${z}/${x}/${y}`;

/** A block as it lies in the archive: a gzip file and its place among the tiles of its zoom. */
export interface StoredBlock extends TileID {
  data: ArrayBuffer;
}

/**
 * The pieces of lines in one tile of the map, in ascending order of activity and of place in it. Vertex i and the next one of its piece are
 * joined by segment i; the last vertex of a piece has joined 0, and its segment columns say nothing, as in Tracks.
 */
export interface Block extends Segments {
  /** pieces + 1 numbers: the vertices of piece p are first[p] .. first[p + 1] - 1, two or more. */
  first: Uint32Array;
  /** By piece: its activity, and which of the activity's pieces it is, from 0. */
  activity: Uint32Array;
  nth: Uint32Array;
  /** By piece: 1 where it goes on from where the activity's piece before it ended. */
  goesOn: Uint8Array;
  /** By piece: quarters of a second that the activity's pieces before it have together. */
  elapsed: Uint32Array;
  /** By piece: smoothed altitude of its first vertex in metres; NaN where not known. */
  altitude: Float32Array;
  /** Place of each vertex on the Web Mercator grid, x within the map. */
  x: Int32Array;
  y: Int32Array;
  /** By piece west, north, east, south in grid units. */
  bounds: Int32Array;
}

/** Bytes of memory that a vertex and a piece of a block take. */
const VERTEX_BYTES = 34;
const PIECE_BYTES = 37;

/** Bytes of memory that a block takes. */
export const sizeOf = (b: Block): number => VERTEX_BYTES * b.x.length + PIECE_BYTES * b.activity.length + bytesOfReadings(b.readings);

/** What a block begins with, and one that has readings. */
const MAGIC = "HML1";
const MAGIC_READINGS = "HML2";

const COLUMNS = ["activity", "order", "elapsed", "altitude", "vertices", "x", "y", "seconds", "stopped", "metres", "heart", "rise", "climb", "hill"] as const;

/** The most quarters of a second that are expected of a segment. */
const MOST_EXPECTED = 2 ** 29;

/** Inflates and decodes a block; rejects where it is damaged or too large. */
export async function openBlock({ z, x, y, data }: StoredBlock, activities: number): Promise<Block> {
  if (data.byteLength > MAX_BLOCK) throw tooMuch("bytes of a block of lines", MAX_BLOCK);
  return decodeBlock(await inflate(new Uint8Array(data), "gzip", MAX_BLOCK_INFLATED, "a block of lines"), z, x, y, activities);
}

/** How many numbers a column has; each takes a byte at least, so these keep claims from asking for more memory than there are bytes. */
function numbers(name: string, pieces: number, vertices: number): number {
  switch (name) {
    case "activity":
    case "order":
    case "elapsed":
    case "altitude":
    case "vertices":
      return pieces;
    case "x":
    case "y":
      return vertices;
    default:
      return vertices - pieces;
  }
}

/** Decodes the block of tile z/x/y of an archive of so many activities; throws an Error that says what is wrong with it. */
export function decodeBlock(bytes: Uint8Array, z: number, x: number, y: number, activities: number): Block {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC && magic !== MAGIC_READINGS) throw damage("a block does not begin as one does");
  let at = 4;
  const head = (): number => {
    const column = new Column(bytes, at, bytes.length, "the head");
    const n = column.next();
    at = column.at;
    return n;
  };
  const which = magic === MAGIC ? 0 : head();
  const ids = Object.keys(SENSORS);
  if (which >= 2 ** ids.length || (which === 0 && magic !== MAGIC)) throw damage("there is no such sensor");
  const sensors = ids.filter((_, k) => (which >> k) & 1);
  const [shift, pieces, vertices] = [head(), head(), head()];
  if (shift > GRID_BITS - z) throw damage("the units of a block are larger than it");
  if (vertices > MAX_BLOCK_VERTICES) throw tooMuch("vertices of a block of lines", MAX_BLOCK_VERTICES);
  if (2 * pieces > vertices) throw damage("there are too few vertices for the pieces of a block");
  const names = [...COLUMNS, ...sensors];
  const columns = {} as Columns;
  for (const name of names) {
    const length = head();
    if (at + length > bytes.length) throw damage(`${name} reaches beyond their end`);
    if (length < numbers(name, pieces, vertices)) throw damage(`there are too few numbers in ${name}`);
    columns[name] = new Column(bytes, at, at + length, name);
    at += length;
  }
  if (at !== bytes.length) throw damage("something follows a block");
  const block = empty(pieces, vertices);
  readPieces(block, columns, activities);
  readVertices(block, columns, shift, z, x, y);
  readSegments(block, columns, shift);
  for (const sensor of sensors) block.readings[sensor] = readReadings(block, columns[sensor]!, mostOf(sensor));
  for (const name of names) columns[name]!.finish();
  return block;
}

function empty(pieces: number, n: number): Block {
  return {
    ...emptySegments(n),
    first: new Uint32Array(pieces + 1),
    activity: new Uint32Array(pieces),
    nth: new Uint32Array(pieces),
    goesOn: new Uint8Array(pieces),
    elapsed: new Uint32Array(pieces),
    altitude: new Float32Array(pieces),
    bounds: new Int32Array(4 * pieces),
    x: new Int32Array(n),
    y: new Int32Array(n),
  };
}

type Columns = Record<(typeof COLUMNS)[number], Column> & Record<string, Column>;

function readPieces(b: Block, c: Columns, activities: number): void {
  let [activity, v] = [0, 0];
  for (let p = 0; p < b.activity.length; p++) {
    const step = c.activity.next();
    activity += step;
    if (activity >= activities) throw damage("there is no such activity");
    const order = c.order.next();
    b.activity[p] = activity;
    b.nth[p] = order >>> 1;
    b.goesOn[p] = order & 1;
    if (order === 1) throw damage("a line goes on before it has begun");
    if (p > 0 && step === 0 && b.nth[p]! <= b.nth[p - 1]!) throw damage("pieces are out of order");
    b.elapsed[p] = c.elapsed.next();
    const height = c.altitude.next();
    b.altitude[p] = height === 0 ? NaN : unzigzag(height - 1) / 10;
    const n = c.vertices.next();
    b.first[p] = v;
    v += n;
    if (n < 2 || v > b.x.length) throw damage("pieces and vertices do not add up");
  }
  b.first[b.activity.length] = v;
  if (v !== b.x.length) throw damage("pieces and vertices do not add up");
}

/** Places stand in units of 2 ** shift of the grid's. */
function readVertices(b: Block, c: Columns, shift: number, z: number, column: number, row: number): void {
  const unit = 2 ** shift;
  const side = 2 ** (GRID_BITS - z) / unit;
  const [left, top] = [column * side * unit, row * side * unit];
  const world = 2 ** GRID_BITS / unit;
  // Of the northernmost and the southernmost tiles lines go on beyond the map, by at most another one.
  const highest = row === 0 ? -world : 0;
  const lowest = row === 2 ** z - 1 ? side + world : side;
  for (let p = 0; p < b.activity.length; p++) {
    let [x, y] = [0, 0];
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let v = b.first[p]!; v < b.first[p + 1]!; v++) {
      x += c.x.signed();
      y += c.y.signed();
      if (x < 0 || x > side || y < highest || y > lowest) throw damage("a vertex lies beyond its block");
      b.x[v] = left + x * unit;
      b.y[v] = top + y * unit;
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
    const at = 4 * p;
    b.bounds[at] = left + west * unit;
    b.bounds[at + 1] = top + north * unit;
    b.bounds[at + 2] = left + east * unit;
    b.bounds[at + 3] = top + south * unit;
  }
}

function readSegments(b: Block, c: Columns, shift: number): void {
  const unit = 2 ** shift;
  for (let p = 0; p < b.activity.length; p++) {
    let [lastLength, lastQuarters, heart] = [0, 0, 0];
    for (let i = b.first[p]!; i < b.first[p + 1]! - 1; i++) {
      const dx = (b.x[i + 1]! - b.x[i]!) / unit;
      const dy = (b.y[i + 1]! - b.y[i]!) / unit;
      const length = Math.sqrt(dx * dx + dy * dy); // hypot is slow, and another engine's rounds otherwise
      const expected = lastLength > 0 ? Math.min(MOST_EXPECTED, Math.floor((lastQuarters * length) / lastLength + 0.5)) : 0;
      const quarters = expected + c.seconds.signed();
      if (quarters < 0) throw damage("a segment takes less than no time");
      const moving = quarters - c.stopped.next();
      if (moving < 0) throw damage("somebody stood for longer than there was time");
      [lastLength, lastQuarters] = [length, quarters];
      b.joined[i] = 1;
      b.seconds[i] = quarters / 4;
      b.moving[i] = moving / 4;
      b.metres[i] = Math.max(0, length * unit * metresPerUnit(b.y[i]!) + c.metres.signed() / 2);
      heart += c.heart.signed();
      if (heart < 0 || heart > 255) throw damage("a heart rate is none");
      b.heart[i] = heart;
      const grade = c.rise.next();
      const climb = c.climb.next() / 10;
      const hill = c.hill.signed() / 10;
      if (grade > 0) {
        const rise = unzigzag(grade - 1) / 10;
        b.rise[i] = rise;
        b.steep[i] = Math.abs(rise) + climb;
        b.hill[i] = Math.max(0, Math.max(0, rise) + hill);
      }
    }
  }
}

/** The mean readings of a sensor up to most, by segment. */
function readReadings({ first, activity, x }: Block, column: Column, most: number): Uint16Array {
  const out = new Uint16Array(x.length);
  for (let p = 0; p < activity.length; p++) {
    let reading = 0;
    for (let i = first[p]!; i < first[p + 1]! - 1; i++) {
      reading += column.signed();
      if (reading < 0 || reading > most) throw damage("a reading is none");
      out[i] = reading;
    }
  }
  return out;
}
