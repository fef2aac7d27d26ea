import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field, Layer } from "../src/archive/metadata.ts";
import { differenceLayer, differenceRange, differs } from "../src/difference.ts";
import { mapping, position, rampColour, valueAtPosition } from "../src/heat/palette.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";
import { differenceText } from "../src/text/values.ts";
import { layerFor } from "./harness/synthetic.ts";

const of = (id: string): { field: Field; layer: Layer } => layerFor(id);

test("two pictures of one layer differ, those of days and of two layers do not", () => {
  const fieldOf = (id: string): Field => of(id).field;
  const picture = (layer: string): { layer: string; selection: object } => ({ layer, selection: {} });
  assert.ok(differs({ pictures: [picture("visits"), picture("visits")] }, fieldOf));
  assert.ok(!differs({ pictures: [picture("visits"), picture("pace")] }, fieldOf));
  assert.ok(!differs({ pictures: [picture("recency"), picture("recency")] }, fieldOf));
  assert.ok(!differs({ pictures: [picture("visits")] }, fieldOf));
});

test("nothing is in the middle of the ramp, as much either way at the same distance", () => {
  const { field, layer } = of("visits");
  const looked = differenceLayer(layer, field);
  const range = differenceRange(field, { lo: 1, hi: 40 }, { lo: 1, hi: 16 });
  assert.deepEqual(range, { lo: -10, hi: 10 });
  const m = mapping(looked, field, range);
  assert.deepEqual([-99, -10, -2.5, 0, 2.5, 10, 99].map((v) => position(m, v)), [0, 0, 0.25, 0.5, 0.75, 1, 1]);
  for (const v of [-9, -1, 0, 3, 10]) assert.ok(Math.abs(valueAtPosition(m, position(m, v)) - v) < 1e-9);
  assert.ok(rampColour(looked.ramp, 0.5)[3] < rampColour(looked.ramp, 0.9)[3], "nothing steps back");
  assert.deepEqual(differenceRange(field, { lo: 1, hi: 1 }, { lo: 1, hi: 2 }), { lo: -1, hi: 1 }, "one visit is the least there is");
  assert.deepEqual(differenceRange(of("pace").field, { lo: 2, hi: 4 }, { lo: 2, hi: 6 }), { lo: -1, hi: 1 });
});

test("a difference in words", () => {
  const told = (...args: [Parameters<typeof differenceText>[0], number, ("metric" | "imperial")?]): string =>
    differenceText(args[0], args[1], new Formatter("en", args[2] ?? "metric"), en).replace("\u202f", " ");
  assert.equal(told("visits", 3.4), "+3 visits");
  assert.equal(told("visits", -1), "\u22121 visit");
  assert.equal(told("visits", 0.3), "no difference");
  assert.equal(told("speed", -0.5), "\u22121.8 km/h");
  assert.equal(told("speed", -0.5, "imperial"), "\u22121.1 mph");
  assert.equal(told("bpm", 7), "+7 bpm");
  assert.equal(told("time", -90), "\u22121.5 min");
});
