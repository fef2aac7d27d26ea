// Blocks that keep tiles in place of lines: which tiles are read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptBlocks } from "../src/archive/keptblocks.ts";
import { blocksNear } from "../src/deep/blocks.ts";
import { planFor, reachOf } from "../src/live/plan.ts";
import { FIELDS, layerFor, random } from "./harness/synthetic.ts";

const LAST = 2 ** 14 - 1;

test("a tile is read where a block, margin included, touches it", () => {
  const kept = new KeptBlocks({ x: [100, LAST], y: [200, 0], marginPX: 16, maxZoom: 17 });
  // At zoom 15 a block has two tiles a side, at zoom 17 eight and a margin of half of one, which touches all of it. generator/kept_test.go has the same table.
  for (const [z, x, y, want] of [
    [15, 200, 400, true], [15, 199, 399, true], [15, 202, 402, true], [15, 198, 400, false], [15, 203, 400, false], [15, 200, 398, false],
    [17, 800, 1600, true], [17, 799, 1599, true], [17, 808, 1608, true], [17, 798, 1600, false], [17, 809, 1600, false],
    [18, 1599, 3199, true], [18, 1598, 3200, false], [20, 6396, 12800, true], [20, 6395, 12800, false], [21, 12800, 25599, true],
    // Around the antimeridian, and nothing beyond the northern edge.
    [17, 0, 0, true], [17, 1, 0, false], [17, 8 * LAST, 8, true], [17, 8 * LAST, 9, false], [17, 8 * LAST, 8 * LAST, false],
  ] as const) {
    assert.equal(kept.touch({ z, x, y }), want, `${z}/${x}/${y}`);
  }
});

test("what is painted needs no lines of such blocks", () => {
  const next = random(1);
  for (const [blur, hills, marginPX] of [[2, 4, 16], [16, 16, 64], [0.5, 8, 32], [5, 1, 16]] as const) {
    const kept = new KeptBlocks({ x: [5000], y: [6000], marginPX, maxZoom: 17 });
    for (let i = 0; i < 10_000; i++) {
      const z = 14 + Math.floor(8 * next());
      const side = 2 ** (z - 14);
      const tile = { z, x: Math.floor((4998 + 5 * next()) * side), y: Math.floor((5998 + 5 * next()) * side) };
      if (kept.touch(tile)) continue;
      // What pixels are finer by than those of the zoom that is shown, on any screen (map/density.ts).
      for (const finer of [-0.5, -0.125, 0, 0.5, 1, 1.5].filter((f) => z - f > 14)) {
        for (const id of FIELDS) {
          const { field } = layerFor(id);
          const near = blocksNear(tile, reachOf(planFor(field, { blurSigmaPX: blur, hillBlurSigmaPX: hills }, 2 ** finer), z), 14);
          assert.ok(!near.some(({ x, y }) => x === 5000 && y === 6000), `${id} with ${blur}, ${hills}, finer by ${finer}: ${z}/${tile.x}/${tile.y}`);
        }
      }
    }
  }
});
