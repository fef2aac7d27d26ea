// Places of tracks in the units of the map. Pure.

import { GRID_BITS, type Tracks } from "./tracks.ts";

const GRID = 2 ** GRID_BITS;

/** Degrees of a place on the grid; the longitude goes on beyond 180 where x does. */
export function lonLat(x: number, y: number): [lon: number, lat: number] {
  return [(x / GRID - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y / GRID) * 2 * Math.PI)) * 180) / Math.PI];
}

/** The place on the grid of degrees. */
export function gridOf(lon: number, lat: number): { x: number; y: number } {
  return { x: (lon / 360 + 0.5) * GRID, y: (0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * GRID };
}

/** West, south, east, north of an activity in degrees, with margin grid units around it; undefined for one without a line. */
export function activityBounds(t: Tracks, activity: number, margin = 0): [number, number, number, number] | undefined {
  const [west, north, east, south] = t.bounds.subarray(4 * activity, 4 * activity + 4) as unknown as [number, number, number, number];
  if (west > east) return undefined;
  const [w, n] = lonLat(west - margin, north - margin);
  const [e, s] = lonLat(east + margin, south + margin);
  return [w, s, e, n];
}
