// The difference of two pictures of one layer, right less left: whether there is one, how it looks, and the range of it. Pure.

import type { Field, Layer } from "./archive/metadata.ts";
import type { Range } from "./heat/look.ts";
import { TWO_SIDED } from "./heat/ramps.ts";
import type { PageState } from "./state.ts";

/** A difference takes all of the ramp where it is this part of the range of means, or of the greatest count or sum. */
const PART = 0.25;
/** Exponent of counts and sums, most of which differ by little where some differ by much. */
const GAMMA = 0.5;

/** Whether two pictures have a difference to show: those of one layer, unless it tells days. */
export function differs(s: Pick<PageState, "pictures">, fieldOf: (layer: string) => Field): boolean {
  const [left, right] = s.pictures;
  return right !== undefined && left.layer === right.layer && fieldOf(left.layer).kind !== "date";
}

/** The layer as its difference is coloured: nothing in the middle, less on the left, more on the right. */
export function differenceLayer(layer: Layer, field: Field): Layer {
  const { from: _, ...rest } = layer;
  return { ...rest, scale: "symmetric", gamma: field.kind === "mean" ? 1 : GAMMA, ramp: TWO_SIDED[0]!.stops };
}

/** The greatest difference that has a colour of its own, either way, in the field's unit; one visit at least. */
export function differenceRange(field: Field, left: Range, right: Range): Range {
  const most = Math.max(left.hi, right.hi);
  const hi = PART * (field.kind === "mean" ? most - Math.min(left.lo, right.lo) : most);
  return field.kind === "count" ? { lo: -Math.max(1, hi), hi: Math.max(1, hi) } : { lo: -hi, hi };
}
