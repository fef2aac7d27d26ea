// Where activities are so many seconds after their beginning. Pure.

import type { Tracks } from "../../tracks/tracks.ts";

/** Seconds from the beginning of each vertex's activity to it, as its segments tell; pauses between recordings take none. */
export function timesOf({ first, count, joined, seconds, begins }: Tracks): Float32Array {
  const times = new Float32Array(joined.length);
  let next = 0;
  for (let a = 0; a < count; a++) {
    let time = 0;
    for (let i = first[a]!; i < first[a + 1]!; i++) {
      if (begins?.vertex[next] === i) time = begins.elapsed[next++]!;
      times[i] = time;
      if (joined[i]) time += seconds[i]!;
    }
  }
  return times;
}

/** Seconds that each of some whole lines takes. */
export function durationsOf(tracks: Tracks): Float32Array {
  const times = timesOf(tracks);
  const { first } = tracks;
  return Float32Array.from({ length: tracks.count }, (_, a) => (first[a + 1]! > first[a]! ? times[first[a + 1]! - 1]! : 0));
}

/** Puts the place of an activity at a time at the beginning of out, in grid units; false while it is not on its way, or out of what the lines cover. */
export function placeAt({ first, joined, x, y }: Tracks, times: Float32Array, a: number, time: number, out: Float64Array): boolean {
  // The last vertex that is not after the time.
  let [lo, hi] = [first[a]!, first[a + 1]!];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (times[middle]! <= time) lo = middle + 1;
    else hi = middle;
  }
  const i = lo - 1;
  if (i < first[a]! || !joined[i]) return false;
  const span = times[i + 1]! - times[i]!;
  const share = span > 0 ? (time - times[i]!) / span : 0;
  out[0] = x[i]! + share * (x[i + 1]! - x[i]!);
  out[1] = y[i]! + share * (y[i + 1]! - y[i]!);
  return true;
}

/** The longest of the durations of selected activities, 1 at least. */
export function longestOf(durations: Float32Array, selected: Uint8Array): number {
  let most = 1;
  for (let a = 0; a < durations.length; a++) if (selected[a] && durations[a]! > most) most = durations[a]!;
  return most;
}
