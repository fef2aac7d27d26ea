// Which activities went the same way as one of them, from beginning to end. Pure.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Effort, effortOf, unitsOf } from "./follow.ts";

/** How near lines are to count as one way, in metres; recordings in towns and woods stray, and people cross streets. */
const NEAR_M = 50;

/** How much of either line has to be near the other one, and how far the lengths may be apart, as parts of them: who starts at another door still went the same way. */
const SHARED = 0.9;
const LONGER = 0.1;

/** Places on one way that follow each other are so many steps apart at most. */
const NEXT = 4;

/** Places at even steps along all of an activity's line, and its metres. */
interface Steps {
  x: number[];
  y: number[];
  metres: number;
}

/** Places by the cells of the grid that they lie in. */
type Cells = Map<number, number[]>;

const keyOf = (column: number, row: number): number => column * 0x400_0000 + row;

function stepsOf(t: Tracks, activity: number, side: number): Steps {
  const steps: Steps = { x: [], y: [], metres: 0 };
  const step = side / 2;
  let left = 0;
  for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
    if (!t.joined[v]) continue;
    steps.metres += t.metres[v]!;
    const [dx, dy] = [t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!];
    const length = Math.hypot(dx, dy);
    for (; left < length; left += step) {
      steps.x.push(t.x[v]! + (left / length) * dx);
      steps.y.push(t.y[v]! + (left / length) * dy);
    }
    left -= length;
  }
  return steps;
}

function cellsOf({ x, y }: Steps, side: number): Cells {
  const cells: Cells = new Map();
  for (let i = 0; i < x.length; i++) {
    const key = keyOf(Math.floor(x[i]! / side), Math.floor(y[i]! / side));
    const there = cells.get(key);
    if (there) there.push(i);
    else cells.set(key, [i]);
  }
  return cells;
}

/** The steps that are near a place. */
function stepsNear({ x: xs, y: ys }: Steps, cells: Cells, x: number, y: number, side: number): number[] {
  const found: number[] = [];
  const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
  for (let c = column - 1; c <= column + 1; c++) {
    for (let r = row - 1; r <= row + 1; r++) {
      for (const i of cells.get(keyOf(c, r)) ?? []) if (Math.hypot(xs[i]! - x, ys[i]! - y) <= side) found.push(i);
    }
  }
  return found;
}

/** Whether a line that is mostly near another one goes on as that does rather than back; undefined where it is not near. */
function goesOn(line: Steps, other: Steps, cells: Cells, side: number): boolean | undefined {
  let [far, on, back] = [0, 0, 0];
  let before: number[] = [];
  for (const [i, x] of line.x.entries()) {
    const here = stepsNear(other, cells, x, line.y[i]!, side);
    if (here.length === 0 && ++far > (1 - SHARED) * line.x.length) return undefined;
    const fresh = here.filter((k) => !before.includes(k));
    if (fresh.some((k) => before.some((j) => k > j && k - j <= NEXT))) on++;
    if (fresh.some((k) => before.some((j) => k < j && j - k <= NEXT))) back++;
    before = here;
  }
  return on >= back;
}

/** The chosen activities whose whole lines go the way of one activity's, that one included if it is chosen; what each did from its beginning to its end. */
export function sameRoute(t: Tracks, chosen: Uint8Array, activity: number): Effort[] {
  const [first, end] = [t.first[activity]!, t.first[activity + 1]!];
  if (first === end) return [];
  const side = unitsOf({ x: t.x.subarray(first, end), y: t.y.subarray(first, end) }, NEAR_M);
  const own = stepsOf(t, activity, side);
  const ownCells = cellsOf(own, side);
  const found: Effort[] = [];
  for (let a = 0; a < t.count; a++) {
    if (!chosen[a] || t.first[a] === t.first[a + 1]) continue;
    let metres = 0;
    for (let v = t.first[a]!; v < t.first[a + 1]!; v++) metres += t.joined[v] ? t.metres[v]! : 0;
    if (Math.abs(metres - own.metres) > LONGER * own.metres) continue;
    const steps = stepsOf(t, a, side);
    const forward = goesOn(steps, own, ownCells, side);
    if (forward === undefined || goesOn(own, steps, cellsOf(steps, side), side) === undefined) continue;
    found.push(effortOf(t, a, t.first[a]!, t.first[a + 1]! - 1, forward));
  }
  return found;
}
