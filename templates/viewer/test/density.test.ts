// The glow has its width on the screen at every zoom, whole or not, on every screen, stored or painted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOf } from "../src/heat/mix.ts";
import { PEN_RADIUS, PEN_RIDGE, PEN_SOFT } from "../src/live/kernel.ts";
import { rangeZoom, tilesFor } from "../src/map/density.ts";

/** Zooms that have stored tiles. */
const [LEAST, MOST] = [9, 14];

/** erf, by Abramowitz and Stegun 7.1.26; within 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

/** Presence beside a lone line, so many sigmas away (docs/layers.md, "Pen"). */
const profile = (x: number): number => (erf((PEN_RADIUS + x) / (Math.SQRT2 * PEN_SOFT)) + erf((PEN_RADIUS - x) / (Math.SQRT2 * PEN_SOFT))) / 2 / PEN_RIDGE;

/** Where a presence that falls with the distance comes to a half. */
function half(of: (x: number) => number): number {
  let [lo, hi] = [0, 20];
  while (hi - lo > 1e-6) {
    const middle = (lo + hi) / 2;
    if (of(middle) > 0.5) lo = middle;
    else hi = middle;
  }
  return lo;
}

/** The distance in CSS pixels from a lone line at which half of it is left, with a sigma of 2, as a view at rest shows it. */
function width(zoom: number, ratio: number): number {
  const view = tilesFor(zoom, ratio);
  const shown = view.zoom - view.finer;
  const stored = shown >= LEAST && shown <= MOST;
  const pixel = 2 ** (zoom - view.zoom); // CSS pixels of a tile's
  if (!stored) return half((x) => profile(x / pixel / (2 * 2 ** view.finer)));
  return half((x) => sharesOf(shown).reduce((sum, { zoom: z, share }) => sum + share * profile(x / pixel / (2 * 2 ** (view.zoom - z))), 0));
}

for (const ratio of [1, 2, 3]) {
  test(`a line is as wide at every zoom from 3 to 20 where the screen has ${ratio} pixels to one`, () => {
    const want = half((x) => profile(x / 2));
    let last = width(3, ratio);
    for (let zoom = 3; zoom <= 20; zoom += 1 / 64) {
      const got = width(zoom, ratio);
      assert.ok(Math.abs(got / want - 1) < 0.055, `zoom ${zoom}: ${got} pixels, want ${want}`);
      assert.ok(Math.abs(got / last - 1) < 0.1, `zoom ${zoom}: ${got} pixels, ${last} just before`);
      last = got;
    }
    for (let zoom = 3; zoom <= 20; zoom++) assert.ok(Math.abs(width(zoom, ratio) / want - 1) < 1e-4);
  });
}

test("tiles are as nearly as fine as the screen as can be", () => {
  for (let zoom = 0; zoom <= 20; zoom += 1 / 16) {
    for (const ratio of [1, 1.5, 2, 3]) {
      const view = tilesFor(zoom, ratio);
      const dense = ratio >= 1.5 ? 1 : 0;
      assert.ok(Number.isInteger(view.zoom) && Number.isInteger(8 * view.finer));
      assert.ok(Math.abs(view.zoom - view.finer - zoom) <= 1 / 16);
      assert.equal(rangeZoom(view), view.zoom - dense);
      assert.ok(view.finer > dense - 0.5 && view.finer <= dense + 0.5, `${zoom} ${ratio}`);
    }
  }
  assert.deepEqual([tilesFor(12, 1), tilesFor(12.25, 1), tilesFor(12.6, 2)], [{ zoom: 12, finer: 0 }, { zoom: 12, finer: -0.25 }, { zoom: 14, finer: 1.375 }]);
});
