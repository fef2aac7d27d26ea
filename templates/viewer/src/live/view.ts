// Where on the screen the pixels of a tile zoom lie: for maps that are neither turned nor tilted.

import { type Map as MapLibreMap, MercatorCoordinate } from "maplibre-gl";
import { ZOOM_OFFSET } from "../map/fit.ts";
import { type Area, type Seen, worldPixels } from "./area.ts";

/** Edges in CSS pixels of the map, from its north-western corner. */
export interface ScreenRect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Camera {
  /** Middle of the view in pixels of the tile zoom, and in CSS pixels of the map. */
  x: number;
  y: number;
  left: number;
  top: number;
  /** CSS pixels to the pixel of the tile zoom. */
  scale: number;
}

function camera(map: MapLibreMap, zoom: number): Camera {
  const middle = map.getCenter();
  const { x, y } = MercatorCoordinate.fromLngLat(middle);
  const at = map.project(middle);
  const world = worldPixels(zoom);
  return { x: x * world, y: y * world, left: at.x, top: at.y, scale: 2 ** (map.getZoom() + ZOOM_OFFSET - zoom) };
}

/** What the map shows, in pixels of a tile zoom; north and south of the world there is nothing to see. */
export function seenBy(map: MapLibreMap, zoom: number): Seen {
  const c = camera(map, zoom);
  const { clientWidth, clientHeight } = map.getContainer();
  const world = worldPixels(zoom);
  const within = (v: number): number => Math.min(world, Math.max(0, v));
  return {
    zoom,
    west: c.x - c.left / c.scale,
    east: c.x + (clientWidth - c.left) / c.scale,
    north: within(c.y - c.top / c.scale),
    south: within(c.y + (clientHeight - c.top) / c.scale),
  };
}

/** Where an area lies on the screen. A map at rest shows its pixels whole, as MapLibre does with tiles of images. */
export function placeOf(map: MapLibreMap, area: Area): ScreenRect {
  const c = camera(map, area.zoom);
  let [dx, dy] = [0, 0];
  if (!map.isMoving()) {
    const { clientWidth, clientHeight } = map.getContainer();
    dx = nudge(c.x * c.scale, clientWidth);
    dy = nudge(c.y * c.scale, clientHeight);
  }
  const left = (area.x - c.x) * c.scale + c.left + dx;
  const top = (area.y - c.y) * c.scale + c.top + dy;
  return { left, top, right: left + area.width * c.scale, bottom: top + area.height * c.scale };
}

/** How far the world is moved so that its pixels are those of the screen; middle is the view's, in CSS pixels of the world. */
function nudge(middle: number, size: number): number {
  const d = middle - Math.round(middle) + (size % 2) / 2;
  return d > 0.5 ? d - 1 : d;
}
