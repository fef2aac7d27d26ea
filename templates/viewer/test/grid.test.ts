import assert from "node:assert/strict";
import { test } from "node:test";
import { gridOn, gridStep } from "../src/map/gridtiles.ts";

test("lines of the grid are round, and about a tile apart", () => {
  assert.deepEqual([0, 3, 5, 8, 12].map(gridStep), [30, 20, 10, 1, 0.05]);
  for (let z = 4; z <= 20; z++) {
    const tiles = gridStep(z) / (360 / 2 ** z);
    assert.ok(tiles > 0.39 && tiles <= 1, `zoom ${z}: ${tiles} tiles`);
  }
});

test("lines go on from one tile to the next", () => {
  for (const [z, x, y] of [[3, 2, 3], [8, 134, 89], [15, 17_270, 11_460]] as const) {
    const here = gridOn(z, x, y);
    assert.ok(here.lons.length > 0 && here.lats.length > 0);
    for (const [at, lon] of gridOn(z, x + 1, y).lons) {
      const same = here.lons.find(([, other]) => Math.abs(other - lon) < 1e-9);
      if (same) assert.ok(Math.abs(same[0] - at - 512) < 1e-3);
      else assert.ok(at > 0);
    }
    for (const [at, lat] of here.lats) {
      const below = gridOn(z, x, y + 1).lats.find(([, other]) => Math.abs(other - lat) < 1e-9);
      if (below) assert.ok(Math.abs(below[0] + 512 - at) < 1e-3);
    }
  }
});
