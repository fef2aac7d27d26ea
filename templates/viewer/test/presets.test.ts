import assert from "node:assert/strict";
import { test } from "node:test";
import { yearSpan } from "../src/text/describe.ts";
import { sportsByCount } from "../src/ui/chips.ts";
import { presetsOf } from "../src/ui/presets.ts";

const day = (date: string): number => Date.parse(date) / 86_400_000;

test("presets are those that have activities, newest first", () => {
  const days = [day("2026-02-01"), day("2025-07-01"), day("2022-12-31"), day("2022-01-01"), 0];
  const presets = presetsOf(days, day("2026-09-04"));
  assert.deepEqual(presets.map((p) => p.id), ["all", "thisyear", "last12", "2025", "2022"]);
  assert.deepEqual(presets[1], { id: "thisyear", from: yearSpan(2026).from, to: undefined });
  assert.deepEqual(presets[2], { id: "last12", from: day("2025-09-05"), to: undefined });
  assert.deepEqual(presets[4], { id: "2022", ...yearSpan(2022) });
});

test("this year has an end where there are activities after today", () => {
  assert.deepEqual(presetsOf([day("2025-03-01"), day("2026-01-01")], day("2025-11-20"))[1], { id: "thisyear", from: day("2025-01-01"), to: day("2025-11-20") });
});

test("nothing recent, no recent presets", () => {
  assert.deepEqual(presetsOf([day("2020-06-01")], day("2026-09-04")).map((p) => p.id), ["all", "2020"]);
  assert.deepEqual(presetsOf([0, 0], day("2026-09-04")).map((p) => p.id), ["all"]);
});

test("twelve months end on a leap day, too", () => {
  assert.equal(presetsOf([day("2024-02-29")], day("2024-02-29"))[2]!.from, day("2023-03-01"));
});

test("sports come by how many activities they have", () => {
  const a = { day: [], sport: [2, 0, 2, 1, 2, 1], distanceM: [], movingS: [], ascentM: [], sports: ["Run", "Ride", "Hike", "Swim"], place: [], name: [] };
  assert.deepEqual(sportsByCount(a), [
    { sport: "Hike", count: 3 },
    { sport: "Ride", count: 2 },
    { sport: "Run", count: 1 },
  ]);
});
