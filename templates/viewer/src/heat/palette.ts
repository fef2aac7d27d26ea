// From a value to a colour: docs/format.md, "From a value to a colour", word for
// word. Pure. The Go side writes the same palettes into the outer archive's tiles.

import type { Field, Layer, RGBA, Stop, ZoomRange } from "../archive/metadata.ts";

const clamp01 = (t: number): number => (t > 0 ? (t < 1 ? t : 1) : 0);
const roundHalfUp = (v: number): number => Math.floor(v + 0.5);

/** What decides where a value lies on the ramp: the layer's scale and the range of the zoom shown. */
export interface Mapping {
  scale: Layer["scale"];
  gamma: number;
  lo: number;
  hi: number;
  /** t where the range is empty: 1 for counts, 0.5 for everything else. */
  flat: number;
}

export function mapping(layer: Layer, field: Field, range: Pick<ZoomRange, "lo" | "hi">): Mapping {
  return {
    scale: layer.scale,
    gamma: layer.gamma,
    lo: layer.from ?? range.lo,
    hi: range.hi,
    flat: field.kind === "count" ? 1 : 0.5,
  };
}

/** Place of a value on the ramp, 0..1. */
export function position(m: Mapping, value: number): number {
  if (m.scale === "symmetric") return m.hi > 0 ? 0.5 + 0.5 * Math.sign(value) * clamp01(Math.abs(value) / m.hi) ** m.gamma : m.flat;
  if (!(m.hi > m.lo)) return m.flat;
  const linear = (value - m.lo) / (m.hi - m.lo);
  switch (m.scale) {
    case "linear":
      return clamp01(linear);
    case "log":
      return clamp01(Math.log(value / m.lo) / Math.log(m.hi / m.lo));
    case "power":
      return clamp01(linear) ** m.gamma;
  }
}

/**
 * The value at a place of the ramp: what position() undoes. A place beyond 0..1 gives a value beyond the range.
 * A range without an extent has its one value everywhere.
 */
export function valueAtPosition(m: Mapping, t: number): number {
  if (m.scale === "symmetric") return Math.sign(2 * t - 1) * Math.abs(2 * t - 1) ** (1 / m.gamma) * m.hi;
  if (!(m.hi > m.lo)) return m.hi;
  switch (m.scale) {
    case "linear":
      return m.lo + t * (m.hi - m.lo);
    case "log":
      return m.lo * (m.hi / m.lo) ** t;
    case "power":
      return m.lo + Math.max(0, t) ** (1 / m.gamma) * (m.hi - m.lo);
  }
}

/** The ramp's colour at t; stops ascend by t. */
export function rampColour(ramp: readonly Stop[], t: number): RGBA {
  const first = ramp[0]!;
  if (t <= first[0]) return [...first[1]];
  for (let i = 1; i < ramp.length; i++) {
    const [t1, c1] = ramp[i]!;
    if (t > t1) continue;
    const [t0, c0] = ramp[i - 1]!;
    const f = t1 > t0 ? (t - t0) / (t1 - t0) : 1;
    return c0.map((c, k) => roundHalfUp(c + (c1[k]! - c) * f)) as RGBA;
  }
  return [...ramp[ramp.length - 1]![1]];
}

/** RGBA of every value level of a field, four bytes each, where it is there for sure. */
export function levelColours(layer: Layer, field: Field, range: Pick<ZoomRange, "lo" | "hi">): Uint8Array {
  const m = mapping(layer, field, range);
  return Uint8Array.from(field.values.flatMap((value) => rampColour(layer.ramp, position(m, value))));
}
