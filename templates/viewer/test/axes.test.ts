import assert from "node:assert/strict";
import { test } from "node:test";
import { type Axis, dayAxis, dayTicks, distanceAxis, distanceTicks, shownTicks, type Tick } from "../src/axes.ts";
import { Formatter } from "../src/text/format.ts";

const FORMAT = new Formatter("en-GB");
const day = (date: string): number => Date.parse(date) / 86_400_000;
const texts = (ticks: Tick[]): string[] => ticks.map((t) => t.text);

/** Mostly 5 to 15 km, some rides, one of 200 km. */
const TYPICAL = [
  ...Array.from({ length: 200 }, (_, i) => 5000 + i * 50),
  ...Array.from({ length: 20 }, (_, i) => 20_000 + i * 3000),
  1234,
  200_040,
];

test("days lie evenly, from the start of the first to the end of the last", () => {
  const axis = dayAxis([0, 20_009, 20_000, 20_004])!;
  assert.deepEqual([axis.min, axis.max], [20_000, 20_010]);
  assert.equal(axis.place(20_005), 0.5);
  assert.equal(axis.at(0.52), 20_005);
  assert.equal(axis.at(-3), 20_000);
  assert.equal(axis.at(1.2), 20_010);
});

test("where there is nothing to choose from there is no axis", () => {
  assert.equal(dayAxis([]), undefined);
  assert.equal(dayAxis([0, 0]), undefined);
  assert.equal(dayAxis([20_000, 0, 20_000]), undefined);
  assert.equal(distanceAxis([]), undefined);
  assert.equal(distanceAxis([5000]), undefined);
  assert.equal(distanceAxis([5010, 5020]), undefined);
});

test("common distances have the room, however far the longest is", () => {
  const axis = distanceAxis(TYPICAL)!;
  assert.deepEqual([axis.min, axis.max], [0, 200_100]);
  assert.equal(distanceAxis([40_060, 41_000, 42_200])!.min, 40_000, "nothing is too far away");
  assert.ok(axis.place(15_000) - axis.place(5000) > 0.33, "5 to 15 km");
  assert.ok(axis.place(100_000) < 0.95, "100 km");
});

test("distances snap to whole 100 m, and every one of them comes back from its place", () => {
  for (const axis of [distanceAxis(TYPICAL)!, distanceAxis([0, 10_000, 10_000, 10_000, 300_000])!]) {
    let before = -1;
    for (let m = axis.min; m <= axis.max; m += 100) {
      const place = axis.place(m);
      assert.ok(place > before, `${m} m lies beyond ${m - 100} m`);
      assert.equal(axis.at(place), m);
      before = place;
    }
    assert.equal(axis.place(axis.min), 0);
    assert.equal(axis.place(axis.max), 1);
  }
});

test("days have ticks at years, months or days", () => {
  const between = (from: string, to: string): string[] => texts(dayTicks(dayAxis([day(from), day(to)])!, FORMAT));
  assert.deepEqual(between("2020-03-01", "2024-06-01"), ["2021", "2022", "2023", "2024"]);
  assert.deepEqual(between("1998-03-01", "2024-06-01"), ["2000", "2005", "2010", "2015", "2020"]);
  assert.deepEqual(between("2024-01-15", "2024-09-15"), ["Mar 2024", "May 2024", "Jul 2024", "Sept 2024"]);
  assert.deepEqual(between("2024-01-01", "2024-01-30"), ["6 Jan 2024", "16 Jan 2024", "26 Jan 2024"]);
});

test("distances have ticks at round numbers of the reader's unit, apart from each other", () => {
  const axis = distanceAxis(TYPICAL)!;
  const check = (ticks: Tick[], unitM: number, unit: string): void => {
    assert.ok(ticks.length >= 4 && ticks.length <= 9, `${texts(ticks)}`);
    assert.ok(ticks.at(-1)!.text.endsWith(`\u202f${unit}`));
    ticks.forEach((tick, i) => {
      const value = parseFloat(tick.text);
      assert.ok(Math.abs(axis.place(value * unitM) - tick.place) < 1e-9, tick.text);
      if (i > 0) assert.ok(tick.place - ticks[i - 1]!.place >= 1 / 12, `${texts(ticks)}`);
    });
  };
  check(distanceTicks(axis, FORMAT), 1000, "km");
  check(distanceTicks(axis, new Formatter("en-US", "imperial")), 1609.344, "mi");
  const km = distanceTicks(axis, FORMAT).map((t) => t.text);
  assert.deepEqual(km, ["0", "5", "10", "15", "20", "30", "50", "200\u202fkm"]);
  const short: Axis = distanceAxis([4000, 4500, 5000, 5100, 5600])!;
  assert.ok(texts(distanceTicks(short, FORMAT)).length >= 1);
});

test("names of ticks do not overlap, and stay within the axis", () => {
  const ticks = [0.01, 0.16, 0.36, 0.55, 0.97].map((place, i) => ({ place, text: `Mon 202${i}` }));
  assert.deepEqual(shownTicks(ticks).map(({ text, side }) => [text, side]), [["Mon 2020", "start"], ["Mon 2022", undefined], ["Mon 2023", undefined], ["Mon 2024", "end"]]);
  for (let last = 40; last < 800; last++) {
    let end = 0;
    for (const { place, text, side } of shownTicks(dayTicks(dayAxis([20_000, 20_000 + last])!, FORMAT))) {
      const width = 0.022 * text.length;
      const from = side === "start" ? place : side === "end" ? place - width : place - width / 2;
      assert.ok(from >= end - 1e-9 && from + width <= 1 + 1e-9, `${text} at ${place} of ${last} days`);
      end = from + width;
    }
  }
});
