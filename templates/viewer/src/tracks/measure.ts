// Places and ways of tracks in the units of the map and of people. Pure.

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

/** West, south, east, north of an activity in degrees; undefined for one without a line. */
export function activityBounds(t: Tracks, activity: number): [number, number, number, number] | undefined {
  const [west, north, east, south] = t.bounds.subarray(4 * activity, 4 * activity + 4) as unknown as [number, number, number, number];
  if (west > east) return undefined;
  const [w, n] = lonLat(west, north);
  const [e, s] = lonLat(east, south);
  return [w, s, e, n];
}

export interface Mark {
  lon: number;
  lat: number;
  /** Way to it from the start in metres. */
  metres: number;
}

/** The places at every so many metres of an activity's way. Ways that were cut out of it do not count. */
export function marks(t: Tracks, activity: number, everyM: number): Mark[] {
  const out: Mark[] = [];
  let way = 0;
  for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
    if (!t.joined[v]) continue;
    const metres = t.metres[v]!;
    for (let next = (out.length + 1) * everyM; next <= way + metres; next += everyM) {
      const f = metres > 0 ? (next - way) / metres : 1;
      const [lon, lat] = lonLat(t.x[v]! + f * (t.x[v + 1]! - t.x[v]!), t.y[v]! + f * (t.y[v + 1]! - t.y[v]!));
      out.push({ lon, lat, metres: next });
    }
    way += metres;
  }
  return out;
}
