// From painted values to colours, for both painters: the ramp as a strip of texels, and what places a value on it. Pure.

import type { Field, Layer } from "../archive/metadata.ts";
import { type Mapping, mapping, position, rampColour } from "../heat/palette.ts";

/** Texels of a ramp. */
export const RAMP_SIZE = 1024;

export interface Colouring {
  mapping: Mapping;
  /** RGBA of RAMP_SIZE places on the ramp from 0 to 1, four bytes each, not premultiplied. */
  ramp: Uint8Array;
  /** Whether a value is placed by the greatest value around it rather than by the mapping's range. */
  local: boolean;
  /** On the local scale, the value that is as far from nothing as doubling is from it. */
  unit: number;
}

export function colouring(layer: Layer, field: Field, range: { lo: number; hi: number }, local: boolean): Colouring {
  const ramp = new Uint8Array(4 * RAMP_SIZE);
  for (let i = 0; i < RAMP_SIZE; i++) ramp.set(rampColour(layer.ramp, i / (RAMP_SIZE - 1)), 4 * i);
  const m = mapping(layer, field, range);
  return { mapping: m, ramp, local: local && (field.kind === "count" || field.kind === "sum"), unit: m.lo > 0 ? m.lo : 1 };
}

/**
 * Place on the ramp of a value whose surroundings reach most. Unlike a logarithm from 1 it does not break where only
 * one activity is around: that one is the brightest there, and it dims steadily as others join it.
 */
export function localPosition(value: number, most: number, unit: number): number {
  return Math.min(1, Math.log1p(value / unit) / Math.log1p(most / unit));
}

/** Premultiplied RGBA of a value. most is the greatest value around it, for the local scale. */
export function colourOf(c: Colouring, value: number, presence: number, most: number, out: Uint8Array, at: number): void {
  const t = c.local ? localPosition(value, most, c.unit) : position(c.mapping, value);
  const i = 4 * Math.round(t * (RAMP_SIZE - 1));
  const alpha = (c.ramp[i + 3]! / 255) * presence;
  for (let k = 0; k < 3; k++) out[at + k] = Math.round(c.ramp[i + k]! * alpha);
  out[at + 3] = Math.round(255 * alpha);
}
