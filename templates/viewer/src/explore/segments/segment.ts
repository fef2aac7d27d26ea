// What a segment is, and how links write it. Pure.

import { simplify } from "../../live/levels.ts";
import { emptyTracks, GRID_BITS, metresPerUnit, type Tracks } from "../../tracks/tracks.ts";

/** Places of a line on the Web Mercator grid, fractional or not. */
export interface Polyline {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** A way from gate to gate: the gates stand across its two ends. */
export interface Segment extends Polyline {
  /** As its owner calls it; "" where it has no name. */
  readonly name: string;
  /** How far an effort may be from it, in metres; the gates reach as far to either side. */
  readonly toleranceM: number;
}

/** Tolerances to choose from, in metres: a street, a wide road or a wood, a poor recording. */
export const TOLERANCES: readonly number[] = [15, 25, 50];
export const USUAL_TOLERANCE = 25;

/** What is read of a segment at most, and how long it is at least, in metres. */
export const MAX_NAME = 60;
export const MAX_POINTS = 200;
export const SHORTEST_M = 50;
const LONGEST_M = 200_000;

/** How far what a segment is drawn as may be from the line it was taken from, in metres, where that leaves few enough places. */
const SIMPLE_M = 1.5;

/** Links have places in steps of so many grid units: 0.8 m at 48 degrees. */
const STEP = 2;
const WORLD = 2 ** GRID_BITS;

/** Lines as tracks of as many activities, which carry nothing. */
export function tracksOf(all: readonly Polyline[]): Tracks {
  const t = emptyTracks(all.length, all.reduce((n, { x }) => n + x.length, 0));
  let v = 0;
  for (const [a, { x, y }] of all.entries()) {
    const from = v;
    for (let i = 0; i < x.length; i++, v++) {
      t.x[v] = Math.round(x[i]!);
      t.y[v] = Math.round(y[i]!);
      t.activity[v] = a;
      t.joined[v] = i + 1 < x.length ? 1 : 0;
    }
    t.first[a + 1] = v;
    t.bounds.set(v > from ? placesOf([{ x: t.x.subarray(from, v), y: t.y.subarray(from, v) }], 0) : [1, 1, 0, 0], 4 * a);
  }
  return t;
}

/** Metres from a line's first place to each of its places. */
export function metresAlong({ x, y }: Polyline): Float64Array {
  const along = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++) along[i] = along[i - 1]! + Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!) * metresPerUnit(y[i]!);
  return along;
}

/** Metres from end to end. */
export const lengthOf = (line: Polyline): number => metresAlong(line).at(-1) ?? 0;

/** West, north, east and south of lines, so many grid units wider. */
export function placesOf(lines: readonly Polyline[], margin: number): [number, number, number, number] {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of lines) {
    for (let i = 0; i < x.length; i++) {
      [west, east] = [Math.min(west, x[i]!), Math.max(east, x[i]!)];
      [north, south] = [Math.min(north, y[i]!), Math.max(south, y[i]!)];
    }
  }
  return [west - margin, north - margin, east + margin, south + margin];
}

/** The same way from its other end. */
export const reversed = ({ x, y }: Polyline): Polyline => ({ x: Array.from(x).reverse(), y: Array.from(y).reverse() });

/** Whether a line can be a segment: long enough, not too long, and on the map. */
function usable(line: Polyline): boolean {
  const n = line.x.length;
  if (n < 2 || n > MAX_POINTS) return false;
  for (let i = 0; i < n; i++) if (!(Math.abs(line.x[i]!) <= 2 * WORLD && line.y[i]! >= 0 && line.y[i]! <= WORLD)) return false;
  const metres = lengthOf(line);
  return metres >= SHORTEST_M && metres <= LONGEST_M;
}

const nameFrom = (text: string): string => [...text.replaceAll(/[\p{C}\s]+/gu, " ").trim()].slice(0, MAX_NAME).join("").trim();

/** A segment along a line, with as few places as tell its way, all where links have them; undefined where the line is too short or too long. */
export function segmentOf(line: Polyline, name = "", toleranceM = USUAL_TOLERANCE): Segment | undefined {
  if (line.x.length < 2) return undefined;
  const tracks = tracksOf([line]);
  const units = metresPerUnit(tracks.y[0]!);
  for (let tolerance = SIMPLE_M; tolerance <= 100; tolerance *= 1.5) {
    const { kept } = simplify(tracks, tolerance / units, Infinity);
    if (kept.length > MAX_POINTS) continue;
    const round = (v: number): number => Math.round(v / STEP) * STEP;
    const made = { name: nameFrom(name), toleranceM: TOLERANCES.includes(toleranceM) ? toleranceM : USUAL_TOLERANCE, x: Array.from(kept, (i) => round(tracks.x[i]!)), y: Array.from(kept, (i) => round(tracks.y[i]!)) };
    return usable(made) ? made : undefined;
  }
  return undefined;
}

/** Six bits each, of which the highest says that the number goes on. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A segment as links have it: tolerance in metres, places as differences in steps of two grid units, name. */
export function formatSegment({ x, y, name, toleranceM }: Segment): string {
  let text = "";
  const put = (v: number): void => {
    let rest = v < 0 ? -2 * v - 1 : 2 * v;
    for (; rest > 31; rest = Math.floor(rest / 32)) text += DIGITS[(rest % 32) + 32];
    text += DIGITS[rest];
  };
  for (let i = 0; i < x.length; i++) {
    put(Math.round((x[i]! - (x[i - 1] ?? 0)) / STEP));
    put(Math.round((y[i]! - (y[i - 1] ?? 0)) / STEP));
  }
  return [toleranceM, text, ...(name ? [name] : [])].join(".");
}

/** Reads what formatSegment writes; undefined for anything else. */
export function parseSegment(text: string): Segment | undefined {
  const m = /^(\d{1,3})\.([A-Za-z0-9_-]{4,4000})(?:\.(.*))?$/su.exec(text);
  const toleranceM = Number(m?.[1]);
  if (!m || !TOLERANCES.includes(toleranceM)) return undefined;
  const numbers: number[] = [];
  let [value, weight] = [0, 1];
  for (const digit of m[2]!) {
    const bits = DIGITS.indexOf(digit);
    value += (bits % 32) * weight;
    weight *= 32;
    if (weight > 2 ** 40) return undefined;
    if (bits > 31) continue;
    numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
    [value, weight] = [0, 1];
  }
  if (weight !== 1 || numbers.length % 2 !== 0) return undefined;
  const [x, y]: [number[], number[]] = [[], []];
  numbers.forEach((n, i) => {
    const axis = i % 2 ? y : x;
    axis.push((axis.at(-1) ?? 0) + n * STEP);
  });
  const segment = { name: nameFrom(m[3] ?? ""), toleranceM, x, y };
  return usable(segment) ? segment : undefined;
}

/** Segments as heatmap.toml has them. What JSON escapes in names, TOML escapes alike. */
export const toTOML = (segments: readonly Segment[]): string =>
  segments.map((s) => `[[segment]]\n${s.name && `name = ${JSON.stringify(s.name)}\n`}link = "${formatSegment({ ...s, name: "" })}"\n`).join("\n");
