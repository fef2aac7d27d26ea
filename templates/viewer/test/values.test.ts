import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quantity } from "../src/heat/legend.ts";
import { de } from "../src/text/de.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";
import { crowdText, endText, orBeyond, summaryText, unitText, valueText } from "../src/text/values.ts";

const metric = new Formatter("en-GB");
const imperial = new Formatter("en-US", "imperial");

const cases: [quantity: Quantity, value: number, metric: string, imperial: string][] = [
  ["visits", 12.1, "12 visits", "12 visits"],
  ["visits", 1, "1 visit", "1 visit"],
  ["visits", 0.3, "1 visit", "1 visit"],
  ["athletes", 12, "12 athletes", "12 athletes"],
  ["athletes", 1, "1 athlete", "1 athlete"],
  ["pace", 1000 / 275, "4:35 min/km", "7:23 min/mi"],
  ["pace", 0, "", ""],
  ["speed", 5, "18 km/h", "11.2 mph"],
  ["swim", 100 / 105, "1:45 min/100 m", "1:36 min/100 yd"],
  ["visits", 2.5, "2 visits", "2 visits"],
  ["visits", 8 / 3, "3 visits", "3 visits"],
  ["visits", 7 / 3, "2 visits", "2 visits"],
  ["visits", 8.8, "9 visits", "9 visits"],
  ["bpm", 148.4, "148 bpm", "148 bpm"],
  ["percent", 5.13, "5.1 %", "5.1 %"],
  ["grade", 3.2, "+3.2 %", "+3.2 %"],
  ["grade", -3.2, "\u22123.2 %", "\u22123.2 %"],
  ["climb", 3.2, "3.2 m per 100 m", "3.2 ft per 100 ft"],
  ["day", 20211, "last here 3 May 2025", "last here May 3, 2025"],
  ["time", 40, "40 s", "40 s"],
  ["time", 5400, "1.5 h", "1.5 h"],
  ["number", 2.5, "2.5", "2.5"],
  ["bpm", Number.NaN, "", ""],
];

for (const [quantity, value, inMetric, inImperial] of cases) {
  test(`value: ${quantity} ${value}`, () => {
    assert.equal(valueText(quantity, value, metric, en).replaceAll("\u202f", " "), inMetric);
    assert.equal(valueText(quantity, value, imperial, en).replaceAll("\u202f", " "), inImperial);
  });
}

test("an end of a scale stands for all beyond it", () => {
  const told = (quantity: Quantity, value: number, end: "low" | "high" | undefined, words = en): string =>
    orBeyond(valueText(quantity, value, metric, words), quantity, end, words).replaceAll("\u202f", " ");
  assert.equal(told("bpm", 83, "low"), "83 bpm or less");
  assert.equal(told("bpm", 83, undefined), "83 bpm");
  assert.equal(told("grade", 20, "high"), "+20 % or more");
  assert.equal(told("pace", 1000 / 600, "low"), "10:00 min/km or slower");
  assert.equal(told("swim", 100 / 60, "high"), "1:00 min/100 m or faster");
  assert.equal(told("speed", 5, "low"), "18 km/h or less");
  assert.equal(told("bpm", 83, "low", de), "83 bpm oder weniger");
  assert.equal(told("pace", 1000 / 600, "low", de), "10:00 min/km oder langsamer");
  assert.equal(told("pace", 0, "low"), "");
});

test("of a crowd numbers are told as at least so many, and the rim of their glow not at all", () => {
  const told = (quantity: Quantity, value: number, least: number, words = en): string =>
    crowdText(valueText(quantity, value, metric, words), quantity, value, least, words).replaceAll("\u202f", " ");
  assert.equal(told("visits", 10, 5), "10 visits or more");
  assert.equal(told("athletes", 5, 5, de), "5 Sportler oder mehr");
  assert.equal(told("visits", 0.8, 5), "");
  assert.equal(told("athletes", 3, 1), "3 athletes");
  assert.equal(told("bpm", 148, 5), "148 bpm");
  assert.equal(told("visits", 3, 0), "3 visits");
});

test("what is told of activities that are not listed", () => {
  const told = (count: number, of: "activities" | "athletes", least: number): string => summaryText({ count, of, least, speeds: "run" }, metric, en);
  assert.equal(told(1200, "activities", 5), "1,200 activities or more");
  assert.equal(told(1, "athletes", 1), "1 athlete");
  assert.equal(told(7, "activities", 0), "7 activities");
});

test("ends of a range are told like values, nothing and days apart", () => {
  assert.equal(endText("visits", 0, metric, en), "0\u202fvisits");
  assert.equal(endText("visits", 1, metric, en), "1\u202fvisit");
  assert.equal(endText("athletes", 0, metric, en), "0\u202fathletes");
  assert.equal(endText("day", 20211, metric, en), "3 May 2025");
  assert.equal(endText("grade", -8, metric, en), "\u22128\u202f%");
});

test("every quantity but a bare number has a unit", () => {
  for (const [quantity] of cases) assert.equal(unitText(quantity, metric, en) === "", quantity === "number", quantity);
});
