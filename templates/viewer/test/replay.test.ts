import assert from "node:assert/strict";
import { test } from "node:test";
import { filmSize } from "../src/explore/replay/film.ts";
import { durationsOf, longestOf, placeAt, timesOf } from "../src/explore/replay/swarm.ts";
import { countAt, eachGlowing, glowingSpans, formatReplay, parseReplay, speedFor, thereAt, timelineOf } from "../src/explore/replay/timeline.ts";
import { parseLink } from "../src/link.ts";
import { assemblePart } from "../src/tracks/assemble.ts";
import { openBlock } from "../src/tracks/block.ts";
import type { Tracks } from "../src/tracks/tracks.ts";
import { blocksOf } from "./harness/blocks.ts";
import { outings, random } from "./harness/synthetic.ts";

test("activities come with their days, and glow for some", () => {
  const next = random(3);
  const day = Array.from({ length: 300 }, () => (next() < 0.1 ? 0 : 19_000 + Math.floor(200 * next())));
  const selected = Uint8Array.from(day, () => Number(next() < 0.7));
  const timeline = timelineOf(day, selected);
  for (const time of [18_990, 19_000, 19_000.99, 19_077.5, 19_199, 19_300, Infinity]) {
    const there = [...day.keys()].filter((a) => selected[a] && day[a] !== 0 && day[a]! <= time);
    assert.equal(countAt(timeline, time), there.length);
    assert.deepEqual([...timeline.activity.subarray(0, there.length)].sort((a, b) => a - b), there);
    assert.deepEqual([...thereAt(day, time)], day.map((d) => Number(d <= time)));
    const glowing = new Map<number, number>();
    eachGlowing(timeline, time, 10, (a, strength) => glowing.set(a, strength));
    const want = there.filter((a) => time - day[a]! - 1 < 10);
    assert.deepEqual([...glowing.keys()].sort((a, b) => a - b), want);
    for (const a of want) assert.equal(glowing.get(a), time < day[a]! + 1 ? 1 : 1 - (time - day[a]! - 1) / 10);
    // In steps, and with what is drawn in one go: all of them, and none that is selected beside them, whether rows are in the order of their days or not.
    for (const of of [timeline, timelineOf([...day].sort((a, b) => a - b), selected)]) {
      const drawn = new Map<number, number>();
      for (const { from, to, strength } of glowingSpans(of, time, 10, 4)) for (let a = from; a < to; a++) if (selected[a]) drawn.set(a, strength);
      const exact = new Map<number, number>();
      eachGlowing(of, time, 10, (a, strength) => exact.set(a, Math.ceil(4 * strength) / 4));
      assert.deepEqual([...drawn].sort(([a], [b]) => a - b), [...exact].sort(([a], [b]) => a - b));
    }
  }
  const sorted = timelineOf(Array.from({ length: 100 }, (_, a) => 19_000 + a), new Uint8Array(100).fill(1));
  assert.equal(glowingSpans(sorted, 19_090, 40, 8).length, 8);
  assert.equal(countAt(timelineOf([0, 0], Uint8Array.of(1, 1)), 20_000), 0);
});

test("speeds get through all of it within a minute", () => {
  assert.equal(speedFor("days", 60), 1);
  assert.equal(speedFor("days", 61), 7);
  assert.equal(speedFor("days", 100_000), 91);
  assert.equal(speedFor("together", 7200), 300);
});

test("links say what is played, and where it is", () => {
  for (const [mode, at, text] of [["days", undefined, ""], ["days", 19_800, "days/2024-03-18"], ["together", undefined, "together"], ["together", 61, "together/61"]] as const) {
    assert.equal(formatReplay(mode, at), text);
    assert.deepEqual(parseReplay(parseLink(`explore=replay:${text}`).tool?.of ?? ""), { mode, at });
  }
  for (const text of ["weeks/3", "days/", "days/-4", "days/2024-02-30", "days/2024-03-18/2", "together/1/2"]) assert.deepEqual(parseReplay(text), { mode: "days", at: undefined });
  for (const text of ["together/1.5", "together/-1", "together/1234567"]) assert.deepEqual(parseReplay(text), { mode: "together", at: undefined });
});

/** Where an activity is, by walking along all of its segments. */
function walk(t: Tracks, a: number, time: number): [number, number] | undefined {
  let passed = 0;
  for (let i = t.first[a]!; i < t.first[a + 1]!; i++) {
    if (!t.joined[i]) continue;
    if (time >= passed && time < passed + t.seconds[i]!) {
      const share = (time - passed) / t.seconds[i]!;
      return [t.x[i]! + share * (t.x[i + 1]! - t.x[i]!), t.y[i]! + share * (t.y[i + 1]! - t.y[i]!)];
    }
    passed += t.seconds[i]!;
  }
  return undefined;
}

test("places along lines are those of a walk along them", () => {
  const tracks = outings(20, 60);
  // Quarters of seconds, so that sums are exact; some segments take no time.
  tracks.seconds.forEach((s, i) => (tracks.seconds[i] = i % 11 === 0 ? 0 : Math.round(4 * s) / 4));
  const times = timesOf(tracks);
  const durations = durationsOf(tracks);
  const at = new Float64Array(2);
  const next = random(5);
  let found = 0;
  for (let k = 0; k < 2000; k++) {
    const a = Math.floor(20 * next());
    const time = 700 * next() - 20;
    const want = walk(tracks, a, time);
    assert.equal(placeAt(tracks, times, a, time, at), want !== undefined, `${a} at ${time} of ${durations[a]}`);
    if (!want) continue;
    found++;
    assert.ok(Math.hypot(at[0]! - want[0], at[1]! - want[1]) < 1e-3);
    assert.ok(time < durations[a]!);
  }
  assert.ok(found > 500);
  const selected = new Uint8Array(20).fill(1);
  assert.equal(longestOf(durations, selected), Math.max(...durations));
  assert.equal(longestOf(durations, new Uint8Array(20)), 1);
});

test("parts of lines are where the whole is at the same time", async () => {
  const tracks = outings(12, 80);
  tracks.seconds.forEach((s, i) => (tracks.seconds[i] = tracks.moving[i] = Math.max(1, Math.round(s))));
  const blocks = await Promise.all(blocksOf(tracks, 15).map((b) => openBlock(b, 12)));
  assert.ok(blocks.length > 3);
  const all = assemblePart(blocks, 12);
  const part = assemblePart(blocks.slice(1), 12);
  const [times, partTimes] = [timesOf(all), timesOf(part)];
  const [p, q] = [new Float64Array(2), new Float64Array(2)];
  let [both, missing] = [0, 0];
  for (let a = 0; a < 12; a++) {
    for (let time = 0.5; time < 800; time += 7) {
      const whole = placeAt(all, times, a, time, p);
      if (!placeAt(part, partTimes, a, time, q)) {
        missing += Number(whole);
        continue;
      }
      both++;
      assert.ok(whole && Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!) < 1e-6, `${a} at ${time}`);
    }
  }
  assert.ok(both > 100 && missing > 10, `${both} in both, ${missing} in the whole only`);
});

test("films are even, and no larger than they need to be", () => {
  assert.deepEqual(filmSize(641, 555), { width: 640, height: 554 });
  assert.deepEqual(filmSize(3840, 2160), { width: 1920, height: 1080 });
  assert.deepEqual(filmSize(1080, 3840), { width: 540, height: 1920 });
  assert.deepEqual(filmSize(2000, 2000), { width: 1440, height: 1440 });
  assert.deepEqual(filmSize(1, 1), { width: 2, height: 2 });
});
