import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities } from "../src/archive/metadata.ts";
import { ALL, isAll, sameSelection, select, toggleSport, totalsOf, withLimits } from "../src/selection.ts";

const ACTIVITIES: Activities = {
  day: [100, 200, 300, 0],
  sport: [0, 1, 0, 2],
  distanceM: [5000, 10_000, 42_195, 8000],
  movingS: [1500, 3600, 12_000, 2400],
  ascentM: [10, 20, 30, 40],
  sports: ["Run", "Ride", "Hike"],
  place: [],
  name: [],
};

const chosen = (s: Parameters<typeof select>[0]): number[] => [...select(s, ACTIVITIES)];

test("limits are inclusive, and a limit on time leaves undated activities out", () => {
  assert.deepEqual(chosen({}), [1, 1, 1, 1]);
  assert.deepEqual(chosen({ from: 200 }), [0, 1, 1, 0]);
  assert.deepEqual(chosen({ to: 200 }), [1, 1, 0, 0]);
  assert.deepEqual(chosen({ minM: 8000, maxM: 10_000 }), [0, 1, 0, 1]);
  assert.deepEqual(chosen({ sports: ["Run"], from: 101 }), [0, 0, 1, 0]);
});

test("totals add up what is selected", () => {
  assert.deepEqual(totalsOf(ACTIVITIES, select({ sports: ["Run"] }, ACTIVITIES)), { count: 2, distanceM: 47_195, movingS: 13_500, ascentM: 40 });
});

test("taking limits away leaves no trace", () => {
  const s = withLimits({ from: 1, to: 2, minM: 100 }, { from: undefined, to: undefined });
  assert.deepEqual(s, { minM: 100 });
  assert.ok(!("from" in s));
  assert.ok(isAll(withLimits(s, { minM: undefined })));
});

test("sports are added and taken away; none and all are no limit", () => {
  const all = ACTIVITIES.sports;
  const hike = toggleSport({ from: 7 }, "Hike", all);
  assert.deepEqual(hike, { from: 7, sports: ["Hike"] });
  const two = toggleSport(hike, "Run", all);
  assert.deepEqual(two.sports, ["Run", "Hike"]);
  assert.deepEqual(toggleSport(two, "Ride", all), { from: 7 });
  assert.deepEqual(toggleSport(hike, "Hike", all), { from: 7 });
});

test("selections are the same by their limits", () => {
  assert.ok(sameSelection({ from: 1, sports: ["Run", "Hike"] }, { sports: ["Run", "Hike"], from: 1 }));
  assert.ok(!sameSelection({ sports: ["Run"] }, ALL));
  assert.ok(!sameSelection({ from: 1 }, { to: 1 }));
  assert.ok(!sameSelection({ minM: 0 }, ALL));
});
