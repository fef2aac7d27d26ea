// What the page paints live against what the builder's painter made of the same lines (layers/live_golden_test.go).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Field } from "../src/archive/metadata.ts";
import { colouring } from "../src/live/colouring.ts";
import { paint } from "../src/live/cpu/paint.ts";
import { penWeights, planFor } from "../src/live/plan.ts";
import { tracksOf } from "./harness/synthetic.ts";

declare const TESTDATA: string;

interface Golden {
  zoom: number;
  x: number;
  y: number;
  step: number;
  as_of: number;
  pieces: { day: number; runs: { points: [number, number][]; segments: { metres: number; seconds: number; heart: number; grade: number | null; moving: boolean }[] }[] }[];
  fields: { id: string; kind: Field["kind"]; unit: string; lo: number; hi: number; pixels: number[] }[];
}

const all = JSON.parse(readFileSync(`${TESTDATA}/paint_golden.json`, "utf8")) as Golden[];
const MIN_GRADE = 0.025;
const LEVELS = 255;

for (const golden of all) {
// The segments by the vertex that they begin at; the last vertex of a run has none.
const segments = golden.pieces.flatMap((p) => p.runs.flatMap((r) => [...r.segments, undefined]));
const rise = (i: number): number => (segments[i]!.grade === null ? NaN : segments[i]!.grade! * segments[i]!.metres);
const tracks = tracksOf(
  golden.pieces.map((p) => p.runs.map((r) => r.points)),
  {
    metres: (i) => segments[i]!.metres,
    seconds: (i) => segments[i]!.seconds,
    moving: (i) => (segments[i]!.moving ? segments[i]!.seconds : 0),
    heart: (i) => segments[i]!.heart,
    rise,
    steep: (i) => Math.abs(rise(i)) || 0,
    hill: (i) => ((segments[i]!.grade ?? -1) >= MIN_GRADE ? rise(i) : 0),
  },
);

for (const { id, kind, unit, lo, hi, pixels } of golden.fields) {
  test(`zoom ${golden.zoom}: ${id} in ${unit} is painted as the builder paints it`, () => {
    const values = Array.from({ length: LEVELS }, (_, k) => lo + ((hi - lo) * k) / (LEVELS - 1));
    const field: Field = { id, kind, unit, values, presence: [1], zooms: [] };
    const layer = { id, group: "", title: "", description: "", field: id, unit, scale: "linear" as const, gamma: 1, ramp: [[0, [0, 0, 0, 0]]] as [number, [number, number, number, number]][] };
    const margin = 64;
    const width = 256 + 2 * margin;
    const days = golden.pieces.map((p) => p.day);
    const { value, presence } = paint(tracks, {
      area: { zoom: golden.zoom, x: 256 * golden.x - margin, y: 256 * golden.y - margin, width, height: width },
      plan: planFor(field, { blurSigmaPX: 2, hillBlurSigmaPX: 4 }),
      weights: penWeights(field, new Uint8Array(days.length).fill(1), days, golden.as_of),
      colouring: colouring(layer, field, { lo, hi }, false),
    });
    // The build stores a presence in 64ths as the nearest of its steps, which here are nothing and all; a count as soon as there is one.
    const least = kind === "count" ? 1e-9 : (32 - 0.5) / 64;
    let lit = 0;
    const off: string[] = [];
    pixels.forEach((index, k) => {
      const p = k * golden.step;
      const at = (Math.floor(p / 256) + margin) * width + (p % 256) + margin;
      if (index > 0) lit++;
      const level = Math.min(LEVELS - 1, Math.max(0, ((value[at]! - lo) / (hi - lo)) * (LEVELS - 1)));
      const there = presence[at]! >= least;
      const same = index === 0 ? !there : there && Math.abs(level - (index - 1)) <= 1;
      if (!same) off.push(`pixel ${p}: level ${level.toFixed(2)} with presence ${presence[at]!.toFixed(3)}, the builder has ${index - 1}`);
    });
    assert.ok(lit > 100, `only ${lit} pixels have a value`);
    assert.deepEqual(off, []);
  });
}
}
