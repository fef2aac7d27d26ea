// The colours of sports, for lines on a dark map and for the dots beside their names. Pure.

/** Red, green and blue, 0..255 each. */
export type RGB = readonly [number, number, number];

/** Apart in lightness as well as in hue, so that neighbours stay apart for colour-blind eyes. */
const COLOURS: readonly RGB[] = [
  [255, 122, 51],
  [64, 156, 242],
  [255, 232, 72],
  [30, 170, 132],
  [248, 178, 228],
  [136, 92, 255],
  [236, 240, 238],
  [214, 32, 62],
  [188, 214, 104],
  [146, 112, 140],
];

/** The colour of a sport by how often it occurs, rank 0 being the most frequent; from the eleventh on they repeat. */
export function sportColour(rank: number): RGB {
  return COLOURS[rank % COLOURS.length]!;
}
