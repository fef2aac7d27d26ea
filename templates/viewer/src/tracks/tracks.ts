// The lines of all activities as columns. tracks/assemble.ts makes them of the archive's blocks, in a worker; live/ draws them,
// tracks/near.ts looks things up in them.

import { bytesOfReadings, type Readings } from "./sensors.ts";

/** Grid units along the world's width are 2 ** GRID_BITS: 0.6 m at the equator. */
export const GRID_BITS = 26;

/** What segments carry, in columns of their first vertices; where joined is 0 there is none, and the others say nothing (0, or NaN for rise). */
export interface Segments {
  joined: Uint8Array;
  /** Seconds from this vertex to the next; 0 where not known. */
  seconds: Float32Array;
  /** Of these the seconds moving. */
  moving: Float32Array;
  /** Metres covered, those while standing left out (all of them where times are not known). */
  metres: Float32Array;
  /** Mean heart rate in bpm; 0 where not known. */
  heart: Uint8Array;
  /** Signed metres climbed, NaN where the grade is not known. */
  rise: Float32Array;
  /** Metres up and down together; at least abs(rise). 0 where the grade is not known. */
  steep: Float32Array;
  /** Metres climbed where the grade counts as hill training. */
  hill: Float32Array;
  readings: Readings;
}

/**
 * Columns of n vertices. Vertex i and the next one are joined by segment i where joined[i] is 1; the last vertex of a
 * stretch has joined 0.
 */
export interface Tracks extends Segments {
  /** Number of activities; they stand in the order of the metadata's columns, oldest first. */
  count: number;
  /** count + 1 numbers: the vertices of activity a are first[a] .. first[a + 1] - 1; some may have none. */
  first: Uint32Array;
  /** Place on the Web Mercator grid, x to the east, y to the south; x may lie beyond the map's edges (antimeridian). */
  x: Int32Array;
  y: Int32Array;
  /** The activity of each vertex. */
  activity: Uint32Array;
  /** Smoothed altitude of each vertex in metres; NaN where not known. */
  altitude: Float32Array;
  /** Per activity west, north, east, south in grid units; for one without vertices west is above east. */
  bounds: Int32Array;
  /**
   * Where lines are not there as a whole: the first vertices of all pieces that go on from none that is here, ascending, and the seconds
   * that all of the activity before each takes.
   */
  begins?: { vertex: Uint32Array; elapsed: Float32Array };
}

/** Columns of n vertices of which none is joined to the next. */
export const emptySegments = (n: number): Segments => ({
  joined: new Uint8Array(n),
  seconds: new Float32Array(n),
  moving: new Float32Array(n),
  metres: new Float32Array(n),
  heart: new Uint8Array(n),
  rise: new Float32Array(n).fill(NaN),
  steep: new Float32Array(n),
  hill: new Float32Array(n),
  readings: {},
});

/** Tracks of so many activities and n vertices, to be filled. */
export const emptyTracks = (count: number, n: number): Tracks => ({
  ...emptySegments(n),
  count,
  first: new Uint32Array(count + 1),
  x: new Int32Array(n),
  y: new Int32Array(n),
  activity: new Uint32Array(n),
  altitude: new Float32Array(n).fill(NaN),
  bounds: new Int32Array(4 * count),
});

/** Bytes of memory that a vertex and an activity of tracks take. */
const VERTEX_BYTES = 42;
const ACTIVITY_BYTES = 20;

/** Bytes of memory that tracks take, about. */
export const bytesOf = ({ x, count, readings }: Tracks): number => VERTEX_BYTES * x.length + ACTIVITY_BYTES * count + bytesOfReadings(readings);

// Powers are taken once: engines do not do it by themselves, and decoding asks at every vertex.
const HALF = 2 ** (GRID_BITS - 1);
const AT_EQUATOR = (Math.PI * 6_371_008.8) / HALF;

/** Metres a grid unit spans at grid row y (on the sphere of 6 371 008.8 m that distances are measured on). */
export function metresPerUnit(y: number): number {
  return AT_EQUATOR / Math.cosh(Math.PI * (1 - y / HALF));
}
