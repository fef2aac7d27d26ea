// Where segments lie, and the lines that stand for their gates. Pure.

import { lonLat } from "../../tracks/measure.ts";
import { gatesOf } from "./follow.ts";
import { placesOf, type Polyline } from "./segment.ts";

/** West, south, east and north of a line in degrees. */
export function boundsOf(line: Polyline): [number, number, number, number] {
  const [west, north, east, south] = placesOf([line], 0);
  const [[w, n], [e, s]] = [lonLat(west, north), lonLat(east, south)];
  return [w, s, e, n];
}

/** The gates of a way, reaching so many grid units to either side. */
export function gateLines(way: Polyline, radius: number): Polyline[] {
  return gatesOf(way, radius).map(({ x, y, dx, dy }) => ({ x: [x - radius * dy, x + radius * dy], y: [y + radius * dx, y - radius * dx] }));
}
