// Which zooms are painted rather than stored.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeatArchive } from "../src/archive/archive.ts";

/** What is asked of an archive of tiles from zoom 6 to 14 whose lines at zoom 3 have so many bytes. */
const paints = (zoom: number, hasLines: boolean, bytes = 0): boolean =>
  HeatArchive.prototype.paints.call({ metadata: { minZoom: 6, maxZoom: 14, lines: hasLines ? { zooms: [3, 6, 14], bytes: [bytes, 10, 10] } : undefined }, hasLines }, zoom);

test("what is not stored is painted, where there are lines", () => {
  for (const zoom of [0, 4.875, 14.125, 15, 20, 21]) {
    assert.equal(paints(zoom, true, 10_000_000), true);
    assert.equal(paints(zoom, false), false);
  }
  for (let zoom = 6; zoom <= 14; zoom += 0.125) assert.equal(paints(zoom, true), false);
});

test("a map opens from stored tiles, a little farther out than these, unless few lines make a better picture", () => {
  for (const [zoom, ofFew, ofMany] of [[5.5, false, false], [5.375, true, false], [5, true, false], [4.875, true, true]] as const) {
    assert.equal(paints(zoom, true, 100_000), ofFew, `${zoom} of few`);
    assert.equal(paints(zoom, true, 400_000), ofMany, `${zoom} of many`);
  }
});
