// Elements that stay at a place of the map while it moves.

import type { Map as MapLibreMap } from "maplibre-gl";
import { nearestCopy } from "./me.ts";

/** Moves an element so that its left upper corner is at a place, the world's copy nearest to the middle of the map. */
export function moveTo(map: MapLibreMap, element: HTMLElement, lon: number, lat: number): void {
  const { x, y } = map.project([nearestCopy(lon, map.getCenter().lng), lat]);
  element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
