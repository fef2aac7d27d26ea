// Paints an area on the processor, by the definitions of docs/layers.md: for browsers that cannot draw into textures of
// floating-point numbers, and as the judge of the painter that does. Pure.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Area, copies, unitsPerPixel } from "../area.ts";
import { colourOf, type Colouring } from "../colouring.ts";
import { gather, type Level, levelOf, LONGEST_THIN } from "../levels.ts";
import { amounts, type Plan, reachOf } from "../plan.ts";
import { localMost } from "./local.ts";
import { Sheet } from "./sheet.ts";

/** All that a picture hangs on besides the tracks; plain data. */
export interface PaintRequest {
  area: Area;
  plan: Plan;
  /** Per activity, from plan.ts: penWeights. */
  weights: Float32Array;
  /** Weights of another selection, whose values are taken off; none paints the values themselves. */
  less?: Float32Array;
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
export function* paintInSteps(tracks: Tracks, { area, plan, weights, less, colouring }: PaintRequest): Generator<void, Painted> {
  const { value, presence } = yield* valuesInSteps(tracks, area, plan, weights);
  if (less) takeOff(value, presence, yield* valuesInSteps(tracks, area, plan, less), plan.kind === "mean");
  return { rgba: coloured(value, presence, area.width, colouring), value, presence };
}

/** Takes values off others: of means where both are known, of all else where either is. */
function takeOff(value: Float32Array, presence: Float32Array, less: Omit<Painted, "rgba">, mean: boolean): void {
  for (let i = 0; i < value.length; i++) {
    const [here, there] = [presence[i]!, less.presence[i]!];
    value[i] = (here > 0 ? value[i]! : 0) - (there > 0 ? less.value[i]! : 0);
    presence[i] = mean ? Math.min(here, there) : Math.max(here, there);
  }
}

function* valuesInSteps(tracks: Tracks, area: Area, plan: Plan, weights: Float32Array): Generator<void, Omit<Painted, "rgba">> {
  const sheet = new Sheet(area.width, area.height);
  sheet.begin(plan, area);
  const thin = plan.thin && levelOf(tracks, area.zoom, LONGEST_THIN);
  const carried = plan.thin && gather(amounts(tracks, plan.thin.field), thin!);
  // The pen of a mean draws what its denominator counts.
  const mean = plan.kind === "mean";
  const stroked = mean ? thin! : levelOf(tracks, area.zoom, Infinity);
  const scale = 1 / unitsPerPixel(area.zoom);
  const { x, y, joined, bounds } = tracks;
  const world = copies(area, reachOf(plan, area.zoom));
  for (let a = 0; a < tracks.count; a++) {
    if (weights[a] === 0) continue;
    sheet.activity(weights[a]!);
    for (const copy of world) {
      if (bounds[4 * a]! > copy.east || bounds[4 * a + 2]! < copy.west || bounds[4 * a + 1]! > copy.south || bounds[4 * a + 3]! < copy.north) continue;
      const each = ({ first, kept }: Level, draw: (segment: number, x0: number, y0: number, x1: number, y1: number) => void): void => {
        const px = (i: number): number => (x[i]! + copy.shift) * scale - area.x;
        const py = (i: number): number => y[i]! * scale - area.y;
        for (let segment = first[a]!; segment < first[a + 1]! - 1; segment++) {
          const [i, j] = [kept[segment]!, kept[segment + 1]!];
          if (joined[i]) draw(segment, px(i), py(i), px(j), py(j));
        }
      };
      each(stroked, (segment, x0, y0, x1, y1) => {
        if (!mean || carried![2 * segment + 1]! > 0) sheet.stroke(x0, y0, x1, y1);
      });
      if (thin) each(thin, (segment, x0, y0, x1, y1) => sheet.carry(x0, y0, x1, y1, carried![2 * segment]!, carried![2 * segment + 1]!));
    }
    yield;
  }
  yield* sheet.finish();
  return { value: sheet.value, presence: sheet.presence };
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
