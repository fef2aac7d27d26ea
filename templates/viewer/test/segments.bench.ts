// What it costs to find the efforts over a segment among 10,000 made-up activities of one town, and those of the same route.
//
//   go run ./templates/bundle -tests DIR && node DIR/segments.bench.mjs
//
// docs/benchmarks.md has what it said.

import { efforts, unitsOf } from "../src/explore/segments/follow.ts";
import { mostTravelled, passings } from "../src/explore/segments/pick.ts";
import { sameRoute } from "../src/explore/segments/route.ts";
import { segmentOf } from "../src/explore/segments/segment.ts";
import { outings } from "./harness/synthetic.ts";

const ACTIVITIES = 10_000;
const t = outings(ACTIVITIES, 200);
const all = new Uint8Array(ACTIVITIES).fill(1);
const timed = (name: string, work: () => number): void => {
  const times = Array.from({ length: 5 }, () => {
    const { user } = process.cpuUsage();
    work();
    return (process.cpuUsage().user - user) / 1000;
  }).sort((a, b) => a - b);
  console.log(`${name}: ${times[2]!.toFixed(0)} ms, ${work()} found`);
};

const [first, last] = [t.first[0]! + 2, t.first[0]! + 30];
const segment = segmentOf({ x: t.x.subarray(first, last), y: t.y.subarray(first, last) })!;
const [from, to] = [first, last].map((v) => ({ x: t.x[v]!, y: t.y[v]! })) as [{ x: number; y: number }, { x: number; y: number }];
timed("efforts", () => efforts(t, all, segment).length);
timed("a way between two places", () => Number(mostTravelled(passings(t, all, from, to, unitsOf(segment, 20)), unitsOf(segment, 25)) !== undefined));
timed("the same route", () => sameRoute(t, all, 0).length);
