// Which tiles are painted rather than stored.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeatArchive } from "../src/archive/archive.ts";

/** What is asked of an archive of tiles from zoom 6 to 14, with lines unless there are none. */
function paints(zoom: number, glow: number, bytes: number[] | undefined): boolean {
  const metadata = { minZoom: 6, maxZoom: 14, lines: bytes && { zooms: [3, 6, 9, 12, 14], bytes, maxZoom: 20 } };
  return HeatArchive.prototype.paints.call({ metadata, hasLines: bytes !== undefined }, zoom, glow);
}

const few = [1e4, 1e5, 2e5, 6e5, 1e6];

test("what is not stored is painted, where there are lines", () => {
  for (const zoom of [0, 5, 15, 20, 21]) {
    assert.equal(paints(zoom, 1, few), true);
    assert.equal(paints(zoom, 2, undefined), false);
  }
  for (let zoom = 6; zoom <= 14; zoom++) assert.equal(paints(zoom, 1, few), false);
});

test("far out a dense screen has wider dots, unless the lines for that are many", () => {
  for (const [zoom, want] of [[6, true], [9, true], [10, false], [14, false]] as const) assert.equal(paints(zoom, 2, few), want);
  const many = [1e4, 5e5, 3e5, 1e6, 1e6];
  for (const [zoom, want] of [[6, false], [8, false], [9, true]] as const) assert.equal(paints(zoom, 2, many), want);
  assert.equal(paints(9, 2, [Infinity, Infinity, Infinity, Infinity, Infinity]), false);
});
