import assert from "node:assert/strict";
import { test } from "node:test";
import { limited } from "../src/ui/datefields.ts";

const axis = { min: 100, max: 201 };

test("days that limit nothing are no limits", () => {
  assert.deepEqual(limited({ from: 100, to: 200 }, axis, true), { from: undefined, to: undefined });
  assert.deepEqual(limited({ from: 3, to: 900 }, axis, false), { from: undefined, to: undefined });
  assert.deepEqual(limited({ from: 101, to: 199 }, axis, true), { from: 101, to: 199 });
});

test("an end that would stand before the other takes it along", () => {
  assert.deepEqual(limited({ from: 150, to: 120 }, axis, true), { from: 150, to: 150 });
  assert.deepEqual(limited({ from: 150, to: 120 }, axis, false), { from: 120, to: 120 });
});
