// Which zooms are painted rather than stored.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeatArchive } from "../src/archive/archive.ts";

/** What is asked of an archive of tiles from zoom 6 to 14. */
const paints = (zoom: number, hasLines: boolean): boolean => HeatArchive.prototype.paints.call({ metadata: { minZoom: 6, maxZoom: 14 }, hasLines }, zoom);

test("what is not stored is painted, where there are lines", () => {
  for (const zoom of [0, 5, 5.875, 14.125, 15, 20, 21]) {
    assert.equal(paints(zoom, true), true);
    assert.equal(paints(zoom, false), false);
  }
  for (let zoom = 6; zoom <= 14; zoom += 0.125) assert.equal(paints(zoom, true), false);
});
