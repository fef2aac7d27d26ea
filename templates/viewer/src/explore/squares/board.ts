// All squares of one zoom that somebody has been in, numbered row by row, with who has been there and what lies beside what. Pure.

import { MAX_SQUARES, tooMuch } from "../../archive/limits.ts";
import type { StoredBlock } from "../../tracks/block.ts";
import { openSquares, type SquareBlock } from "./block.ts";

export interface Board {
  /** Zoom of the squares. */
  zoom: number;
  /** Column and row of each square, from north to south and in a row from west to east. */
  x: Uint32Array;
  y: Uint32Array;
  /** Numbers of the squares in the north and in the south of each, -1 where nobody has been there. That in the west is the one before, if it is beside it. */
  north: Int32Array;
  south: Int32Array;
  /** The squares of activity a are squares[first[a]] to squares[first[a + 1] - 1]. */
  first: Uint32Array;
  squares: Uint32Array;
}

/** A row is so many squares long at most, and a little more, so that a number tells row and column. */
const ROW = 2 ** 18;

/** The number of the square in a column and row; -1 for one that nobody has been in. */
export function squareAt({ x, y }: Pick<Board, "x" | "y">, column: number, row: number): number {
  let [from, to] = [0, x.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (y[middle]! < row || (y[middle] === row && x[middle]! < column)) from = middle + 1;
    else to = middle;
  }
  return x[from] === column && y[from] === row ? from : -1;
}

/** Whether the square before a number is the one in the west of it. */
export const joinsWest = ({ x, y }: Board, i: number): boolean => i > 0 && y[i - 1] === y[i] && x[i - 1]! + 1 === x[i];

/** Takes every other bit of a code, the lowest included. */
function evenBits(code: number): number {
  let v = code & 0x55555555;
  v = (v | (v >>> 1)) & 0x33333333;
  v = (v | (v >>> 2)) & 0x0f0f0f0f;
  v = (v | (v >>> 4)) & 0x00ff00ff;
  return (v | (v >>> 8)) & 0xffff;
}

/** Where a number stands in ascending ones. */
function placeIn(all: Uint32Array, v: number): number {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (all[middle]! < v) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Puts the blocks of squares of a zoom together, in an archive of so many activities; rejects where one is damaged or there is too much. */
export async function openBoard(stored: readonly StoredBlock[], zoom: number, activities: number): Promise<Board> {
  const blocks: SquareBlock[] = [];
  let total = 0;
  for (const one of stored) {
    const block = await openSquares(one, zoom, activities);
    if ((total += block.code.length) > MAX_SQUARES) throw tooMuch("squares of all activities", MAX_SQUARES);
    blocks.push(block);
  }
  return boardOf(blocks, zoom, activities);
}

/** The board of decoded blocks. */
export function boardOf(blocks: readonly SquareBlock[], zoom: number, activities: number): Board {
  // The codes that there are in each block, ascending.
  const codes = blocks.map(({ code }) => code.slice().sort().filter((c, i, all) => i === 0 || c !== all[i - 1]));
  const keys = new Float64Array(codes.reduce((n, of) => n + of.length, 0));
  let end = 0;
  for (const [b, of] of codes.entries()) for (const c of of) keys[end++] = (blocks[b]!.y + evenBits(c >>> 1)) * ROW + blocks[b]!.x + evenBits(c);
  keys.sort();
  const x = new Uint32Array(keys.length);
  const y = new Uint32Array(keys.length);
  for (const [i, key] of keys.entries()) {
    if (i > 0 && key === keys[i - 1]) throw new Error("the squares are damaged: two blocks have the same squares");
    x[i] = key % ROW;
    y[i] = Math.floor(key / ROW);
  }
  const first = new Uint32Array(activities + 1);
  for (const b of blocks) for (const [i, a] of b.activity.entries()) first[a + 1]! += b.count[i]!;
  for (let a = 0; a < activities; a++) first[a + 1]! += first[a]!;
  const next = first.slice();
  const squares = new Uint32Array(first[activities]!);
  for (const [k, b] of blocks.entries()) {
    const of = codes[k]!;
    const numbers = of.map((c) => squareAt({ x, y }, b.x + evenBits(c), b.y + evenBits(c >>> 1)));
    let at = 0;
    for (const [i, a] of b.activity.entries()) {
      for (const end = at + b.count[i]!; at < end; at++) squares[next[a]!++] = numbers[placeIn(of, b.code[at]!)]!;
    }
  }
  const north = new Int32Array(keys.length).fill(-1);
  const south = new Int32Array(keys.length).fill(-1);
  for (let i = 0, above = 0; i < keys.length; i++) {
    while (keys[above]! < keys[i]! - ROW) above++;
    if (keys[above] !== keys[i]! - ROW) continue;
    north[i] = above;
    south[above] = i;
  }
  return { zoom, x, y, north, south, first, squares };
}
