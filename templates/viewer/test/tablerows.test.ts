import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities } from "../src/archive/metadata.ts";
import { type Column, filterRows, NEWEST, orderAfter, manner, rowsInView, searchTexts, sortKeys, sortRows, speedOf } from "../src/ui/tablerows.ts";

const day = (iso: string): number => Date.parse(iso) / 86_400_000;

const activities: Activities = {
  day: [0, day("2024-05-01"), day("2025-03-09"), day("2025-03-09")],
  sport: [0, 1, 0, 2],
  distanceM: [5000, 60_000, 10_000, 0],
  movingS: [1500, 7200, 3300, 600],
  ascentM: [0, 900, 80, 0],
  sports: ["Run", "GravelRide", ""],
  place: [],
  name: ["", "Über den Berg", "Café run", "after work"],
};

const compare = new Intl.Collator("en").compare;
const NAMES = ["Lauf", "Gravel", ""];
const texts = searchTexts(activities, NAMES, (d) => new Intl.DateTimeFormat("en", { timeZone: "UTC", dateStyle: "medium" }).format(d * 86_400_000));
const find = (query: string, flags?: Uint8Array): number[] => [...filterRows(texts.length, () => texts, query, flags)];
const sorted = (column: Column, descending: boolean): number[] =>
  [...sortRows(Uint32Array.of(0, 1, 2, 3), sortKeys(activities, NAMES, column, compare), descending)];

test("the filter finds names, sports and dates, all words of it", () => {
  assert.deepEqual(find(""), [0, 1, 2, 3]);
  assert.deepEqual(find("  cafe "), [2]);
  assert.deepEqual(find("UBER"), [1]);
  assert.deepEqual(find("gravel"), [1]);
  assert.deepEqual(find("lauf"), [0, 2], "sports as the reader calls them");
  assert.deepEqual(find("gravelride"), [1], "and as the archive does");
  assert.deepEqual(find("2025"), [2, 3]);
  assert.deepEqual(find("2025-03"), [2, 3]);
  assert.deepEqual(find("mar 2025 run"), [2]);
  assert.deepEqual(find("1970"), [], "no date is no day of 1970");
  assert.deepEqual(find("run gravel"), []);
});

test("the filter keeps to the selection where asked", () => {
  assert.deepEqual(find("2025", Uint8Array.of(1, 1, 0, 1)), [3]);
  assert.deepEqual(find("", Uint8Array.of(0, 0, 0, 0)), []);
});

test("every column sorts both ways, with what is not known last", () => {
  assert.deepEqual(sorted("date", false), [1, 2, 3, 0]);
  assert.deepEqual(sorted("date", true), [3, 2, 1, 0]);
  assert.deepEqual(sorted("name", false), [3, 2, 1, 0]);
  assert.deepEqual(sorted("name", true), [1, 2, 3, 0]);
  assert.deepEqual(sorted("sport", false), [1, 0, 2, 3]);
  assert.deepEqual(sorted("distance", true), [1, 2, 0, 3]);
  assert.deepEqual(sorted("moving", false), [3, 0, 2, 1]);
  assert.deepEqual(sorted("speed", true), [1, 0, 2, 3]);
  assert.deepEqual(sorted("ascent", false), [2, 1, 0, 3]);
});

test("columns without numbers are archives of less, not an error", () => {
  const bare: Activities = { day: [3], sport: [0], distanceM: [1], movingS: [], ascentM: [], sports: [], place: [], name: [] };
  for (const column of ["name", "date", "sport", "distance", "moving", "speed", "ascent"] as const) {
    assert.deepEqual([...sortRows(Uint32Array.of(0), sortKeys(bare, [], column, compare), true)], [0]);
  }
});

test("a press on a head turns the order, a first one asks for the most", () => {
  assert.deepEqual(orderAfter(NEWEST, "date"), { column: "date", descending: false });
  assert.deepEqual(orderAfter(NEWEST, "distance"), { column: "distance", descending: true });
  assert.deepEqual(orderAfter(NEWEST, "name"), { column: "name", descending: false });
});

test("speed is that of moving, and told by the sport", () => {
  assert.equal(speedOf(activities, 1), 60_000 / 7200);
  assert.ok(Number.isNaN(speedOf(activities, 3)));
  assert.equal(manner(activities, 1), "ride");
  assert.equal(manner(activities, 0), "run");
});

test("only rows in view are drawn, and a few beside them", () => {
  assert.deepEqual(rowsInView(0, 400, 40, 20_000), [0, 18]);
  assert.deepEqual(rowsInView(4000, 400, 40, 20_000), [92, 118]);
  assert.deepEqual(rowsInView(799_600, 400, 40, 20_000), [19_982, 20_000]);
  assert.deepEqual(rowsInView(4000, 400, 40, 3), [3, 3], "scrolled beyond a list that became short");
  assert.deepEqual(rowsInView(0, 400, 40, 0), [0, 0]);
});
