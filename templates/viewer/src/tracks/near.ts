// Who was here: the activities that passed within some radius of a place, and what they did there. Pure.

import type { Passage } from "./passage.ts";
import { GRID_BITS, type Tracks } from "./tracks.ts";

/**
 * How far the speed at a place is off that of its segment, as a part of it: over 20 m of some hundred recorded runs, against 80 m around them, the
 * median is 4.4 %. And the error of the two ends of a time told in quarters of a second, in seconds.
 */
const UNEVEN = 0.044;
const CLOCK_S = 0.2;

/**
 * All selected activities of which a segment comes within radius of a place, both in grid units; the newest first. Their values are those of the parts
 * of their segments inside the circle.
 */
export function near(t: Tracks, selected: Uint8Array, place: { x: number; y: number }, radius: number): Passage[] {
  const found: Passage[] = [];
  const { bounds } = t;
  for (let activity = t.count - 1; activity >= 0; activity--) {
    if (!selected[activity]) continue;
    const [west, north] = [bounds[4 * activity]!, bounds[4 * activity + 1]!];
    const [east, south] = [bounds[4 * activity + 2]!, bounds[4 * activity + 3]!];
    if (west > east || north - radius > place.y || south + radius < place.y) continue;
    // Tracks across the antimeridian lie beyond the map's edge, so a place has copies there.
    for (const turn of [0, -1, 1]) {
      const x = place.x + turn * 2 ** GRID_BITS;
      if (west - radius > x || east + radius < x) continue;
      const passage = passageOf(t, activity, x, place.y, radius);
      if (passage) {
        found.push(passage);
        break;
      }
    }
  }
  return found;
}

function passageOf(t: Tracks, activity: number, x: number, y: number, radius: number): Passage | undefined {
  const p: Passage = { activity, seconds: 0, metres: 0, heart: 0, speed: 0, doubt: 0, at: -1 };
  let nearest = radius * radius;
  let [moving, way, beats, heartTime, clocked] = [0, 0, 0, 0, 0];
  for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
    if (!t.joined[v]) continue;
    const [ax, ay] = [t.x[v]! - x, t.y[v]! - y];
    const [dx, dy] = [t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!];
    const length2 = dx * dx + dy * dy;
    const along = length2 > 0 ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length2)) : 0;
    const distance2 = (ax + along * dx) ** 2 + (ay + along * dy) ** 2;
    if (distance2 > radius * radius) continue;
    if (p.at < 0 || distance2 < nearest) {
      p.at = v;
      nearest = distance2;
    }
    const share = shareInside(ax, ay, dx, dy, length2, radius);
    p.seconds += share * t.seconds[v]!;
    p.metres += share * t.metres[v]!;
    if (t.moving[v]! > 0) {
      clocked += t.moving[v]!;
      moving += share * t.moving[v]!;
      way += share * t.metres[v]!;
    }
    if (t.heart[v]! > 0) {
      beats += share * t.seconds[v]! * t.heart[v]!;
      heartTime += share * t.seconds[v]!;
    }
  }
  if (p.at < 0) return undefined;
  if (moving > 0) {
    p.speed = way / moving;
    p.doubt = UNEVEN + CLOCK_S / clocked;
  }
  if (heartTime > 0) p.heart = beats / heartTime;
  return p;
}

/** The part of the segment from a, d long, that lies in the circle around the origin. */
function shareInside(ax: number, ay: number, dx: number, dy: number, length2: number, radius: number): number {
  if (length2 === 0) return 1;
  const b = ax * dx + ay * dy;
  const root = b * b - length2 * (ax * ax + ay * ay - radius * radius);
  if (root <= 0) return 0;
  const half = Math.sqrt(root);
  return Math.max(0, Math.min(1, (half - b) / length2) - Math.max(0, (-half - b) / length2));
}
