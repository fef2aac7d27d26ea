import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Field, type Layer, parseColour, type RGBA } from "../src/archive/metadata.ts";
import { levelColours, mapping, position, rampColour } from "../src/heat/palette.ts";

declare const TESTDATA: string;

const layer = (over: Partial<Layer>): Layer => ({
  id: "l",
  group: "g",
  title: "",
  description: "",
  field: "f",
  unit: "",
  scale: "linear",
  gamma: 1,
  ramp: [
    [0, [0, 0, 0, 0]],
    [1, [255, 255, 255, 255]],
  ],
  ...over,
});

const field = (over: Partial<Field>): Field => ({ id: "f", kind: "mean", unit: "", values: [0, 1], presence: [1], zooms: [], ...over });

const positions: [name: string, layer: Partial<Layer>, kind: Field["kind"], lo: number, hi: number, value: number, want: number][] = [
  ["linear in the middle", { scale: "linear" }, "mean", 2, 4, 3, 0.5],
  ["linear below", { scale: "linear" }, "mean", 2, 4, 1, 0],
  ["linear above", { scale: "linear" }, "mean", 2, 4, 9, 1],
  ["log at its geometric middle", { scale: "log", from: 1 }, "count", 0, 100, 10, 0.5],
  ["log below its start", { scale: "log", from: 1 }, "count", 0, 100, 0.1, 0],
  ["log of nothing", { scale: "log", from: 1 }, "count", 0, 100, 0, 0],
  ["power", { scale: "power", gamma: 3 }, "date", 100, 200, 150, 0.125],
  ["power clamps before it raises", { scale: "power", gamma: 2 }, "date", 100, 200, 50, 0],
  ["symmetric at zero", { scale: "symmetric" }, "mean", -8, 8, 0, 0.5],
  ["symmetric up", { scale: "symmetric" }, "mean", -8, 8, 4, 0.75],
  ["symmetric far down", { scale: "symmetric" }, "mean", -8, 8, -99, 0],
  ["a range without extent, counts", { scale: "log", from: 1 }, "count", 0, 1, 1, 1],
  ["a range without extent, means", { scale: "linear" }, "mean", 5, 5, 5, 0.5],
  ["a flat symmetric range", { scale: "symmetric" }, "mean", 0, 0, 3, 0.5],
];

for (const [name, over, kind, lo, hi, value, want] of positions) {
  test(`position: ${name}`, () => {
    assert.ok(Math.abs(position(mapping(layer(over), field({ kind }), { lo, hi }), value) - want) < 1e-12);
  });
}

test("a ramp mixes each channel and rounds halves up", () => {
  const ramp: Layer["ramp"] = [
    [0, [0, 10, 255, 0]],
    [0.5, [1, 20, 0, 255]],
    [1, [255, 20, 0, 255]],
  ];
  assert.deepEqual(rampColour(ramp, 0), [0, 10, 255, 0]);
  assert.deepEqual(rampColour(ramp, 0.25), [1, 15, 128, 128]);
  assert.deepEqual(rampColour(ramp, 0.5), [1, 20, 0, 255]);
  assert.deepEqual(rampColour(ramp, 0.75), [128, 20, 0, 255]);
  assert.deepEqual(rampColour(ramp, 7), [255, 20, 0, 255]);
});

test("every level has its colour", () => {
  assert.deepEqual([...levelColours(layer({}), field({ values: [0, 0.5, 1] }), { lo: 0, hi: 1 })], [0, 0, 0, 0, 128, 128, 128, 128, 255, 255, 255, 255]);
});

test("colours are read with and without alpha", () => {
  assert.deepEqual(parseColour("#fc4c03"), [252, 76, 3, 255]);
  assert.deepEqual(parseColour("#FC4C0380"), [252, 76, 3, 128]);
  for (const bad of ["fc4c03", "#fc4c0", "#fc4c0g", "red", 7, null]) assert.equal(parseColour(bad), undefined);
});

/** What package layers computes for the same layers, fields and ranges; a test there keeps the file true. */
interface Golden {
  name: string;
  layer: { scale: Layer["scale"]; gamma?: number; from?: number; ramp: [number, string][] };
  kind: Field["kind"];
  scale: { values: number[]; presence: number[] };
  lo: number;
  hi: number;
  palette: number[][];
}

/** Whether number i of the colours of a field's levels is one of a value that is there for sure: counts below 1 are not. */
const sure = (f: Field, i: number): boolean => f.kind !== "count" || f.values[i >> 2]! >= 1;

test("colours equal those of the Go side", () => {
  const cases = JSON.parse(readFileSync(`${TESTDATA}/palette_golden.json`, "utf8")) as Golden[];
  assert.ok(cases.length > 0);
  for (const c of cases) {
    const ramp = c.layer.ramp.map(([t, colour]): [number, RGBA] => [t, parseColour(colour)!]);
    const l = layer({ scale: c.layer.scale, gamma: c.layer.gamma || 1, ramp, ...(c.layer.from === undefined ? {} : { from: c.layer.from }) });
    const f = field({ kind: c.kind, values: c.scale.values.map(Math.fround), presence: c.scale.presence.map(Math.fround) });
    // What is there for sure comes last; presence takes of the alpha alone.
    assert.deepEqual([...levelColours(l, f, c)].filter((_, i) => sure(f, i)), c.palette.slice(-f.values.length).flat().filter((_, i) => sure(f, i)), c.name);
  }
});
