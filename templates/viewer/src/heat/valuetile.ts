// A tile as the page holds it, stored or painted: levels of values, and how surely something is there.
//
// Stored presences are steps, of means no more than two to four. They are steps of something that is soft, so what lies between them is
// known well enough: it is softened anew, and held within what each step stands for. Pure.

import type { Field } from "../archive/metadata.ts";
import { FAINTEST } from "../live/kernel.ts";
import { TILE_SIZE } from "../map/fit.ts";

/** Two planes of 256 x 256 pixels, row by row from the north-western corner. */
export interface ValueTile {
  /** 0 where nothing is, else 1 + the nearest of the values that are told apart. */
  level: Uint8Array | Uint16Array;
  /** How surely something is there, in 255ths; above 0 where there is a level. */
  presence: Uint8Array;
}

/** The presences that an index may stand for, in 255ths, and the one that it is stored for. */
export interface Step {
  least: number;
  stored: number;
  most: number;
}

/** The steps of presence that a field stores, nothing first, and the number of the step of each index. */
export function stepsOf(field: Pick<Field, "kind" | "values" | "presence">): { steps: Step[]; of: Uint8Array } {
  const counts = field.kind === "count";
  const levels = field.values.length;
  // A count below 1 is its own presence.
  const below = counts ? field.values.filter((v) => v < 1) : [];
  const stored = counts ? [...below, 1] : [...field.presence];
  // Counts are told apart by ratio, presences by difference; nothing is a presence of 0.
  const border = (a: number, b: number): number => (counts && a > 0 ? Math.sqrt(a * b) : (a + b) / 2);
  const steps = [0, ...stored].map((p, i, all): Step => {
    const [before, after] = [all[i - 1], all[i + 1]];
    return { least: before === undefined ? 0 : 255 * border(before, p), stored: 255 * p, most: after === undefined ? 255 : 255 * border(p, after) };
  });
  const of = new Uint8Array(256);
  for (let i = 1; i <= levels * field.presence.length; i++) of[i] = 1 + (counts ? Math.min(i - 1, below.length) : Math.floor((i - 1) / levels));
  return { steps, of };
}

/** Binomial weights of a pixel and of two on either side: a Gaussian of one pixel. */
const TAPS = [6 / 16, 4 / 16, 1 / 16] as const;

/** The tile of the indices that are stored (docs/format.md, "Value tiles"); undefined where it is empty. */
export function valueTile(indices: Uint8Array, field: Pick<Field, "kind" | "values" | "presence">): ValueTile | undefined {
  const levels = field.values.length;
  const { steps, of } = stepsOf(field);
  const last = levels * field.presence.length;
  const storedOf = Float32Array.from(of, (step) => steps[step]!.stored);
  const levelOf = Uint8Array.from({ length: 256 }, (_, i) => (i === 0 || i > last ? 0 : 1 + ((i - 1) % levels)));
  const level = new Uint8Array(indices.length);
  const stored = new Float32Array(indices.length);
  let any = false;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (levelOf[index] === 0) continue;
    level[i] = levelOf[index]!;
    stored[i] = storedOf[index]!;
    any = true;
  }
  if (!any) return undefined;
  const soft = softened(stored);
  const presence = new Uint8Array(indices.length);
  const [least, most] = [Float32Array.from(steps, (s) => s.least), Float32Array.from(steps, (s) => s.most)];
  const rim: number[] = [];
  for (let i = 0; i < indices.length; i++) {
    const s = soft[i]!;
    if (s === 0) continue;
    const step = of[indices[i]!]!;
    const here = Math.min(most[step]!, Math.max(least[step]!, s));
    if (level[i] === 0) {
      if (here < 255 * FAINTEST) continue;
      rim.push(i);
    }
    presence[i] = Math.max(1, Math.round(here));
  }
  // What fades out has the values of what it fades out from.
  for (const i of rim) level[i] = nearestLevel(level, stored, i);
  return { level, presence };
}

const within = (v: number): number => Math.min(TILE_SIZE - 1, Math.max(0, v));

/** A plane softened, and what that takes off its ridges given back: softened twice over, it has lost as much again. */
function softened(plane: Float32Array): Float32Array {
  const once = down(along(plane));
  const twice = down(along(once));
  for (let i = 0; i < once.length; i++) once[i] = Math.max(0, 2 * once[i]! - twice[i]!);
  return once;
}

/** A pixel of a row or a column and its part in a softened one. */
type Tap = readonly [place: number, weight: number];

/**
 * What the i-th pixel of a row or a column is softened of. Beyond the tile's edge it goes on as it came, turned about its last pixel, so that the
 * edge is not to be seen: what lies on it is softened along it alone.
 */
function tapsAt(i: number): Tap[] {
  const weights = new Map<number, number>();
  const add = (place: number, weight: number): void => void weights.set(place, (weights.get(place) ?? 0) + weight);
  for (let d = -2; d <= 2; d++) {
    const [place, edge, weight] = [i + d, within(i + d), TAPS[Math.abs(d)]!];
    if (place === edge) add(place, weight);
    else {
      add(edge, 2 * weight);
      add(2 * edge - place, -weight);
    }
  }
  return [...weights].filter(([, weight]) => weight !== 0);
}

/** Of the pixels near an edge. */
const EDGE_TAPS = new Map([0, 1, TILE_SIZE - 2, TILE_SIZE - 1].map((i) => [i, tapsAt(i)]));

function along(plane: Float32Array): Float32Array {
  const [here, next, far] = TAPS;
  const out = new Float32Array(plane.length);
  for (let first = 0; first < plane.length; first += TILE_SIZE) {
    const row = plane.subarray(first, first + TILE_SIZE);
    if (!isLit(row)) continue;
    const to = out.subarray(first, first + TILE_SIZE);
    for (let x = 2; x < TILE_SIZE - 2; x++) to[x] = here * row[x]! + next * (row[x - 1]! + row[x + 1]!) + far * (row[x - 2]! + row[x + 2]!);
    for (const [x, taps] of EDGE_TAPS) to[x] = taps.reduce((sum, [from, weight]) => sum + weight * row[from]!, 0);
  }
  return out;
}

function down(plane: Float32Array): Float32Array {
  const [here, next, far] = TAPS;
  const out = new Float32Array(plane.length);
  const rows = Array.from({ length: TILE_SIZE }, (_, y) => plane.subarray(y * TILE_SIZE, (y + 1) * TILE_SIZE));
  const lit = rows.map(isLit);
  for (let y = 0; y < TILE_SIZE; y++) {
    const to = out.subarray(y * TILE_SIZE, (y + 1) * TILE_SIZE);
    const taps = EDGE_TAPS.get(y);
    if (taps) {
      for (const [from, weight] of taps) {
        const row = rows[from]!;
        for (let x = 0; x < TILE_SIZE; x++) to[x]! += weight * row[x]!;
      }
    } else if (lit[y - 2] || lit[y - 1] || lit[y] || lit[y + 1] || lit[y + 2]) {
      const [a, b, c, d, e] = [rows[y - 2]!, rows[y - 1]!, rows[y]!, rows[y + 1]!, rows[y + 2]!];
      for (let x = 0; x < TILE_SIZE; x++) to[x] = here * c[x]! + next * (b[x]! + d[x]!) + far * (a[x]! + e[x]!);
    }
  }
  return out;
}

function isLit(row: Float32Array): boolean {
  for (let x = 0; x < TILE_SIZE; x++) if (row[x] !== 0) return true;
  return false;
}

/** The level that is surest around a pixel that has none. */
function nearestLevel(level: Uint8Array, stored: Float32Array, i: number): number {
  const [x0, y0] = [i % TILE_SIZE, Math.floor(i / TILE_SIZE)];
  let [best, found] = [0, 0];
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      const at = within(y0 + dy) * TILE_SIZE + within(x0 + dx);
      const weight = stored[at]! * TAPS[Math.abs(dx)]! * TAPS[Math.abs(dy)]!;
      if (weight > best) [best, found] = [weight, level[at]!];
    }
  }
  return found;
}
