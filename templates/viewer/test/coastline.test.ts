import assert from "node:assert/strict";
import { test } from "node:test";
import coastline from "virtual:coastline";
import { decodeCoastline } from "../src/map/coastline.ts";

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
