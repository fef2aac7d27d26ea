// Where each activity was, roughly: the map's cells of some 40 to 80 m that its line crosses. They say which activities
// may have passed a place, and how often the most visited place of a selection was visited. Pure.

import { tooMuch } from "../archive/limits.ts";
import type { Tracks } from "./tracks.ts";

/** A cell's edge is 2 ** CELL_BITS grid units: 76 m at the equator, 51 m at 48 degrees. */
export const CELL_BITS = 7;

/** The edge in grid units. A constant, as powers are taken anew each time. */
const EDGE = 2 ** CELL_BITS;

/** Activities by cell and cells by activity, as compressed rows. */
export interface Cells {
  /** Key of each cell, ascending: y * 2 ** 21 + x + 2 ** 20 in cells. */
  keys: Float64Array;
  /** Cells of activity a: numbers into keys, ofActivity[firstCell[a] .. firstCell[a + 1] - 1]. */
  firstCell: Uint32Array;
  ofActivity: Uint32Array;
  /** Activities of cell c, ascending: inCell[firstActivity[c] .. firstActivity[c + 1] - 1]. */
  firstActivity: Uint32Array;
  inCell: Uint32Array;
}

const keyOf = (x: number, y: number): number => y * 0x20_0000 + x + 0x10_0000;

/** Steps that lines may take in all: some times what lines of segments of 100 m take, and room for a few long ones; seconds at most. */
const mostSteps = (vertices: number): number => Math.min(2 ** 20 + 64 * vertices, 2 ** 27);

/** Visits of activities to cells that are kept: some ten times what the most vertices that are read take. */
const MOST_VISITS = 2 ** 25;

/** Sorts all tracks into cells; throws an Error where segments are so long that it would take no end. */
export function cellsOf(t: Tracks): Cells {
  const number = new Map<number, number>();
  const firstCell = new Uint32Array(t.count + 1);
  const all: number[] = [];
  const last: number[] = []; // by cell: 1 + the activity that came last
  let left = mostSteps(t.x.length);
  for (let a = 0; a < t.count; a++) {
    firstCell[a] = all.length;
    let [lastX, lastY] = [NaN, NaN];
    const enter = (x: number, y: number): void => {
      if (x === lastX && y === lastY) return; // saves half of the look-ups
      [lastX, lastY] = [x, y];
      const key = keyOf(x, y);
      let cell = number.get(key);
      if (cell === undefined) number.set(key, (cell = number.size));
      if (last[cell] === a + 1) return;
      last[cell] = a + 1;
      if (all.length === MOST_VISITS) throw tooMuch("places of the tracks", MOST_VISITS);
      all.push(cell);
    };
    for (let v = t.first[a]!; v < t.first[a + 1]!; v++) {
      enter(t.x[v]! >> CELL_BITS, t.y[v]! >> CELL_BITS);
      if (!t.joined[v]) continue;
      left -= walk(t.x[v]!, t.y[v]!, t.x[v + 1]!, t.y[v + 1]!, left, enter);
      if (left < 0) throw new Error("the tracks are damaged: their lines are too long");
    }
  }
  firstCell[t.count] = all.length;
  return transposed(number, firstCell, all);
}

/** Calls enter for the cells along a line, by steps of half a cell and less, and returns their number; at no more than most. */
function walk(x0: number, y0: number, x1: number, y1: number, most: number, enter: (x: number, y: number) => void): number {
  const steps = Math.ceil((2 * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))) / EDGE);
  if (steps <= most) for (let k = 1; k < steps; k++) enter((x0 + ((x1 - x0) * k) / steps) >> CELL_BITS, (y0 + ((y1 - y0) * k) / steps) >> CELL_BITS);
  return steps;
}

/** Numbers the cells by their keys and lists the activities of each. */
function transposed(number: Map<number, number>, firstCell: Uint32Array, all: number[]): Cells {
  const n = number.size;
  const keys = Float64Array.from(number.keys()).sort();
  const renumbered = new Uint32Array(n);
  keys.forEach((key, k) => (renumbered[number.get(key)!] = k));
  const ofActivity = Uint32Array.from(all, (cell) => renumbered[cell]!);
  const firstActivity = new Uint32Array(n + 1);
  for (const cell of ofActivity) firstActivity[cell + 1]!++;
  for (let c = 0; c < n; c++) firstActivity[c + 1]! += firstActivity[c]!;
  const next = firstActivity.slice();
  const inCell = new Uint32Array(ofActivity.length);
  for (let a = 0; a + 1 < firstCell.length; a++) {
    for (let k = firstCell[a]!; k < firstCell[a + 1]!; k++) inCell[next[ofActivity[k]!]!++] = a;
  }
  return { keys, firstCell, ofActivity, firstActivity, inCell };
}

/** Activities that may have come within radius grid units of a place on the grid, ascending. */
export function activitiesNear(c: Cells, x: number, y: number, radius: number): number[] {
  const found = new Set<number>();
  // Lines are followed in steps, which may miss a cell at whose corner they pass: its neighbours have them.
  const reach = radius + EDGE;
  for (let cy = Math.floor((y - reach) / EDGE); cy <= (y + reach) / EDGE; cy++) {
    const from = lowerBound(c.keys, keyOf(Math.floor((x - reach) / EDGE), cy));
    const to = keyOf(Math.floor((x + reach) / EDGE), cy);
    for (let k = from; k < c.keys.length && c.keys[k]! <= to; k++) {
      for (let i = c.firstActivity[k]!; i < c.firstActivity[k + 1]!; i++) found.add(c.inCell[i]!);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function lowerBound(keys: Float64Array, key: number): number {
  let [lo, hi] = [0, keys.length];
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (keys[mid]! < key) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** A square of the map, 2 ** bits cells wide, in its own units, and how many activities were in it. */
export interface Crowd {
  x: number;
  y: number;
  visits: number;
}

/** For each cell the number of the square of 2 ** bits cells that it lies in, and the squares' keys; made once. */
const squares = new WeakMap<Cells, Map<number, { of: Uint32Array; keys: number[] }>>();

function squaresOf(c: Cells, bits: number): { of: Uint32Array; keys: number[] } {
  let known = squares.get(c);
  if (!known) squares.set(c, (known = new Map<number, { of: Uint32Array; keys: number[] }>()));
  let made = known.get(bits);
  if (!made) {
    const number = new Map<number, number>();
    const of = Uint32Array.from(c.keys, (key) => {
      const [x, y] = placeOf(key);
      const square = keyOf(x >> bits, y >> bits);
      let n = number.get(square);
      if (n === undefined) number.set(square, (n = number.size));
      return n;
    });
    known.set(bits, (made = { of, keys: [...number.keys()] }));
  }
  return made;
}

/** The cell of a key. */
function placeOf(key: number): [x: number, y: number] {
  const y = Math.floor(key / 0x20_0000);
  return [key - y * 0x20_0000 - 0x10_0000, y];
}

/** The squares of 2 ** bits cells in which most of the activities with a weight were, at most so many, the fullest first. */
export function crowded(c: Cells, weights: ArrayLike<number>, bits: number, most: number): Crowd[] {
  const { of, keys } = squaresOf(c, bits);
  const visits = new Uint32Array(keys.length);
  const last = new Uint32Array(keys.length); // by square: 1 + the activity that came last
  for (let a = 0; a + 1 < c.firstCell.length; a++) {
    if (!weights[a]) continue;
    for (let k = c.firstCell[a]!; k < c.firstCell[a + 1]!; k++) {
      const square = of[c.ofActivity[k]!]!;
      if (last[square] === a + 1) continue;
      last[square] = a + 1;
      visits[square]!++;
    }
  }
  const best: number[] = [];
  for (let s = 0; s < visits.length; s++) {
    if (visits[s] === 0 || (best.length === most && visits[s]! <= visits[best.at(-1)!]!)) continue;
    let at = best.length;
    while (at > 0 && visits[best[at - 1]!]! < visits[s]!) at--;
    best.splice(at, 0, s);
    best.length = Math.min(best.length, most);
  }
  return best.map((s) => {
    const [x, y] = placeOf(keys[s]!);
    return { x, y, visits: visits[s]! };
  });
}
