// The values that painted tiles tell apart.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Levels, paintedValues } from "../src/heat/quantise.ts";

const even = { kind: "mean" as const, values: [-14, -13, -12, -11] };
const ratio = { kind: "mean" as const, values: [1, 1.1, 1.21, 1.331] };

test("a painted mean stands between the levels of its scale, and on each of them", () => {
  for (const scale of [even, ratio]) {
    const fine = paintedValues(scale);
    assert.equal(fine.length, 25);
    assert.deepEqual(fine.filter((_, i) => i % 8 === 0), scale.values);
    fine.slice(1).forEach((v, i) => assert.ok(v > fine[i]!));
    const levels = new Levels({ ...scale, values: fine });
    const coarse = new Levels(scale);
    for (let v = scale.values[0]!; v < scale.values.at(-1)!; v += 0.0123) {
      const near = fine[levels.of(v)]!;
      assert.ok(Math.abs(near - v) <= Math.abs(scale.values[coarse.of(v)]! - v) + 1e-6, `${v} is told as ${near}`);
    }
  }
  // Even steps of a mean by difference, others by ratio.
  assert.equal(paintedValues(even)[4], -13.5);
  assert.ok(Math.abs(paintedValues(ratio)[4]! - Math.sqrt(1.1)) < 1e-12);
});

test("a count and a day are what the scale says", () => {
  for (const kind of ["count", "date"] as const) assert.deepEqual(paintedValues({ kind, values: [1, 2, 4] }), [1, 2, 4]);
});
