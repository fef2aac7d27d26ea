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
export function project(lon: number, lat: number): [number, number] {
  const phi = (lat * Math.PI) / 180;
  return [lon / 360 + 0.5, 0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI)];
}

/** Where the square of Web Mercator ends, in degrees (EPSG:3857). */
const MAX_LATITUDE = 85.051128;

const clamp = (v: number, least: number, most: number): number => Math.min(most, Math.max(least, v));

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
  const zoom = clamp(Math.log2(scale / TILE_SIZE), zooms.minZoom, zooms.maxZoom);
  const world = TILE_SIZE * 2 ** zoom;
  const x = (x0 + x1) / 2 + (padding.right - padding.left) / 2 / world;
  const y = (y0 + y1) / 2 + (padding.bottom - padding.top) / 2 / world;
  return { center: unproject(x, y), zoom };
}

/**
 * Holds a view, on a map of the given size in CSS pixels, within the given zooms and where there is something to see:
 * from where nothing of the bounds (west, south, east, north in degrees) would be in sight, it moves to their nearest place.
 */
export function holdView(
  view: FittedView,
  [west, south, east, north]: readonly [number, number, number, number],
  size: { width: number; height: number },
  zooms: { minZoom: number; maxZoom: number },
): FittedView {
  const zoom = clamp(view.zoom, zooms.minZoom, zooms.maxZoom);
  const world = TILE_SIZE * 2 ** zoom;
  // Of the world's copies the one beside the data.
  const lon = view.center[0] + 360 * Math.round(((west + east) / 2 - view.center[0]) / 360);
  const lat = clamp(view.center[1], -MAX_LATITUDE, MAX_LATITUDE);
  const [x0, y0] = project(west, north);
  const [x1, y1] = project(east, south);
  const [x, y] = project(lon, lat);
  const [reachX, reachY] = [size.width / 2 / world, size.height / 2 / world];
  const inSight = x > x0 - reachX && x < x1 + reachX && y > y0 - reachY && y < y1 + reachY;
  return { center: inSight ? [lon, lat] : [clamp(lon, west, east), clamp(lat, south, north)], zoom };
}
