import assert from "node:assert/strict";
import { test } from "node:test";
import { fitView, holdView, type Padding, TILE_SIZE } from "../src/map/fit.ts";

const none: Padding = { top: 0, right: 0, bottom: 0, left: 0 };
const zooms = { minZoom: 2, maxZoom: 17 };
const size = { width: 1000, height: 600 };

const mercator = (lon: number, lat: number): [number, number] => [
  lon / 360 + 0.5,
  0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI),
];

/** Where a place is on the screen of a view. */
function screen(view: ReturnType<typeof fitView>, lon: number, lat: number): [number, number] {
  const world = TILE_SIZE * 2 ** view.zoom;
  const [x, y] = mercator(lon, lat);
  const [cx, cy] = mercator(...view.center);
  return [size.width / 2 + (x - cx) * world, size.height / 2 + (y - cy) * world];
}

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 0.01, `${a} is not ${b}`);

test("data touch the edges of what is free and leave the panels alone", () => {
  const padding = { top: 20, right: 300, bottom: 100, left: 60 };
  const view = fitView([7.8, 47.95, 7.9, 48.05], size, padding, zooms);
  const [, top] = screen(view, 7.8, 48.05);
  const [, bottom] = screen(view, 7.9, 47.95);
  near(top, 20);
  near(bottom, 500);
  const [left] = screen(view, 7.8, 48);
  const [right] = screen(view, 7.9, 48);
  near((left + right) / 2, (60 + 700) / 2);
});

test("data too large for the coarsest zoom stay in the middle of what is free", () => {
  const padding = { ...none, right: 400 };
  const view = fitView([-10, 40, 30, 60], size, padding, { minZoom: 9, maxZoom: 17 });
  assert.equal(view.zoom, 9);
  near(screen(view, 10, 0)[0], 300);
});

test("data without an extent are shown at the finest zoom", () => {
  const view = fitView([8, 48, 8, 48], size, none, zooms);
  assert.equal(view.zoom, 17);
  near(view.center[0], 8);
  near(view.center[1], 48);
});

test("data across the antimeridian keep a centre beyond it", () => {
  const view = fitView([179, -18, 183, -16], size, none, zooms);
  near(view.center[0], 181);
});

test("a map smaller than its panels still gets a view", () => {
  const view = fitView([7, 47, 8, 48], { width: 100, height: 100 }, { top: 90, right: 90, bottom: 90, left: 90 }, zooms);
  assert.ok(Number.isFinite(view.zoom) && view.center.every(Number.isFinite));
});

const bounds = [7.8, 47.95, 7.9, 48.05] as const;

for (const [name, view, want] of [
  ["a view of the data stays as it is", { center: [7.83, 48], zoom: 12.5 }, { center: [7.83, 48], zoom: 12.5 }],
  ["a view with the data at its edge stays as it is", { center: [7.7, 48], zoom: 12 }, { center: [7.7, 48], zoom: 12 }],
  ["a view without the data moves to the nearest place of them", { center: [-70, 48.01], zoom: 12 }, { center: [7.8, 48.01], zoom: 12 }],
  ["beyond the pole", { center: [7.85, 999], zoom: 12 }, { center: [7.85, 48.05], zoom: 12 }],
  ["another copy of the world", { center: [367.85, 48], zoom: 12 }, { center: [7.85, 48], zoom: 12 }],
  ["too close", { center: [7.85, 48], zoom: 99 }, { center: [7.85, 48], zoom: 17 }],
  ["too far", { center: [7.85, 48], zoom: -3 }, { center: [7.85, 48], zoom: 2 }],
] as const) {
  test(`a linked view: ${name}`, () => {
    const held = holdView({ center: [...view.center], zoom: view.zoom }, bounds, size, zooms);
    near(held.center[0], want.center[0]);
    near(held.center[1], want.center[1]);
    assert.equal(held.zoom, want.zoom);
  });
}

test("a linked view beside data across the antimeridian is theirs from either side", () => {
  const held = holdView({ center: [-179.5, -17], zoom: 9 }, [179, -18, 183, -16], size, zooms);
  near(held.center[0], 180.5);
});
