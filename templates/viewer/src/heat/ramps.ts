// The ramps a reader may choose from. All are made for the map's dark ground: they start where they are light enough
// to be seen, and the low end lets the map through. Pure.
//
// Sources, sampled at a few places: magma and viridis from matplotlib (S. van der Walt, N. Smith, CC0); cividis from
// J. Nunez, C. Anderton, R. Renslow, "Optimizing colormaps with consideration for color vision deficiency", 2018 (CC0);
// turbo from A. Mikhailov (Apache-2.0). The others are the product's own.

import { type Layer, parseColour, type RGBA, type Stop } from "../archive/metadata.ts";
import { rampColour } from "./palette.ts";

export interface NamedRamp {
  /** As it stands in links; "own" is the layer's. */
  id: string;
  stops: Stop[];
  /** Whether values keep their order, and the ends of a diverging one their difference, for every kind of colour vision. */
  safe: boolean;
}

/** The ramp that the archive gives the layer. */
export const OWN = "own";

/** Alpha at even steps: of ramps from low to high, and of those from one end through nothing to the other. */
const RISING = [0xb4, 0xd8, 0xf0, 0xff, 0xff];
const DIVERGING = [0xff, 0xd8, 0x38, 0xd8, 0xff];

/** A ramp from colours at even steps, "rrggbb rrggbb ...". */
function named(id: string, colours: string, alpha: readonly number[], safe: boolean): NamedRamp {
  const all = colours.split(" ").map((c) => parseColour(`#${c}`)!);
  const alphas: Stop[] = alpha.map((a, i) => [i / (alpha.length - 1), [0, 0, 0, a]]);
  const stops = all.map(([r, g, b], i): Stop => {
    const t = i / (all.length - 1);
    return [t, [r, g, b, rampColour(alphas, t)[3]]];
  });
  return { id, stops, safe };
}

/** For values that go from little to much. */
export const SEQUENTIAL: readonly NamedRamp[] = [
  named("orange", "b83808 fc4c03 ff852e ffc46b fff6dc", RISING, true),
  named("magma", "6a1c81 9e2f7f cd4071 f1605d fe9f6d feca8d fcfdbf", RISING, true),
  named("viridis", "482878 3e4a89 31688e 21918c 35b779 90d743 fde725", RISING, true),
  named("cividis", "3b496c 575d6d 7c7b78 a69d75 d3c164 ffea46", RISING, true),
  named("ice", "1f5680 2f86b0 5cc0dd a6e6f2 f2fcff", RISING, true),
  named("green", "1d6b3f 2ba85a 5fde7f b0f5a8 f4ffe8", RISING, true),
  named("mono", "62686f 8f959c bcc1c6 e0e3e6 ffffff", RISING, true),
  named("turbo", "4662d7 36aaf9 1ae4b6 72fe5e c8ef34 fabb39 f66b19 d23105", RISING, false),
];

/** For values on both sides of zero; zero itself steps back. */
export const TWO_SIDED: readonly NamedRamp[] = [
  named("blue-orange", "5cc3ff 2f7fc4 8a9098 c46a1a ffb35c", DIVERGING, true),
  named("blue-red", "6cb6ff 3a78c8 8a9098 c84040 ff8a7a", DIVERGING, true),
];

/** The ramps that suit a layer: its own first. One that looks just like its own is left out, and lends it its mark. */
export function rampsFor(layer: Layer): NamedRamp[] {
  const fitting = layer.scale === "symmetric" ? TWO_SIDED : SEQUENTIAL;
  const twin = fitting.find((r) => alike(r.stops, layer.ramp));
  return [{ id: OWN, stops: layer.ramp, safe: twin?.safe ?? false }, ...fitting.filter((r) => r !== twin)];
}

/** The stops of a ramp by id for a layer; its own for an id that does not suit it. */
export function rampStops(layer: Layer, id: string | undefined): Stop[] {
  return rampsFor(layer).find((r) => r.id === id)?.stops ?? layer.ramp;
}

/** The ramp's colours from its other end, the alpha as it was: what is low stays faint. */
export function reversedRamp(ramp: readonly Stop[]): Stop[] {
  const places = new Set(ramp.flatMap(([t]) => [round(t), round(1 - t)]));
  return [...places].sort((a, b) => a - b).map((t): Stop => {
    const [r, g, b] = rampColour(ramp, 1 - t);
    return [t, [r, g, b, rampColour(ramp, t)[3]] as RGBA];
  });
}

const round = (t: number): number => Number(t.toFixed(6));

/** Whether two ramps can hardly be told apart. */
function alike(a: readonly Stop[], b: readonly Stop[]): boolean {
  return [0, 0.25, 0.5, 0.75, 1].every((t) => {
    const [p, q] = [rampColour(a, t), rampColour(b, t)];
    return p.slice(0, 3).every((c, i) => Math.abs(c - q[i]!) < 24);
  });
}
