// From blocks of lines to the lines of activities: the pieces of each, put together again. Pure.

import { MAX_VERTICES, tooMuch } from "../archive/limits.ts";
import type { Block } from "./block.ts";
import { damage } from "./column.ts";
import { emptyTracks, GRID_BITS, type Tracks } from "./tracks.ts";

const WORLD = 2 ** GRID_BITS;

/** Puts the lines of so many activities together, of all blocks of a zoom; throws an Error where the blocks are not all of them. */
export function assemble(blocks: readonly Block[], count: number): Tracks {
  const pieces = piecesOf(blocks, count);
  pieces.forEach(({ nth }, i) => {
    if (nth !== (follows(pieces, i) ? pieces[i - 1]!.nth + 1 : 0)) throw damage("a piece of a line is missing");
  });
  return joined(pieces, count);
}

/**
 * Puts together what some blocks of a zoom have of the lines of so many activities: pieces are joined where one goes on from another that is here.
 * Throws an Error where blocks contradict each other.
 */
export function assemblePart(blocks: readonly Block[], count: number): Tracks {
  const pieces = piecesOf(blocks, count);
  pieces.forEach((piece, i) => {
    const before = follows(pieces, i) ? pieces[i - 1]!.nth : -1;
    if (piece.nth === before) throw damage("a piece of a line is there twice");
    if (piece.goesOn && piece.nth !== before + 1) piece.goesOn = false;
  });
  const tracks = joined(pieces, count);
  const begins = pieces.filter((p) => !p.goesOn);
  tracks.begins = { vertex: Uint32Array.from(begins, (p) => p.at), elapsed: Float32Array.from(begins, (p) => p.block.elapsed[p.index]! / 4) };
  return tracks;
}

interface Piece {
  block: Block;
  /** Which of the block's pieces it is. */
  index: number;
  activity: number;
  nth: number;
  /** Whether its first vertex is the last one of the piece before. */
  goesOn: boolean;
  /** Its first vertex in the tracks; set when they are put together. */
  at: number;
}

/** The pieces of all blocks in the order of the tracks. */
function piecesOf(blocks: readonly Block[], count: number): Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks) {
    for (let p = 0; p < block.activity.length; p++) {
      const activity = block.activity[p]!;
      if (activity >= count) throw damage("there is no such activity");
      pieces.push({ block, index: p, activity, nth: block.nth[p]!, goesOn: block.goesOn[p] === 1, at: 0 });
    }
  }
  return pieces.sort((a, b) => a.activity - b.activity || a.nth - b.nth);
}

/** Whether a piece is not its activity's first one. */
const follows = (pieces: readonly Piece[], i: number): boolean => i > 0 && pieces[i - 1]!.activity === pieces[i]!.activity;

/** The lines of pieces in their order. */
function joined(pieces: readonly Piece[], count: number): Tracks {
  let vertices = 0;
  for (const { block, index, goesOn } of pieces) vertices += block.first[index + 1]! - block.first[index]! - (goesOn ? 1 : 0);
  if (vertices > MAX_VERTICES) throw tooMuch("vertices of the tracks", MAX_VERTICES);
  const t = emptyTracks(count, vertices);
  let v = 0;
  let p = 0;
  for (let a = 0; a < count; a++) {
    t.first[a] = v;
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (; p < pieces.length && pieces[p]!.activity === a; p++) {
      pieces[p]!.at = v;
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

/** Adds a piece behind vertex v and returns the next free one. */
function append(t: Tracks, { block: b, index, activity, goesOn }: Piece, v: number): number {
  const [first, end] = [b.first[index]!, b.first[index + 1]!];
  let altitude = b.altitude[index]!;
  let shift = 0;
  if (goesOn) {
    v--;
    // A piece lies within the map; a line that crosses its edge goes on beyond it.
    shift = t.x[v]! - b.x[first]!;
    if (shift % WORLD !== 0 || b.y[first] !== t.y[v]) throw damage("a line does not go on where it ended");
  }
  for (const [sensor, column] of Object.entries(b.readings)) (t.readings[sensor] ??= new Uint16Array(t.x.length)).set(column.subarray(first, end), v);
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
