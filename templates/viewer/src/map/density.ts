// How tiles lie on the screen, so that a glow has its width in CSS pixels at every zoom, whole or not, and on every screen. Pure.
//
// Tiles of a zoom show the picture of a zoom that is finer by less than theirs: all that glows in them is wider, in their pixels, by as much
// as these are smaller. Where tiles are painted they are painted so; of stored ones two zooms are mixed (heat/mix.ts).

/** From so many screen pixels to the CSS pixel on, finer tiles are sharper. */
const DENSE = 1.5;

/** Zooms are told apart in parts of so much: a glow is then at most 4.4 % wider or narrower than it should be, which nobody sees. */
const STEPS = 8;

/** Tiles as they lie in view. */
export interface TileView {
  zoom: number;
  /** By how many zooms their pixels are finer than those of the picture that they show; a multiple of an eighth, below 0 where they are coarser. */
  finer: number;
}

/** The zoom nearest to one of the web that pictures are made for. */
const shownZoom = (zoom: number): number => Math.round(STEPS * zoom) / STEPS;

/** The tiles for a zoom of the web, on a screen with so many pixels to the CSS pixel: their pixels are as nearly as can be of the screen's size. */
export function tilesFor(zoom: number, pixelRatio: number): TileView {
  const shown = shownZoom(zoom);
  const tiles = Math.round(shown + (pixelRatio >= DENSE ? 1 : 0));
  return { zoom: tiles, finer: tiles - shown };
}

/** The whole zoom whose range of values such tiles have. */
export const rangeZoom = ({ zoom, finer }: TileView): number => Math.round(zoom - finer);
