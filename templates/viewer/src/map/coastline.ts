// The coastlines of the plain background, decoded from the text that
// templates/bundle packs (see coastline.go there for the format).

import type { Feature, MultiLineString } from "geojson";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Units of the packed coordinates per degree. */
const PER_DEGREE = 20;

/**
 * Decodes lines of "count, then count pairs of zigzag deltas", every number in base-32 digits of
 * ALPHABET, lowest first, the bit 32 saying that more follow.
 */
export function decodeCoastline(text: string): Feature<MultiLineString> {
  const digit = new Map([...ALPHABET].map((c, i) => [c, i]));
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const d = digit.get(text[at++] ?? "") ?? 0;
      value |= (d & 31) << shift;
      if (d < 32) return value;
    }
  };
  const signed = (): number => {
    const n = next();
    return n & 1 ? -((n + 1) >> 1) : n >> 1;
  };
  const coordinates: [number, number][][] = [];
  let x = 0;
  let y = 0;
  while (at < text.length) {
    const line: [number, number][] = [];
    for (let n = next(); n > 0; n--) {
      x += signed();
      y += signed();
      line.push([x / PER_DEGREE, y / PER_DEGREE]);
    }
    coordinates.push(line);
  }
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates } };
}
