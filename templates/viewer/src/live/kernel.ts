// The pen and the Gaussians of docs/layers.md in numbers. Pure.

/** Radius of the pen and sigma of its softening, both in sigmas of the glow. */
export const PEN_RADIUS = 1.25;
export const PEN_SOFT = 0.7;

/** How far from a line its glow is still what somebody points at, in sigmas of the glow: there it has a fifth of its presence. */
export const RIM = 1.88;

/** What softening leaves on the ridge of a lone straight line: erf(1.25 / (sqrt 2 * 0.7)). */
export const PEN_RIDGE = 0.9258545;

/** The presence below which there is nothing of what is no count: as faint as counts get, half of their lowest level. */
export const FAINTEST = 0.04;

/** A kernel reaches this many sigmas to either side. */
const REACH = 3;

/** A sampled Gaussian of sigma pixels, from its middle outwards; the whole of it, both sides, sums to 1. */
export function gaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(REACH * sigma));
  const taps = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp((-d * d) / (2 * sigma * sigma)));
  const sum = taps.reduce((s, t) => s + t) * 2 - taps[0]!;
  return Float32Array.from(taps, (t) => t / sum);
}
