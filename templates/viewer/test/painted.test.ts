// Which zooms are painted from lines, and which are shown of stored tiles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isPainted } from "../src/archive/archive.ts";
import type { Metadata } from "../src/archive/metadata.ts";

const linesOf = (...bytes: number[]): Metadata["lines"] => ({ place: { offset: 0, length: 0 }, zooms: [3, 6, 9, 12, 14], bytes, maxZoom: 20 }) as unknown as Metadata["lines"];

test("a map opens from stored tiles unless few lines make a better picture", () => {
  const few = { minZoom: 10, maxZoom: 14, lines: linesOf(10, 20, 100_000, 900_000, 2_000_000) };
  const many = { ...few, lines: linesOf(100_000, 200_000, 400_000, 900_000, 2_000_000) };
  for (const [zoom, ofFew, ofMany] of [
    [14, false, false], [14.125, true, true], [20, true, true], [10, false, false], [9.5, false, false], [9.375, true, false], [9, true, false],
    [8.875, true, true], [0, true, true],
  ] as const) {
    assert.equal(isPainted(zoom, few), ofFew, `${zoom} of few`);
    assert.equal(isPainted(zoom, many), ofMany, `${zoom} of many`);
  }
});
