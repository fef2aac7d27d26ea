import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestCopy, ringPixels } from "../src/ui/me.ts";

test("the dot is on the copy of the world in view", () => {
  assert.equal(nearestCopy(-179, 179), 181);
  assert.equal(nearestCopy(8.4, 8), 8.4);
  assert.equal(nearestCopy(8.4, 725), 728.4);
});

test("the ring is as wide as the place is sure", () => {
  // At zoom 13 of 512 px tiles a pixel at the equator is 9.55 m.
  assert.ok(Math.abs(ringPixels(100, 0, 13) - 20.93) < 0.01);
  assert.ok(Math.abs(ringPixels(100, 60, 13) / ringPixels(100, 0, 13) - 2) < 1e-9);
});
