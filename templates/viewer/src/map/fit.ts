// The view that shows all data in the part of the map that no panel covers. Pure.

/** MapLibre's zoom counts tiles of 512 pixels, the web's custom those of 256: the same view is one more. */
export const ZOOM_OFFSET = 1;

/** Pixels of a tile of the archive, in CSS pixels. */
export const TILE_SIZE = 256;

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface FittedView {
  /** Degrees; the longitude may lie beyond 180 where the data cross the antimeridian. */
  center: [lon: number, lat: number];
  /** The web's zoom. */
  zoom: number;
}

/** Place in units of the world's width, y to the south (https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames). */
function project(lon: number, lat: number): [number, number] {
  const phi = (lat * Math.PI) / 180;
  return [lon / 360 + 0.5, 0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI)];
}

function unproject(x: number, y: number): [number, number] {
  return [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
}

/**
 * Fits bounds (west, south, east, north in degrees) into a map of the given size in CSS pixels. The zoom is held
 * within the given ones; the middle of the data stays in the middle of what is free even where they do not fit.
 */
export function fitView(
  [west, south, east, north]: readonly [number, number, number, number],
  size: { width: number; height: number },
  padding: Padding,
  zooms: { minZoom: number; maxZoom: number },
): FittedView {
  const [x0, y0] = project(west, north);
  const [x1, y1] = project(east, south);
  const freeWidth = Math.max(1, size.width - padding.left - padding.right);
  const freeHeight = Math.max(1, size.height - padding.top - padding.bottom);
  const scale = Math.min(freeWidth / Math.max(x1 - x0, 1e-12), freeHeight / Math.max(y1 - y0, 1e-12));
  const zoom = Math.min(zooms.maxZoom, Math.max(zooms.minZoom, Math.log2(scale / TILE_SIZE)));
  const world = TILE_SIZE * 2 ** zoom;
  const x = (x0 + x1) / 2 + (padding.right - padding.left) / 2 / world;
  const y = (y0 + y1) / 2 + (padding.bottom - padding.top) / 2 / world;
  return { center: unproject(x, y), zoom };
}
