import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field, Layer } from "../src/archive/metadata.ts";
import { formatLook, type Look, lookedLayer, lookedMapping, lookedRange, parseLook, plainRange, roundedEnd, scaleOf, scalesFor } from "../src/heat/look.ts";
import { levelColours, position, valueAtPosition } from "../src/heat/palette.ts";

const layer = (over: Partial<Layer>): Layer => ({
  id: "l", group: "g", title: "", description: "", field: "f", unit: "", scale: "linear", gamma: 1,
  ramp: [[0, [0, 0, 0, 100]], [1, [255, 255, 255, 255]]],
  ...over,
});
const field = (over: Partial<Field>): Field => ({
  id: "f", kind: "mean", unit: "m/s", values: [0.5, 1, 2, 4, 8], presence: [1], zooms: [{ zoom: 10, lo: 2, hi: 4 }, { zoom: 12, lo: 1, hi: 8 }],
  ...over,
});

const visits = field({ kind: "count", unit: "visits", zooms: [{ zoom: 10, lo: 0, hi: 40 }] });
const all = layer({ scale: "log", from: 1 });
const top = layer({ scale: "linear", from: 0 });
const slope = layer({ scale: "symmetric" });
const slopes = field({ unit: "%", zooms: [{ zoom: 10, lo: -8, hi: 8 }] });

const ranges: [name: string, l: Layer, f: Field, look: Look, lo: number, hi: number][] = [
  ["nothing chosen", layer({}), field({}), {}, 2, 4],
  ["one end", layer({}), field({}), { hi: 3 }, 2, 3],
  ["both ends", layer({}), field({}), { lo: 2.5, hi: 3 }, 2.5, 3],
  ["ends beyond the zoom's", layer({}), field({}), { lo: 1, hi: 6 }, 1, 6],
  ["a start of its own", all, visits, {}, 1, 40],
  ["a start that is chosen", all, visits, { lo: 5 }, 5, 40],
  ["a start of nothing makes no ratio", all, visits, { lo: 0 }, 1, 40],
  ["even steps start at nothing", all, visits, { scale: "linear" }, 0, 40],
  ["ratios start at one visit", top, visits, { scale: "log" }, 1, 40],
  ["local is like log", top, visits, { scale: "local", lo: 3 }, 3, 40],
  ["a scale that makes no sense is left out", layer({}), field({}), { scale: "log" }, 2, 4],
  ["both sides", slope, slopes, {}, -8, 8],
  ["both sides of a magnitude", slope, slopes, { hi: 3 }, -3, 3],
  ["a lower end of both sides is none", slope, slopes, { lo: 3 }, -8, 8],
];

for (const [name, l, f, look, lo, hi] of ranges) {
  test(`range: ${name}`, () => {
    assert.deepEqual(lookedRange(l, f, 10, look), { lo, hi });
    const m = lookedMapping(l, f, 10, look)!;
    assert.equal(position(m, hi), 1);
    assert.equal(position(m, lo), 0);
  });
}

test("the zoom decides what the look leaves open, and a live picture's range takes its place", () => {
  assert.deepEqual(lookedRange(layer({}), field({}), 12, { lo: 3 }), { lo: 3, hi: 8 });
  assert.deepEqual(lookedRange(layer({}), field({}), 12, { lo: 3 }, { lo: 2, hi: 5 }), { lo: 3, hi: 5 });
  assert.deepEqual(plainRange(all, visits, 10, { lo: 7, hi: 9 }), { lo: 1, hi: 40 });
  assert.equal(lookedRange(layer({}), field({ zooms: [] }), 10, {}), undefined);
});

test("an end beyond all of a zoom puts its values on one side", () => {
  const above = lookedMapping(layer({}), field({}), 10, { lo: 7 })!;
  assert.deepEqual([2, 4, 6.9].map((v) => position(above, v)), [0, 0, 0]);
  const below = lookedMapping(layer({}), field({}), 10, { hi: 1 })!;
  assert.deepEqual([2, 4].map((v) => position(below, v)), [1, 1]);
  const visited = lookedMapping(all, visits, 10, { lo: 90 })!;
  assert.equal(position(visited, 40), 0);
});

test("scales are offered where they mean something", () => {
  assert.deepEqual(scalesFor(all, visits), ["linear", "log", "local"]);
  assert.deepEqual(scalesFor(all, field({ kind: "sum" })), ["linear", "log"]);
  assert.deepEqual(scalesFor(layer({}), field({})), []);
  assert.deepEqual(scalesFor(slope, slopes), []);
  assert.deepEqual(scalesFor(layer({ scale: "power" }), field({ kind: "date" })), []);
  assert.equal(scaleOf(all, visits, {}), "log");
  assert.equal(scaleOf(all, visits, { scale: "local" }), "local");
  assert.equal(scaleOf(all, field({ kind: "sum" }), { scale: "local" }), "log");
});

test("a looked layer changes the colours as its look says", () => {
  const colour = (look: Look, index: number): number[] => [
    ...levelColours(lookedLayer(layer({}), field({}), look), field({}), lookedRange(layer({}), field({}), 10, look)!).subarray(4 * index - 4, 4 * index),
  ];
  assert.deepEqual(colour({}, 3), [0, 0, 0, 100]); // 2 m/s
  assert.deepEqual(colour({}, 4), [255, 255, 255, 255]); // 4 m/s
  assert.deepEqual(colour({ reversed: true }, 3), [255, 255, 255, 100]);
  assert.deepEqual(colour({ reversed: true }, 4), [0, 0, 0, 255]);
  assert.deepEqual(colour({ hi: 6 }, 4), [128, 128, 128, 178]);
  assert.deepEqual(colour({ ramp: "mono" }, 4), [255, 255, 255, 255]);
  assert.deepEqual(colour({ ramp: "mono" }, 3), [0x62, 0x68, 0x6f, 0xb4]);
});

test("values and places of a ramp undo each other", () => {
  const base = { gamma: 3, lo: 2, hi: 50, flat: 0.5 };
  for (const scale of ["linear", "log", "power", "symmetric"] as const) {
    for (const t of [0, 0.2, 0.5, 0.9, 1]) {
      assert.ok(Math.abs(position({ ...base, scale }, valueAtPosition({ ...base, scale }, t)) - t) < 1e-12, `${scale} ${t}`);
    }
  }
  assert.equal(valueAtPosition({ ...base, scale: "linear" }, 1.5), 74);
  assert.equal(valueAtPosition({ ...base, scale: "linear", hi: 2 }, 0.3), 2);
});

test("ends are kept as they can be told", () => {
  assert.equal(roundedEnd(visits, 12.4), 12);
  assert.equal(roundedEnd(field({}), 2.74839), 2.75);
  assert.equal(roundedEnd(slopes, -3.26), -3.3);
});

const looks: [look: Look, text: string][] = [
  [{}, ""],
  [{ ramp: "own", reversed: false }, ""],
  [{ ramp: "viridis", reversed: true, scale: "log", lo: 1, hi: 20 }, "viridis,r,log,1..20"],
  [{ hi: 3.25 }, "..3.25"],
  [{ lo: -8.5 }, "-8.5.."],
  [{ ramp: "blue-orange", scale: "local" }, "blue-orange,local"],
  [{ lo: 0, hi: 20_500 }, "0..20500"],
];

for (const [look, text] of looks) {
  test(`look in a link: ${text || "none"}`, () => {
    assert.equal(formatLook(look), text);
    assert.equal(encodeURIComponent(text).replaceAll("%2C", ","), text, "nothing needs escaping");
    assert.equal(formatLook(parseLook(text)!), text);
  });
}

test("the ends of a look are told in few digits and read back", () => {
  assert.equal(formatLook({ lo: 1 / 3, hi: 1e-7 + 2 }), "0.333333..2");
  assert.deepEqual(parseLook("0.333333..2"), { lo: 0.333333, hi: 2 });
  for (const hi of [0.00001234, 123456789, 1e-8, 1e9]) assert.ok(Math.abs(parseLook(formatLook({ hi }))!.hi! - hi) < 1e-5 * hi, String(hi));
});

test("garbage is no look", () => {
  for (const text of [",", "R", "viridis,,r", "1..2..3", "5..1", "<b>", "1e999..", "..", "NaN..", "viridis ", "..1e9999", "a".repeat(40), "%"]) {
    const look = parseLook(text);
    assert.ok(look === undefined || formatLook(look) === "", `${text}: ${JSON.stringify(look)}`);
  }
});
