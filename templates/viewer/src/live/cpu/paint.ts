// Paints an area on the processor, by the definitions of docs/layers.md: for browsers that cannot draw into textures of
// floating-point numbers, and as the judge of the painter that does. Pure.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Area, copies, unitsPerPixel } from "../area.ts";
import { colourOf, type Colouring } from "../colouring.ts";
import { PEN_RIDGE } from "../kernel.ts";
import { gather, type Level, levelOf, LONGEST_THIN } from "../levels.ts";
import { amounts, type Plan, reachOf } from "../plan.ts";
import { blur } from "./blur.ts";
import { spread } from "./line.ts";
import { localMost } from "./local.ts";
import { Pen } from "./pen.ts";

/** All that a picture hangs on besides the tracks; plain data. */
export interface PaintRequest {
  area: Area;
  plan: Plan;
  /** Per activity, from plan.ts: penWeights. */
  weights: Float32Array;
  colouring: Colouring;
}

/** Planes of the area, row by row from the north-western corner. */
export interface Painted {
  /** Premultiplied, four bytes a pixel. */
  rgba: Uint8Array;
  /** In the field's unit; says nothing where presence is 0. */
  value: Float32Array;
  /** 0..1. */
  presence: Float32Array;
}

/** Paints in one go. */
export function paint(tracks: Tracks, request: PaintRequest): Painted {
  return wholly(paintInSteps(tracks, request));
}

/** Paints values alone, in one go. */
export function paintValues(tracks: Tracks, area: Area, plan: Plan, weights: Float32Array): Omit<Painted, "rgba"> {
  return wholly(valuesInSteps(tracks, area, plan, weights));
}

function wholly<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Paints and pauses after each activity and each pass over the planes. */
export function* paintInSteps(tracks: Tracks, { area, plan, weights, colouring }: PaintRequest): Generator<void, Painted> {
  const { value, presence } = yield* valuesInSteps(tracks, area, plan, weights);
  return { rgba: coloured(value, presence, area.width, colouring), value, presence };
}

function* valuesInSteps(tracks: Tracks, area: Area, plan: Plan, weights: Float32Array): Generator<void, Omit<Painted, "rgba">> {
  const size = area.width * area.height;
  const ink = new Float32Array(size);
  const footprint = plan.kind === "count" ? ink : new Float32Array(size);
  const sums = new Float32Array(plan.thin ? size : 0);
  const divisors = new Float32Array(plan.thin ? size : 0);
  const stroked = levelOf(tracks, area.zoom, Infinity);
  const thin = plan.thin && levelOf(tracks, area.zoom, LONGEST_THIN);
  const carried = plan.thin && gather(amounts(tracks, plan.thin.field), thin!);
  const pen = new Pen(area, plan.radius);
  const scale = 1 / unitsPerPixel(area.zoom);
  const { x, y, joined, bounds } = tracks;
  let weight = 0;
  const press = (at: number): void => {
    if (plan.kind === "count") {
      ink[at]!++;
      return;
    }
    footprint[at] = 1;
    if (weight > ink[at]!) ink[at] = weight;
  };
  let segment = 0;
  const deposit = (at: number, share: number): void => {
    sums[at]! += share * carried![2 * segment]!;
    divisors[at]! += share * carried![2 * segment + 1]!;
  };
  const world = copies(area, reachOf(plan));
  for (let a = 0; a < tracks.count; a++) {
    weight = weights[a]!;
    if (weight === 0) continue;
    pen.next();
    for (const copy of world) {
      if (bounds[4 * a]! > copy.east || bounds[4 * a + 2]! < copy.west || bounds[4 * a + 1]! > copy.south || bounds[4 * a + 3]! < copy.north) continue;
      const each = ({ first, kept }: Level, draw: (x0: number, y0: number, x1: number, y1: number) => void): void => {
        const px = (i: number): number => (x[i]! + copy.shift) * scale - area.x;
        const py = (i: number): number => y[i]! * scale - area.y;
        for (segment = first[a]!; segment < first[a + 1]! - 1; segment++) {
          const [i, j] = [kept[segment]!, kept[segment + 1]!];
          if (joined[i]) draw(px(i), py(i), px(j), py(j));
        }
      };
      each(stroked, (x0, y0, x1, y1) => pen.stroke(x0, y0, x1, y1, press));
      if (thin) each(thin, (x0, y0, x1, y1) => spread(x0, y0, x1, y1, area.width, area.height, deposit));
    }
    yield;
  }

  const softPrint = blur(footprint, area.width, plan.soft);
  yield;
  const softInk = plan.thin ? blur(sums, area.width, plan.thin.blur) : plan.kind === "date" ? blur(ink, area.width, plan.soft) : softPrint;
  yield;
  const softDivisors = plan.thin && plan.kind === "mean" ? blur(divisors, area.width, plan.thin.blur) : undefined;
  yield;
  const value = new Float32Array(size);
  const presence = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let here = softPrint[i]! / PEN_RIDGE;
    if (here < plan.least) continue;
    let v = here;
    // Where two or more cover a pixel it shows their number at least.
    if (plan.kind === "count" && ink[i]! >= 2) v = here = Math.max(v, ink[i]!);
    if (plan.kind === "date") v = plan.base + (ink[i]! || softInk[i]! / softPrint[i]!);
    else if (plan.thin) {
      v = softInk[i]! * plan.thin.factor;
      const divisor = softDivisors ? softDivisors[i]! : v > 0 ? 1 : 0;
      if (!(divisor > 0)) continue;
      v /= divisor;
    }
    here = Math.min(1, here);
    value[i] = v;
    presence[i] = here;
  }
  yield;
  return { value, presence };
}

/** Premultiplied colours of planes of the given width, four bytes a pixel. */
export function coloured(value: Float32Array, presence: Float32Array, width: number, colouring: Colouring): Uint8Array {
  const most = colouring.local ? localMost(value, width) : () => 0;
  const rgba = new Uint8Array(4 * value.length);
  for (let i = 0; i < value.length; i++) {
    if (presence[i]! > 0) colourOf(colouring, value[i]!, presence[i]!, most(i % width, Math.floor(i / width)), rgba, 4 * i);
  }
  return rgba;
}
