// What a frame of a replay costs beside drawing: the places of 5,000 activities and of their tails, and what glows of 5,000 in ten years.
//
//   go run ./templates/bundle -tests DIR && node DIR/replay.bench.mjs
//
// docs/benchmarks.md has what it said.

import { placeAt, timesOf } from "../src/explore/replay/swarm.ts";
import { glowingSpans, thereAt, timelineOf } from "../src/explore/replay/timeline.ts";
import { outings } from "./harness/synthetic.ts";

const ACTIVITIES = 5000;
const FRAMES = 300;

const tracks = outings(ACTIVITIES, 250);
const start = performance.now();
const times = timesOf(tracks);
console.log(`times of ${tracks.x.length} vertices: ${(performance.now() - start).toFixed(1)} ms`);

/** The median of what a frame takes, in ms. */
function median(frame: (share: number) => void): string {
  const took = Array.from({ length: FRAMES }, (_, i) => {
    const began = performance.now();
    frame(i / FRAMES);
    return performance.now() - began;
  });
  return took.sort((a, b) => a - b)[FRAMES >> 1]!.toFixed(2);
}

const at = new Float64Array(2);
let found = 0;
console.log("dots and tails:", median((share) => {
  for (let a = 0; a < ACTIVITIES; a++) for (let k = 0; k < 4; k++) found += Number(placeAt(tracks, times, a, 2000 * share - 30 * k, at));
}), "ms");
const day = Array.from({ length: ACTIVITIES }, (_, a) => 16_000 + Math.floor((3650 * a) / ACTIVITIES));
const timeline = timelineOf(day, new Uint8Array(ACTIVITIES).fill(1));
console.log("what glows:", median((share) => void (found += glowingSpans(timeline, 16_000 + 3650 * share, 45, 8).length)), "ms");
console.log("which are there:", median((share) => void (found += thereAt(day, 16_000 + 3650 * share).length)), "ms");
if (found === 0) throw new Error("nothing was found");
