import assert from "node:assert/strict";
import { test } from "node:test";
import { planSpans, type Range } from "../src/archive/ranges.ts";

const r = (offset: number, length: number): Range => ({ offset, length });

const cases: [name: string, ranges: Range[], want: [offset: number, length: number, parts: number[]][]][] = [
  ["none", [], []],
  ["one", [r(5, 10)], [[5, 10, [0]]]],
  ["neighbours in any order", [r(20, 10), r(0, 10), r(10, 10)], [[0, 30, [1, 2, 0]]]],
  ["a gap just small enough", [r(0, 10), r(110, 10)], [[0, 120, [0, 1]]]],
  ["a gap too wide", [r(0, 10), r(111, 10)], [[0, 10, [0]], [111, 10, [1]]]],
  ["the same twice", [r(0, 10), r(0, 10)], [[0, 10, [0, 1]]]],
  ["one inside the other", [r(0, 100), r(10, 5), r(90, 20)], [[0, 110, [0, 1, 2]]]],
  ["no span grows beyond the limit", [r(0, 600), r(600, 600)], [[0, 600, [0]], [600, 600, [1]]]],
  ["but one range may be larger than it", [r(0, 5000), r(100, 10)], [[0, 5000, [0, 1]]]],
];

for (const [name, ranges, want] of cases) {
  test(`spans: ${name}`, () => {
    assert.deepEqual(
      planSpans(ranges, 100, 1000).map((s) => [s.offset, s.length, s.parts]),
      want,
    );
  });
}

test("every range lies in the one span that names it", () => {
  let seed = 1;
  const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round++) {
    const ranges = Array.from({ length: random(30) }, () => r(random(100_000), 1 + random(3000)));
    const spans = planSpans(ranges, random(2000), 5000 + random(50_000));
    const named = spans.flatMap((s) => s.parts).sort((a, b) => a - b);
    assert.deepEqual(named, ranges.map((_, i) => i));
    for (const s of spans) {
      for (const i of s.parts) {
        const { offset, length } = ranges[i]!;
        assert.ok(offset >= s.offset && offset + length <= s.offset + s.length);
      }
    }
  }
});
