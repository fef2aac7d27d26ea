import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities } from "../src/archive/metadata.ts";
import { dayAxis, distanceAxis } from "../src/axes.ts";
import { Counter, dayBars, distanceBars } from "../src/histogram.ts";
import { select, type Selection, totalsOf } from "../src/selection.ts";

/** Activities that look random but are always the same. */
function activities(n: number): Activities {
  const at = (i: number, k: number): number => ((i * 7919 + k * 104_729) % 9973) / 9973;
  const column = (f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i));
  return {
    day: column((i) => (i % 50 === 0 ? 0 : 18_000 + Math.floor(at(i, 1) * 2500))),
    sport: column((i) => Math.floor(at(i, 2) ** 2 * 3)),
    distanceM: column((i) => Math.round(2000 + 60_000 * at(i, 3) ** 4)),
    movingS: column((i) => Math.round(3600 * at(i, 4))),
    ascentM: column((i) => Math.round(900 * at(i, 5))),
    sports: ["Run", "Ride", "Hike"],
    place: [],
    name: [],
  };
}

const sum = (counts: Uint32Array): number => counts.reduce((a, b) => a + b, 0);

test("there are about fifty bars of days, each of whole days and weeks", () => {
  for (const span of [2, 30, 70, 71, 200, 281, 490, 491, 1000, 5000, 12_000]) {
    const bars = dayBars([20_000, 20_000 + span - 1], dayAxis([20_000, 20_000 + span - 1])!);
    const width = Math.round(bars.width * span);
    assert.ok(bars.count <= 70, `${span} days: ${bars.count} bars`);
    if (span >= 70) assert.ok(bars.count >= 34, `${span} days: ${bars.count} bars`);
    assert.ok(width < 5 || width % 7 === 0, `${span} days: bars of ${width}`);
    assert.equal(sum(bars.all), 2);
    assert.equal(bars.all[0], 1);
    assert.equal(bars.all.at(-1), 1);
  }
});

test("undated activities are in no bar of days", () => {
  const a = activities(500);
  assert.equal(sum(dayBars(a.day, dayAxis(a.day)!).all), 490);
  assert.equal(sum(distanceBars(a.distanceM, distanceAxis(a.distanceM)!).all), 500);
});

test("a pass counts as selecting does, and each histogram leaves its own limit aside", () => {
  const a = activities(3000);
  const days = dayBars(a.day, dayAxis(a.day)!);
  const distances = distanceBars(a.distanceM, distanceAxis(a.distanceM)!);
  const counter = new Counter(a, days, distances);
  const cases: Selection[] = [{}, { from: 19_000 }, { to: 19_000, minM: 4000 }, { sports: ["Ride"], maxM: 9000, from: 18_500, to: 20_000 }, { sports: [] }];
  for (const s of cases) {
    const got = counter.count(s);
    assert.deepEqual(got.totals, totalsOf(a, select(s, a)));
    const { from: _from, to: _to, ...others } = s;
    const expected = new Uint32Array(days.count);
    select(others, a).forEach((f, i) => {
      if (f && a.day[i] !== 0) expected[days.of[i]!]!++;
    });
    assert.deepEqual(got.days, expected);
    const { minM: _min, maxM: _max, ...rest } = s;
    assert.equal(sum(got.distances), totalsOf(a, select(rest, a)).count);
  }
});

test("without axes there are totals still", () => {
  const a: Activities = { day: [0], sport: [0], distanceM: [5000], movingS: [1500], ascentM: [10], sports: ["Run"], place: [], name: [] };
  assert.deepEqual(new Counter(a, undefined, undefined).count({}).totals, { count: 1, distanceM: 5000, movingS: 1500, ascentM: 10 });
});
