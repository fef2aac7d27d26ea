// Which lines follow a way, and from where to where: within a tolerance in the sense of the Fréchet distance, so that they go along it in its order and do
// not merely touch it. After Alt and Godau, "Computing the Fréchet distance between two polygonal curves" (1995), section 3: a place of the line
// and a place of the way that are near each other are free; what can be reached through free ones without going back on either is followed. Pure.

import { GRID_BITS, metresPerUnit, type Tracks } from "../../tracks/tracks.ts";
import { placesOf, type Polyline, reversed, type Segment } from "./segment.ts";

/** A part of an activity's line that follows a segment from gate to gate. */
export interface Effort {
  /** Its row. */
  activity: number;
  /** Whether it goes from the segment's first end to its last. */
  forward: boolean;
  /** Where it crosses the gates: a vertex of the tracks, and the part of the way from there to the next. */
  from: number;
  to: number;
  /** From gate to gate, standing included; 0 where times are not known. */
  seconds: number;
  /** Of these seconds moving. */
  moving: number;
  metres: number;
  /** Mean heart rate in bpm; 0 where not known. */
  heart: number;
}

/** A line across the end of a way, as wide as the tolerance to either side. */
export interface Gate {
  x: number;
  y: number;
  /** Direction of the way, of length 1. */
  dx: number;
  dy: number;
}

/** The part from lo to hi of the line from a to b (0 to 1) that lies within a distance of a place; empty where hi is below lo. Kept here: it is asked for millions of times. */
let [lo, hi] = [0, 0];

function free(ax: number, ay: number, bx: number, by: number, x: number, y: number, radius: number): void {
  const [dx, dy, px, py] = [bx - ax, by - ay, ax - x, ay - y];
  const length2 = dx * dx + dy * dy;
  const c = px * px + py * py - radius * radius;
  if (length2 === 0) {
    [lo, hi] = c <= 0 ? [0, 1] : [1, 0];
    return;
  }
  const b = px * dx + py * dy;
  const root = b * b - length2 * c;
  if (root < 0) {
    [lo, hi] = [1, 0];
    return;
  }
  const half = Math.sqrt(root);
  lo = Math.max(0, (-half - b) / length2);
  hi = Math.min(1, (half - b) / length2);
}

/** The gates at both ends of a way; each looks along the tolerance next to it. */
export function gatesOf(way: Polyline, radius: number): [Gate, Gate] {
  return [gateAt(way, radius), turned(gateAt(reversed(way), radius))];
}

const turned = ({ x, y, dx, dy }: Gate): Gate => ({ x, y, dx: -dx, dy: -dy });

function gateAt({ x, y }: Polyline, reach: number): Gate {
  let [i, left] = [0, reach];
  let [px, py] = [x[0]!, y[0]!];
  for (; i + 1 < x.length && left > 0; i++) {
    const length = Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!);
    const f = length > left ? left / length : 1;
    [px, py] = [x[i]! + f * (x[i + 1]! - x[i]!), y[i]! + f * (y[i + 1]! - y[i]!)];
    left -= length;
  }
  const d = Math.hypot(px - x[0]!, py - y[0]!) || 1;
  return { x: x[0]!, y: y[0]!, dx: (px - x[0]!) / d, dy: (py - y[0]!) / d };
}

/** Where a line from a to b crosses a gate in its direction, 0 to 1; -1 where it does not. A line that ends on it crosses it with what follows. */
function crossing(g: Gate, ax: number, ay: number, bx: number, by: number, radius: number): number {
  const before = (ax - g.x) * g.dx + (ay - g.y) * g.dy;
  const after = (bx - g.x) * g.dx + (by - g.y) * g.dy;
  if (before > 0 || after <= 0) return -1;
  const f = before / (before - after);
  const beside = (ax + f * (bx - ax) - g.x) * -g.dy + (ay + f * (by - ay) - g.y) * g.dx;
  return Math.abs(beside) <= radius ? f : -1;
}

/** What of each part of the way can be reached at a place of the line: ascending parts, and from where to where of them. */
interface Front {
  part: number[];
  from: number[];
  to: number[];
}

/** Adds from where to where of a part can be reached. */
function add(front: Front, part: number, from: number, to: number): void {
  front.part.push(part);
  front.from.push(from);
  front.to.push(to);
}

/** A line to be looked through: places on the grid, moved by so much to the east, and the last vertex of the stretch. */
interface Stretch extends Polyline {
  shift: number;
  end: number;
}

/**
 * Follows a way along a stretch from a part f of the way behind vertex at, which must be near the way's first place; returns where it first crosses the gate at its end (as at + f)
 * with all of the way followed, -1 where it does not.
 */
function followed(way: Polyline, radius: number, last: Gate, { x, y, shift, end }: Stretch, at: number, f: number): number {
  const { x: sx, y: sy } = way;
  const parts = sx.length - 1;
  let [px, py] = [x[at]! + shift + f * (x[at + 1]! - x[at]!), y[at]! + f * (y[at + 1]! - y[at]!)];
  let front: Front = { part: [], from: [], to: [] };
  for (let i = 0; i < parts; i++) {
    free(sx[i]!, sy[i]!, sx[i + 1]!, sy[i + 1]!, px, py, radius);
    if (hi < lo || (i > 0 && lo > 0)) break;
    add(front, i, 0, hi);
    if (hi < 1) break;
  }
  for (let j = at; j < end && front.part.length > 0; j++) {
    const [qx, qy] = [x[j + 1]! + shift, y[j + 1]!];
    const next: Front = { part: [], from: [], to: [] };
    // From where to where of the line from p to q the beginning of a part of the way can be reached; none at first.
    let [open, shut] = [1, 0];
    if (front.part[0] === 0 && front.from[0] === 0) {
      free(px, py, qx, qy, sx[0]!, sy[0]!, radius);
      if (lo <= 0 && hi >= lo) [open, shut] = [0, hi];
    }
    for (let i = front.part[0]!, k = 0; i < parts; i++) {
      const here = front.part[k] === i;
      if (!here && open > shut) {
        if (k === front.part.length) break;
        i = front.part[k]! - 1;
        continue;
      }
      free(sx[i]!, sy[i]!, sx[i + 1]!, sy[i + 1]!, qx, qy, radius);
      const from = open <= shut ? lo : Math.max(lo, front.from[k]!);
      if (from <= hi) add(next, i, from, hi);
      free(px, py, qx, qy, sx[i + 1]!, sy[i + 1]!, radius);
      [open, shut] = [here ? lo : Math.max(lo, open), hi];
      if (here) k++;
    }
    if (open <= shut) {
      const g = crossing(last, px, py, qx, qy, radius);
      if (g >= open) return j === at ? j + f + g * (1 - f) : j + g;
    }
    [px, py, front] = [qx, qy, next];
  }
  return -1;
}

/** From where to where a stretch follows a way, from its vertex first; of efforts that share a part the last to begin. */
function along(way: Polyline, radius: number, [start, last]: [Gate, Gate], stretch: Stretch, first: number, found: (from: number, to: number) => void): void {
  const { x, y, shift, end } = stretch;
  let [from, to] = [-1, -1];
  for (let v = first; v < end; v++) {
    // Most are far away.
    if (Math.min(x[v]!, x[v + 1]!) + shift > start.x + radius || Math.max(x[v]!, x[v + 1]!) + shift < start.x - radius) continue;
    const f = crossing(start, x[v]! + shift, y[v]!, x[v + 1]! + shift, y[v + 1]!, radius);
    if (f < 0) continue;
    const reached = followed(way, radius, last, stretch, v, f);
    if (reached < 0) continue;
    if (to >= 0 && to <= v + f) found(from, to);
    [from, to] = [v + f, reached];
  }
  if (to >= 0) found(from, to);
}

/** Grid units of a distance in metres where a way begins. */
export const unitsOf = (way: Polyline, metres: number): number => metres / metresPerUnit(way.y[0]!);

/** From where to where lines of the chosen activities follow a way within a distance in grid units, both as vertex plus part of the way to the next; a break ends a line. */
export function followers(t: Tracks, chosen: Uint8Array, way: Polyline, radius: number, found: (activity: number, from: number, to: number) => void): void {
  const gates = gatesOf(way, radius);
  const [west, north, east, south] = placesOf([way], 0);
  for (let a = 0; a < t.count; a++) {
    const [left, top, right, bottom] = t.bounds.subarray(4 * a, 4 * a + 4) as unknown as [number, number, number, number];
    if (!chosen[a] || left > right || top > north + radius || bottom < south - radius) continue;
    // Lines across the antimeridian lie beyond the map's edge.
    for (const shift of [0, -(2 ** GRID_BITS), 2 ** GRID_BITS]) {
      if (left + shift > west + radius || right + shift < east - radius) continue;
      for (let v = t.first[a]!; v < t.first[a + 1]!; v++) {
        if (!t.joined[v]) continue;
        let end = v;
        while (t.joined[end]) end++;
        along(way, radius, gates, { x: t.x, y: t.y, shift, end }, v, (from, to) => found(a, from, to));
        v = end;
      }
    }
  }
}

/** What an activity did between two places of its line. */
export function effortOf(t: Tracks, activity: number, from: number, to: number, forward: boolean): Effort {
  const e: Effort = { activity, forward, from, to, seconds: 0, moving: 0, metres: 0, heart: 0 };
  let [beats, heartTime] = [0, 0];
  for (let v = Math.floor(from); v < to; v++) {
    const share = Math.min(1, to - v) - Math.max(0, from - v);
    e.seconds += share * t.seconds[v]!;
    e.moving += share * t.moving[v]!;
    e.metres += share * t.metres[v]!;
    if (t.heart[v]! > 0) {
      beats += share * t.seconds[v]! * t.heart[v]!;
      heartTime += share * t.seconds[v]!;
    }
  }
  if (heartTime > 0) e.heart = beats / heartTime;
  return e;
}

/** All efforts of the chosen activities over a segment, both ways, in the order of the activities and of their lines. */
export function efforts(t: Tracks, chosen: Uint8Array, segment: Segment): Effort[] {
  const radius = unitsOf(segment, segment.toleranceM);
  const found: Effort[] = [];
  for (const forward of [true, false]) {
    followers(t, chosen, forward ? segment : reversed(segment), radius, (a, from, to) => found.push(effortOf(t, a, from, to, forward)));
  }
  return found.sort((a, b) => a.activity - b.activity || a.from - b.from);
}

/** Height along an effort, as far as it is known: metres from its start, and metres of altitude. */
export function profileOf(t: Tracks, { from, to }: Effort): { metres: number[]; altitude: number[] } {
  const profile = { metres: [] as number[], altitude: [] as number[] };
  let way = 0;
  const put = (altitude: number): void => {
    if (Number.isNaN(altitude)) return;
    profile.metres.push(way);
    profile.altitude.push(altitude);
  };
  const between = (v: number, f: number): number => (f > 0 ? t.altitude[v]! + f * (t.altitude[v + 1]! - t.altitude[v]!) : t.altitude[v]!);
  put(between(Math.floor(from), from % 1));
  for (let v = Math.floor(from); v < to; v++) {
    const f = Math.min(1, to - v);
    way += (f - Math.max(0, from - v)) * t.metres[v]!;
    put(f === 1 ? t.altitude[v + 1]! : between(v, f));
  }
  return profile;
}

/** The line of an effort, as far as it has places of its own. */
export function lineOfEffort(t: Tracks, { from, to }: Effort): Polyline {
  const [x, y]: [number[], number[]] = [[], []];
  const put = (at: number): void => {
    const [v, f] = [Math.floor(at), at % 1];
    x.push(t.x[v]! + (f > 0 ? f * (t.x[v + 1]! - t.x[v]!) : 0));
    y.push(t.y[v]! + (f > 0 ? f * (t.y[v + 1]! - t.y[v]!) : 0));
  };
  put(from);
  for (let v = Math.floor(from) + 1; v < to; v++) put(v);
  put(to);
  return { x, y };
}
