// Where along an activity's way each kilometre ends. Pure.

import { gridOf, lonLat } from "./measure.ts";
import type { Tracks } from "./tracks.ts";

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
    for (let next = (out.length + 1) * everyM; next <= way + metres; next += everyM) out.push(markOn(t, v, next - way, next));
    way += metres;
  }
  return out;
}

/**
 * The same where the whole line is only roughly there: marks on the part of it that is there finely lie where that has them. How far along
 * a part begins is told by its time; marks of an activity without times move to the nearest place of its part.
 */
export function marksWith(whole: Tracks, part: Tracks, activity: number, everyM: number): Mark[] {
  const out = marks(whole, activity, everyM);
  if (!part.begins) return out;
  const wayAt = clockOf(whole, activity);
  if (!wayAt) return out.map((mark) => nearestOn(part, activity, mark));
  const { vertex, elapsed } = part.begins;
  let k = vertex.findIndex((v) => v >= part.first[activity]!);
  let way = 0;
  for (let v = part.first[activity]!; v < part.first[activity + 1]!; v++) {
    if (vertex[k] === v) way = wayAt(elapsed[k++]!);
    if (!part.joined[v]) continue;
    const metres = part.metres[v]!;
    for (let n = Math.floor(way / everyM) + 1; n <= out.length && n * everyM <= way + metres; n++) out[n - 1] = markOn(part, v, n * everyM - way, n * everyM);
    way += metres;
  }
  return out;
}

/** The mark so many metres into a segment. */
function markOn(t: Tracks, v: number, into: number, metres: number): Mark {
  const f = t.metres[v]! > 0 ? into / t.metres[v]! : 1;
  const [lon, lat] = lonLat(t.x[v]! + f * (t.x[v + 1]! - t.x[v]!), t.y[v]! + f * (t.y[v + 1]! - t.y[v]!));
  return { lon, lat, metres };
}

/** Metres of an activity's way by seconds of its time; undefined where it has no times. */
function clockOf(t: Tracks, activity: number): ((seconds: number) => number) | undefined {
  const times = [0];
  const ways = [0];
  for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
    if (!t.joined[v]) continue;
    times.push(times.at(-1)! + t.seconds[v]!);
    ways.push(ways.at(-1)! + t.metres[v]!);
  }
  if (times.at(-1) === 0) return undefined;
  return (seconds) => {
    const i = times.findIndex((time) => time > seconds);
    if (i < 0) return ways.at(-1)!;
    if (i === 0) return 0;
    return ways[i - 1]! + ((ways[i]! - ways[i - 1]!) * (seconds - times[i - 1]!)) / (times[i]! - times[i - 1]!);
  };
}

/** A mark where its activity's part comes nearest to it; as it is where there is none. */
function nearestOn(t: Tracks, activity: number, mark: Mark): Mark {
  const { x, y } = gridOf(mark.lon, mark.lat);
  let [nearest, found] = [Infinity, mark];
  for (let v = t.first[activity]!; v < t.first[activity + 1]!; v++) {
    if (!t.joined[v]) continue;
    const [dx, dy] = [t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!];
    const f = Math.min(1, Math.max(0, ((x - t.x[v]!) * dx + (y - t.y[v]!) * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(t.x[v]! + f * dx - x, t.y[v]! + f * dy - y);
    if (distance >= nearest) continue;
    const [lon, lat] = lonLat(t.x[v]! + f * dx, t.y[v]! + f * dy);
    [nearest, found] = [distance, { ...mark, lon, lat }];
  }
  return found;
}
