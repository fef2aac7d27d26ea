// From the bytes of a block of squares to columns: docs/format.md, "Squares", word for word. Pure.

import { inflate, MAX_BLOCK, MAX_BLOCK_INFLATED, MAX_SQUARES, tooMuch } from "../../archive/limits.ts";
import type { StoredBlock } from "../../tracks/block.ts";
import { Column } from "../../tracks/column.ts";

/** The zooms of large and of small squares. */
export const LARGE = 14;
export const SMALL = 17;

/** The zooms of the tiles that blocks of squares of a zoom are of, the first and the last. */
export const BLOCK_ZOOMS: Readonly<Record<number, readonly [number, number]>> = { [LARGE]: [4, 8], [SMALL]: [9, 16] };

export interface SquareBlock {
  /** Column and row of the block's north-western square. */
  x: number;
  y: number;
  /** The block's side is 2 ** bits squares. */
  bits: number;
  /** Rows of the activities, ascending, and how many squares each has. */
  activity: Uint32Array;
  count: Uint32Array;
  /** The squares of one activity after the other: bits of column and row within the block, interleaved. */
  code: Uint32Array;
}

const damage = (what: string): Error => new Error(`the squares are damaged: ${what}`);

/** Inflates and decodes a block of squares of a zoom; rejects where it is damaged or too large. */
export async function openSquares({ z, x, y, data }: StoredBlock, squares: number, activities: number): Promise<SquareBlock> {
  if (data.byteLength > MAX_BLOCK) throw tooMuch("bytes of a block of squares", MAX_BLOCK);
  return decodeSquares(await inflate(new Uint8Array(data), "gzip", MAX_BLOCK_INFLATED, "a block of squares"), z, x, y, squares, activities);
}

/** Decodes the block of tile z/x/y of an archive of so many activities; throws an Error that says what is wrong with it. */
export function decodeSquares(bytes: Uint8Array, z: number, x: number, y: number, squares: number, activities: number): SquareBlock {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "HMS1") throw damage("a block does not begin as one does");
  let at = 4;
  const head = (): number => {
    const column = new Column(bytes, at, bytes.length, "the head");
    const n = column.next();
    at = column.at;
    return n;
  };
  const [zoom, parts, total] = [head(), head(), head()];
  const [first, last] = BLOCK_ZOOMS[squares]!;
  if (zoom !== squares || z < first || z > last) throw damage(`a block of zoom ${z} has squares of zoom ${zoom}`);
  if (total > MAX_SQUARES) throw tooMuch("squares of all activities", MAX_SQUARES);
  const columns = [parts, parts, total].map((numbers) => {
    const length = head();
    if (length < numbers || at + length > bytes.length) throw damage("a column is not as long as it says");
    at += length;
    return new Column(bytes, at - length, at, "a column");
  }) as [Column, Column, Column];
  if (at !== bytes.length) throw damage("a block goes on after its last column");
  const bits = squares - z;
  const block: SquareBlock = {
    x: x * 2 ** bits,
    y: y * 2 ** bits,
    bits,
    activity: new Uint32Array(parts),
    count: new Uint32Array(parts),
    code: new Uint32Array(total),
  };
  let [activity, at2] = [0, 0];
  for (let i = 0; i < parts; i++) {
    const d = columns[0].next();
    if (d === 0 && i > 0) throw damage("an activity is twice in a block");
    activity += d;
    if (activity >= activities) throw damage(`they have an activity ${activity}, but there are ${activities}`);
    const n = columns[1].next() + 1;
    if (at2 + n > total) throw damage("a block does not have the squares that it says");
    block.activity[i] = activity;
    block.count[i] = n;
    for (let next = 0, k = 0; k < n; k++, next++) {
      next += columns[2].next();
      if (next >= 4 ** bits) throw damage("a square lies outside of its block");
      block.code[at2++] = next;
    }
  }
  if (at2 !== total) throw damage("a block does not have the squares that it says");
  for (const column of columns) column.finish();
  return block;
}
