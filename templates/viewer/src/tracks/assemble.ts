// From the blocks of an archive to the lines of its activities: the pieces of each, put together again. Pure.

import { MAX_VERTICES, tooMuch } from "../archive/limits.ts";
import type { Block } from "./block.ts";
import { damage } from "./column.ts";
import { GRID_BITS, type Tracks } from "./tracks.ts";

const WORLD = 2 ** GRID_BITS;

/** Puts the lines of so many activities together; throws an Error where the blocks are not all of them. */
export function assemble(blocks: readonly Block[], count: number): Tracks {
  const pieces = piecesOf(blocks, count);
  let vertices = 0;
  for (const { length } of pieces) vertices += length;
  if (vertices > MAX_VERTICES) throw tooMuch("vertices of the tracks", MAX_VERTICES);
  const t = empty(count, vertices);
  let v = 0;
  let p = 0;
  for (let a = 0; a < count; a++) {
    t.first[a] = v;
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (; p < pieces.length && pieces[p]!.activity === a; p++) {
      v = append(t, pieces[p]!, v);
    }
    for (let i = t.first[a]!; i < v; i++) {
      const [x, y] = [t.x[i]!, t.y[i]!];
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < north) north = y;
      if (y > south) south = y;
    }
    t.bounds.set(west <= east ? [west, north, east, south] : [1, 1, 0, 0], 4 * a);
  }
  t.first[count] = v;
  return t;
}

interface Piece {
  block: Block;
  activity: number;
  nth: number;
  goesOn: boolean;
  /** Its vertices in the block, and the altitude of the first of them. */
  first: number;
  end: number;
  altitude: number;
  /** Its vertices in the tracks: the first one is there already where it goes on. */
  length: number;
}

/** The pieces of all blocks in the order of the tracks. */
function piecesOf(blocks: readonly Block[], count: number): Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks) {
    for (let p = 0; p < block.activity.length; p++) {
      const [first, end, goesOn] = [block.first[p]!, block.first[p + 1]!, block.goesOn[p] === 1];
      pieces.push({ block, activity: block.activity[p]!, nth: block.nth[p]!, goesOn, first, end, altitude: block.altitude[p]!, length: end - first - (goesOn ? 1 : 0) });
    }
  }
  pieces.sort((a, b) => a.activity - b.activity || a.nth - b.nth);
  let next = 0;
  pieces.forEach(({ activity, nth }, i) => {
    if (activity >= count) throw damage("there is no such activity");
    if (i === 0 || pieces[i - 1]!.activity !== activity) next = 0;
    if (nth !== next++) throw damage("a piece of a line is missing");
  });
  return pieces;
}

/** Adds a piece behind vertex v and returns the next free one. */
function append(t: Tracks, { block: b, activity, goesOn, first, end, altitude }: Piece, v: number): number {
  let shift = 0;
  if (goesOn) {
    v--;
    // A piece lies within the map; a line that crosses its edge goes on beyond it.
    shift = t.x[v]! - b.x[first]!;
    if (shift % WORLD !== 0 || b.y[first] !== t.y[v]) throw damage("a line does not go on where it ended");
  }
  for (let from = first; from < end; from++, v++) {
    if (from > first && !Number.isNaN(b.rise[from - 1]!)) altitude += b.rise[from - 1]!;
    t.x[v] = b.x[from]! + shift;
    t.y[v] = b.y[from]!;
    t.activity[v] = activity;
    t.joined[v] = b.joined[from]!;
    t.seconds[v] = b.seconds[from]!;
    t.moving[v] = b.moving[from]!;
    t.metres[v] = b.metres[from]!;
    t.heart[v] = b.heart[from]!;
    t.rise[v] = b.rise[from]!;
    t.steep[v] = b.steep[from]!;
    t.hill[v] = b.hill[from]!;
    t.altitude[v] = altitude;
  }
  return v;
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
    rise: new Float32Array(n),
    steep: new Float32Array(n),
    hill: new Float32Array(n),
    altitude: new Float32Array(n),
    bounds: new Int32Array(4 * count),
  };
}
