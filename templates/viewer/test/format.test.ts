import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, Formatter, paceOf } from "../src/text/format.ts";
import { wordingFor } from "../src/text/strings.ts";

test("a pace is minutes and seconds", () => {
  assert.equal(clock(270), "4:30");
  assert.equal(clock(59.6), "1:00");
  assert.equal(clock(3600), "60:00");
  assert.equal(clock(paceOf(1000 / 285)), "4:45");
});

test("numbers are written as the locale has them", () => {
  assert.equal(new Formatter("en").number(1234.56), "1,234.6");
  assert.equal(new Formatter("de").number(1234.56), "1.234,6");
  assert.equal(new Formatter("en").signed(-4), "\u22124");
  assert.equal(new Formatter("en").compact(9999), "9,999");
  assert.equal(new Formatter("en").compact(12_000), "12K");
});

test("days are days of UTC, whatever the reader's time zone", () => {
  const f = new Formatter("en");
  assert.equal(f.day(0, "day"), "Jan 1, 1970");
  assert.equal(f.day(20_454, "year"), "2026");
  assert.equal(f.day(20_453, "month"), "Dec 2025");
});

test("an unknown language falls back to English", () => {
  assert.equal(wordingFor(["tlh", "en-GB"]).strings.layers, "Layers");
  assert.equal(wordingFor([]).strings.layers, "Layers");
});

test("numbers are written as the words are", () => {
  const told = (...languages: string[]): string => new Formatter(wordingFor(languages).locale).number(1234.5);
  assert.equal(told("de-DE"), "1.234,5");
  assert.match(told("de-CH", "en"), /^1\D234\.5$/);
  assert.equal(told("fr-FR", "en-GB"), "1,234.5");
  assert.equal(told("fr-FR"), "1,234.5", "English words");
  assert.equal(told("en-x-"), "1,234.5", "not a locale");
});

test("a time is as exact as it is long", () => {
  const format = new Formatter("en-GB");
  const written = [59 * 60, 3900, 86_340, 340_560].map((s) => format.duration(s)).map(({ value, unit }) => `${value} ${unit}`);
  assert.deepEqual(written, ["59 min", "1:05 h", "23:59 h", "95 h"]);
});

test("a speed is told no more precisely than it is known", () => {
  const metric = new Formatter("en-GB");
  const told = (ms: number, manner: "run" | "ride" | "swim", doubt: number): string => metric.speed(ms, manner, doubt).value;
  assert.equal(told(1000 / 277, "run", 0), "4:37");
  assert.equal(told(1000 / 277, "run", 0.02), "4:40");
  assert.equal(told(1000 / 277, "run", 0.1), "4:30");
  assert.equal(told(1000 / 637, "run", 0.02), "10:30");
  assert.equal(told(100 / 103, "swim", 0.025), "1:45");
  assert.equal(told(27.3 / 3.6, "ride", 0.02), "27");
  assert.equal(told(27.3 / 3.6, "ride", 0), "27.3");
  assert.equal(told(0, "run", 0.02), "\u2013");
});
