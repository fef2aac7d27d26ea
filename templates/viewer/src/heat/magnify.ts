// From a stored tile to what a painted one is: values, and how surely they are there, of a part of it that is shown as large as a tile, or of the whole. Pure.

import type { Field } from "../archive/metadata.ts";
import type { PaintedTile } from "../deep/paint.ts";
import { paintedValues } from "./quantise.ts";

const SIDE = 256;

/** Where the pixels of a row or column of the part lie in the stored tile: the pixel before each and the one after, and how much it has of that. */
interface Axis {
  before: Uint16Array;
  after: Uint16Array;
  share: Float32Array;
}

/** The part number i of the 2 ** depth that a side has. */
function axisOf(i: number, depth: number): Axis {
  const scale = 2 ** -depth;
  const axis: Axis = { before: new Uint16Array(SIDE), after: new Uint16Array(SIDE), share: new Float32Array(SIDE) };
  for (let k = 0; k < SIDE; k++) {
    const at = (i * SIDE + k + 0.5) * scale - 0.5;
    const pixel = Math.floor(at);
    axis.before[k] = Math.max(0, pixel);
    axis.after[k] = Math.min(SIDE - 1, pixel + 1);
    axis.share[k] = at - pixel;
  }
  return axis;
}

/**
 * What a tile so many zooms deeper than a stored one shows of it, which has column x and row y in it; indices are the pixels of that (valueat.ts: unpack). Between
 * two pixels values and presences go evenly from one to the other, but for days, as nobody need have been out on one that lies between two. Undefined where nothing is there.
 */
export function magnified(indices: Uint8Array, field: Pick<Field, "values" | "presence" | "kind">, depth: number, x: number, y: number): PaintedTile | undefined {
  const { values, kind } = field;
  const painted = paintedValues(field);
  const count = kind === "count";
  // Of each index what it counts for, 255ths of presence or, where nothing is a count of none, 1; and its level among the painted ones, 0 for nothing.
  const weight = new Float32Array(256).fill(count ? 1 : 0);
  const level = new Float32Array(256);
  const steps = values.length > 1 ? (painted.length - 1) / (values.length - 1) : 1;
  for (let index = 1; index <= Math.min(255, values.length * field.presence.length); index++) {
    level[index] = 1 + steps * ((index - 1) % values.length);
    if (!count) weight[index] = 255 * field.presence[Math.floor((index - 1) / values.length)]!;
  }
  const [columns, rows] = [axisOf(x, depth), axisOf(y, depth)];
  const out: PaintedTile = { level: new Uint16Array(SIDE * SIDE), presence: new Uint8Array(SIDE * SIDE) };
  let any = false;
  for (let at = 0; at < SIDE * SIDE; at++) {
    const [column, row] = [at % SIDE, at >> 8];
    const [right, down] = [columns.share[column]!, rows.share[row]!];
    let [total, sum, most, nearest] = [0, 0, 0, 0];
    for (let corner = 0; corner < 4; corner++) {
      const share = (corner & 1 ? right : 1 - right) * (corner & 2 ? down : 1 - down);
      if (share === 0) continue;
      const index = indices[(corner & 2 ? rows.after : rows.before)[row]! * SIDE + (corner & 1 ? columns.after : columns.before)[column]!]!;
      const part = share * weight[index]!;
      total += part;
      sum += part * level[index]!;
      if (part > most) [most, nearest] = [part, level[index]!];
    }
    if (total === 0) continue;
    const here = kind === "date" ? nearest : Math.round(sum / total);
    const presence = count ? 255 * Math.min(1, here > 0 ? painted[here - 1]! : 0) : total;
    if (here === 0 || presence < 0.5) continue;
    out.level[at] = here;
    out.presence[at] = Math.max(1, Math.round(presence));
    any = true;
  }
  return any ? out : undefined;
}
