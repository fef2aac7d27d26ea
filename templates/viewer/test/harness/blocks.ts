// A small writer of blocks of lines (docs/format.md, "Lines"), for tests: what it writes is what the page's reader is held against.

import { gzipSync } from "node:zlib";
import type { StoredBlock } from "../../src/tracks/block.ts";
import { GRID_BITS, metresPerUnit, type Tracks } from "../../src/tracks/tracks.ts";
import { leb } from "./hostile.ts";

export interface Segment {
  seconds?: number;
  stopped?: number;
  metres?: number;
  heart?: number;
  rise?: number;
  steep?: number;
  hill?: number;
  /** By sensor. */
  readings?: Record<string, number>;
}

/** A piece of a line: places on the grid, and what the segments between them carry. */
export interface Piece {
  activity: number;
  nth: number;
  goesOn: boolean;
  /** Seconds of the pieces before it; 0 if missing. */
  elapsed?: number;
  /** Metres; NaN where not known. */
  altitude: number;
  points: [x: number, y: number][];
  segments: Segment[];
}

const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n);
const straight = ([x0, y0]: [number, number], [x1, y1]: [number, number]): number => Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) * metresPerUnit(y0);

/** The bytes of the block of tile z/x/y, not compressed. over has the bytes of columns to put in place of the right ones, by their number; places are told in units of 2 ** shift. */
export function writeBlock(pieces: readonly Piece[], z: number, x: number, y: number, over: Record<number, number[]> = {}, shift = 0): Uint8Array<ArrayBuffer> {
  const sensors = ["cadence", "power", "temperature"].map((id) => (pieces.some((p) => p.segments.some((s) => s.readings?.[id])) ? id : ""));
  const told = sensors.filter((id) => id);
  const columns: number[][] = Array.from({ length: 14 + told.length }, () => []);
  const put = (column: number, n: number): void => void columns[column]!.push(...leb(n));
  const side = 2 ** (GRID_BITS - z);
  const unit = 2 ** shift;
  let last = 0;
  for (const { activity, nth, goesOn, elapsed = 0, altitude, points, segments } of pieces) {
    put(0, activity - last);
    last = activity;
    put(1, 2 * nth + Number(goesOn));
    put(2, Math.round(4 * elapsed));
    put(3, Number.isNaN(altitude) ? 0 : 1 + zigzag(Math.round(altitude * 10)));
    put(4, points.length);
    let [px, py] = [x * side, y * side];
    for (const [vx, vy] of points) {
      put(5, zigzag((vx - px) / unit));
      put(6, zigzag((vy - py) / unit));
      [px, py] = [vx, vy];
    }
    told.forEach((id, k) => segments.forEach((s, i) => put(14 + k, zigzag((s.readings?.[id] ?? 0) - (segments[i - 1]?.readings?.[id] ?? 0)))));
    let [lastLength, lastQuarters, lastHeart] = [0, 0, 0];
    segments.forEach(({ seconds = 0, stopped = 0, metres, heart = 0, rise = NaN, steep = 0, hill = 0 }, i) => {
      const [a, b] = [points[i]!, points[i + 1]!];
      const length = Math.sqrt((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) / unit;
      const quarters = Math.round(4 * seconds);
      const expected = lastLength > 0 ? Math.min(2 ** 29, Math.floor((lastQuarters * length) / lastLength + 0.5)) : 0;
      put(7, zigzag(quarters - expected));
      put(8, Math.round(4 * stopped));
      put(9, zigzag(Math.round(2 * ((metres ?? straight(a, b)) - straight(a, b)))));
      put(10, zigzag(heart - lastHeart));
      const r = Math.round(10 * rise);
      put(11, Number.isNaN(rise) ? 0 : 1 + zigzag(r));
      put(12, Number.isNaN(rise) ? 0 : Math.max(0, Math.round(10 * steep) - Math.abs(r)));
      put(13, Number.isNaN(rise) ? 0 : zigzag(Math.round(10 * hill) - Math.max(0, r)));
      [lastLength, lastQuarters, lastHeart] = [length, quarters, heart];
    });
  }
  const vertices = pieces.reduce((n, p) => n + p.points.length, 0);
  return Uint8Array.from([...(told.length > 0 ? [...Buffer.from("HML2"), ...leb(sensors.reduce((bits, id, k) => (id ? bits | (1 << k) : bits), 0))] : Buffer.from("HML1")), ...leb(shift), ...leb(pieces.length), ...leb(vertices), ...columns.flatMap((c, i) => { const bytes = over[i] ?? c; return [...leb(bytes.length), ...bytes]; })]);
}

/** A block as it is stored. */
export const stored = (z: number, x: number, y: number, bytes: Uint8Array): StoredBlock => ({ z, x, y, data: new Uint8Array(gzipSync(bytes)).buffer });

/** The blocks of all lines at a zoom: these are cut where they leave a tile, at places rounded to the grid. */
export function blocksOf(t: Tracks, z: number): StoredBlock[] {
  const side = 2 ** (GRID_BITS - z);
  const tiles = 2 ** z;
  const blocks = new Map<string, { x: number; y: number; pieces: Piece[] }>();
  for (let a = 0; a < t.count; a++) {
    let [nth, elapsed] = [0, 0];
    let open: { piece: Piece; column: number; row: number; shift: number } | undefined;
    for (let v = t.first[a]!; v < t.first[a + 1]!; v++) {
      if (!t.joined[v]) {
        open = undefined;
        continue;
      }
      let altitude = t.altitude[v]!;
      for (const [p, q, share] of cuts([t.x[v]!, t.y[v]!], [t.x[v + 1]!, t.y[v + 1]!], side)) {
        // The tile in which the middle of the part lies; a part along an edge is the eastern or southern one's.
        const [column, row] = [Math.floor((p[0] + q[0]) / 2 / side), Math.floor((p[1] + q[1]) / 2 / side)];
        if (!open || open.column !== column || open.row !== row) {
          const x = ((column % tiles) + tiles) % tiles;
          const key = `${x}/${row}`;
          let block = blocks.get(key);
          if (!block) blocks.set(key, (block = { x, y: row, pieces: [] }));
          const shift = (x - column) * side;
          open = { piece: { activity: a, nth: nth++, goesOn: open !== undefined, elapsed, altitude, points: [[p[0] + shift, p[1]]], segments: [] }, column, row, shift };
          block.pieces.push(open.piece);
        }
        open.piece.points.push([q[0] + open.shift, q[1]]);
        const of = (column: Float32Array): number => share * column[v]!;
        open.piece.segments.push({ seconds: of(t.seconds), stopped: share * (t.seconds[v]! - t.moving[v]!), metres: of(t.metres), heart: t.heart[v]!, rise: of(t.rise), steep: of(t.steep), hill: of(t.hill), readings: Object.fromEntries(Object.entries(t.readings).map(([id, column]) => [id, column[v]!])) });
        elapsed += of(t.seconds);
        if (!Number.isNaN(t.rise[v]!)) altitude += of(t.rise);
      }
    }
  }
  return [...blocks.values()].map(({ x, y, pieces }) => stored(z, x, y, writeBlock(pieces, z, x, y)));
}

/** The parts of a segment between the edges that it crosses, and the share of it that each is. */
function cuts(a: [number, number], b: [number, number], side: number): [[number, number], [number, number], number][] {
  const at: [number, [number, number]][] = [[0, a], [1, b]];
  for (const k of [0, 1] as const) {
    const [from, to] = [Math.min(a[k], b[k]), Math.max(a[k], b[k])];
    for (let edge = Math.floor(from / side + 1) * side; edge < to; edge += side) {
      const f = (edge - a[k]) / (b[k] - a[k]);
      const other = Math.round(a[1 - k]! + f * (b[1 - k]! - a[1 - k]!));
      at.push([f, k === 0 ? [edge, other] : [other, edge]]);
    }
  }
  at.sort((p, q) => p[0] - q[0]);
  return at.slice(1).map(([f, q], i) => [at[i]![1], q, f - at[i]![0]]);
}
