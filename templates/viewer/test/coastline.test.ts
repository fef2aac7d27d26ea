import assert from "node:assert/strict";
import { test } from "node:test";
import coastline from "virtual:coastline";
import { decodeCoastline } from "../src/map/coastline.ts";
import { coastPieces, CoastTiles } from "../src/map/coasttiles.ts";

test("the packed coastlines decode to lines on the globe", () => {
  const { coordinates } = decodeCoastline(coastline).geometry;
  assert.ok(coordinates.length > 200, `${coordinates.length} lines`);
  for (const line of coordinates) {
    assert.ok(line.length >= 2);
    for (const [lon, lat] of line) assert.ok(Math.abs(lon!) <= 180 && lat! > -90 && lat! < 84, `${lon}, ${lat}`);
  }
});

test("they pass where coasts are, and not along the sheet's edges", () => {
  const points = decodeCoastline(coastline).geometry.coordinates.flat() as [number, number][];
  const distance = (lon: number, lat: number): number => Math.min(...points.map(([x, y]) => Math.hypot(x - lon, y - lat)));
  assert.ok(distance(-9.5, 38.78) < 0.3, "Cabo da Roca");
  assert.ok(distance(18.49, -34.36) < 0.3, "Cape of Good Hope");
  assert.ok(distance(8.4, 49) > 2, "Karlsruhe lies inland");
  for (const line of decodeCoastline(coastline).geometry.coordinates) {
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1]![0]!, line[i]![0]!];
      assert.ok(!(Math.abs(a) >= 179.9 && Math.abs(b) >= 179.9), "a step along the antimeridian");
      assert.ok(Math.abs(a - b) < 90, "a step across the sheet");
    }
  }
});

test("a text that breaks off ends", () => {
  assert.ok(decodeCoastline(coastline.slice(0, 1001)).geometry.coordinates.length > 0);
});

test("a tile has the pieces that show on it, with the points in between", () => {
  const coast = decodeCoastline(coastline);
  const tiles = new CoastTiles(coast);
  assert.equal(tiles.on(0, 0, 0).length, coastPieces(coast).length);
  // Around Cabo da Roca, and in the middle of the Pacific.
  assert.ok(tiles.on(8, 121, 98).length > 0);
  assert.equal(tiles.on(8, 20, 100).length, 0);
  const segments = coast.geometry.coordinates.reduce((n, line) => n + line.length - 1, 0);
  assert.equal(coastPieces(coast).reduce((n, p) => n + p.x.length - 1, 0), segments);
});
