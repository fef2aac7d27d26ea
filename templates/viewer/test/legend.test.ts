import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, quantityOf, type Quantity, steps, ticks } from "../src/heat/legend.ts";
import type { Mapping } from "../src/heat/palette.ts";
import type { Manner } from "../src/sports.ts";
import { Formatter } from "../src/text/format.ts";

const format = new Formatter("en");
const words = { second: "s", minute: "min", hour: "h" };
const map = (over: Partial<Mapping>): Mapping => ({ scale: "linear", gamma: 1, lo: 0, hi: 1, flat: 0.5, ...over });

const cases: [name: string, quantity: Quantity, m: Partial<Mapping>, want: string[]][] = [
  ["visits, log", "visits", { scale: "log", lo: 1, hi: 37 }, ["1", "2", "5", "10", "20"]],
  ["visits, few", "visits", { scale: "log", lo: 1, hi: 2 }, ["1", "2"]],
  ["visits, only one", "visits", { scale: "log", lo: 1, hi: 1 }, ["1"]],
  ["visits, linear, never halves", "visits", { lo: 0, hi: 3 }, ["0", "1", "2", "3"]],
  ["visits, linear, many", "visits", { lo: 0, hi: 137 }, ["0", "50", "100"]],
  ["visits, very many", "visits", { scale: "log", lo: 5000, hi: 60_000 }, ["5,000", "10K", "20K", "50K"]],
  ["pace", "pace", { lo: 2.6, hi: 3.6 }, ["6:00", "5:30", "5:00"]],
  ["pace, narrow", "pace", { lo: 3.1, hi: 3.3 }, ["5:20", "5:15", "5:10", "5:05"]],
  ["pace, from a standstill", "pace", { lo: 0, hi: 4 }, ["60:00", "30:00", "20:00", "15:00", "10:00", "8:00", "6:00", "5:00"]],
  ["pace, of walks and rides", "pace", { lo: 1.3, hi: 18 }, ["10:00", "8:00", "6:00", "5:00", "4:00", "3:00", "2:30", "2:00", "1:30", "1:15", "1:00"]],
  ["speed", "speed", { lo: 4, hi: 9 }, ["15", "20", "25", "30"]],
  ["a swimmer's pace", "swim", { lo: 0.8, hi: 1.25 }, ["2:00", "1:50", "1:40", "1:30", "1:20"]],
  ["heart rate", "bpm", { lo: 131, hi: 172 }, ["140", "150", "160", "170"]],
  ["steepness", "percent", { lo: 0.4, hi: 11.2 }, ["2.5", "5", "7.5", "10"]],
  ["up and down", "grade", { scale: "symmetric", lo: -8, hi: 8 }, ["\u22125", "0", "+5"]],
  ["difference of visits", "visits", { scale: "symmetric", gamma: 0.5, lo: -12, hi: 12 }, ["\u221210", "\u22125", "\u22122", "\u22121", "0", "+1", "+2", "+5", "+10"]],
  ["difference of speeds", "speed", { scale: "symmetric", lo: -0.3, hi: 0.3 }, ["\u22121", "\u22120.5", "0", "+0.5", "+1"]],
  ["climb", "climb", { lo: 0, hi: 9 }, ["0", "2", "4", "6", "8"]],
  ["days, years", "day", { scale: "power", gamma: 3, lo: 18_600, hi: 20_700 }, ["2021", "2022", "2023", "2024", "2025", "2026"]],
  ["days, quarters", "day", { lo: 20_080, hi: 20_500 }, ["2025", "Apr 2025", "Jul 2025", "Oct 2025", "2026"]],
  ["days, one", "day", { lo: 20_100, hi: 20_100 }, ["Jan 12, 2025"]],
  ["time spent, log", "time", { scale: "log", lo: 20, hi: 4000 }, ["20\u202fs", "30\u202fs", "1\u202fmin", "2\u202fmin", "5\u202fmin", "10\u202fmin", "20\u202fmin", "30\u202fmin", "1\u202fh"]],
];

for (const [name, quantity, m, want] of cases) {
  test(`ticks: ${name}`, () => {
    const got = ticks(quantity, map(m), format, words);
    assert.deepEqual(
      got.map((t) => t.label),
      want,
    );
    for (const t of got) assert.ok(t.t >= 0 && t.t <= 1, `${t.label} lies at ${t.t}`);
    for (let i = 1; i < got.length; i++) assert.ok(got[i]!.t >= got[i - 1]!.t, "ticks ascend");
  });
}

const imperial: [name: string, quantity: Quantity, m: Partial<Mapping>, want: string[]][] = [
  ["pace", "pace", { lo: 2.6, hi: 3.6 }, ["10:00", "9:30", "9:00", "8:30", "8:00", "7:30"]],
  ["speed", "speed", { lo: 4, hi: 9 }, ["10", "12.5", "15", "17.5", "20"]],
  ["pace, only one", "pace", { lo: 3, hi: 3 }, ["8:56"]],
  ["a swimmer's pace", "swim", { lo: 0.8, hi: 1.25 }, ["1:50", "1:40", "1:30", "1:20"]],
];

for (const [name, quantity, m, want] of imperial) {
  test(`ticks in miles: ${name}`, () => {
    const got = ticks(quantity, map(m), new Formatter("en", "imperial"), words);
    assert.deepEqual(
      got.map((t) => t.label),
      want,
    );
  });
}

test("steps are multiples of a round number within the range", () => {
  assert.deepEqual(steps(0.31, 0.93, [1, 2, 5, 10]), [0.4, 0.6, 0.8]);
  assert.deepEqual(steps(-2, 2, [1, 2, 5, 10]), [-2, -1, 0, 1, 2]);
  assert.deepEqual(steps(1, 4, [1, 2, 5, 10], true), [1, 2, 3, 4]);
});

test("labels that would touch are dropped, the less round ones first", () => {
  const at = (t: number, label: string, rank: number) => ({ t, label, rank });
  const all = [at(0, "1", 0), at(0.05, "2", 2), at(0.5, "5", 1), at(0.52, "6", 2), at(1, "10", 0)];
  const got = keep(all, 200, (label) => 8 * label.length, 10);
  assert.deepEqual(
    got.map((t) => t.label),
    ["1", "5", "10"],
  );
});

test("labels at the ends are pushed inside the bar", () => {
  const [first, last] = keep([{ t: 0, label: "first", rank: 0 }, { t: 1, label: "last", rank: 0 }], 200, () => 40);
  assert.equal(first!.x, 20);
  assert.equal(last!.x, 180);
});

test("speeds are paces for runners and swimmers and km/h for riders", () => {
  const field = { id: "pace", kind: "mean", unit: "m/s", values: [1], presence: [1], zooms: [] } as const;
  const told = (manner: Manner): Quantity => quantityOf({ ...field, values: [1], presence: [1], zooms: [] }, "linear", manner);
  assert.deepEqual([told("run"), told("ride"), told("swim")], ["pace", "speed", "swim"]);
});
