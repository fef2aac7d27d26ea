import assert from "node:assert/strict";
import { test } from "node:test";
import type { Layer, RGBA, Stop } from "../src/archive/metadata.ts";
import { rampColour } from "../src/heat/palette.ts";
import { rampsFor, rampStops, reversedRamp, SEQUENTIAL, TWO_SIDED } from "../src/heat/ramps.ts";

// G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009:
// the matrices of full severity, for linear RGB.
const VISION: Record<string, number[]> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const GROUND = [0x0f, 0x12, 0x16];

/** CIE L*a*b* (D65) of a colour on the map's ground, as an eye sees it. */
function seen([r, g, b, a]: RGBA, vision: string): [number, number, number] {
  const linear = [r, g, b].map((c, i) => {
    const mixed = (GROUND[i]! + ((c - GROUND[i]!) * a) / 255) / 255;
    return mixed <= 0.04045 ? mixed / 12.92 : ((mixed + 0.055) / 1.055) ** 2.4;
  });
  const m = VISION[vision]!;
  const [R, G, B] = [0, 3, 6].map((row) => Math.min(1, Math.max(0, m[row]! * linear[0]! + m[row + 1]! * linear[1]! + m[row + 2]! * linear[2]!)));
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * t / 116 + 16 / 116);
  const x = f((0.4124564 * R! + 0.3575761 * G! + 0.1804375 * B!) / 0.95047);
  const y = f(0.2126729 * R! + 0.7151522 * G! + 0.072175 * B!);
  const z = f((0.0193339 * R! + 0.119192 * G! + 0.9503041 * B!) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const lightness = (stops: readonly Stop[], vision: string, from = 0, to = 1, steps = 16): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => seen(rampColour(stops, from + ((to - from) * i) / steps), vision)[0]);

const ascends = (l: readonly number[], by: number): boolean => l.every((v, i) => i === 0 || v - l[i - 1]! >= by);

for (const vision of Object.keys(VISION)) {
  for (const { id, stops, safe } of SEQUENTIAL) {
    test(`${id} is ${safe ? "" : "not "}in order for ${vision}`, () => {
      const l = lightness(stops, vision);
      assert.equal(ascends(l, 1.2), safe, l.map((v) => v.toFixed(1)).join(" "));
    });
  }
  for (const { id, stops, safe } of TWO_SIDED) {
    test(`${id} tells its ends apart for ${vision}`, () => {
      assert.ok(safe);
      assert.ok(ascends(lightness(stops, vision, 0.5, 1, 8), 1.2) && ascends(lightness(stops, vision, 0.5, 0, 8), 1.2), "both arms rise from nothing");
      for (const t of [0, 0.15, 0.25]) {
        const [p, q] = [seen(rampColour(stops, t), vision), seen(rampColour(stops, 1 - t), vision)];
        const apart = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
        assert.ok(apart > 20, `at ${t}: ${apart.toFixed(1)}`);
      }
    });
  }
}

test("the low end of every ramp is seen on the ground, and lets it through", () => {
  const ground = seen([0, 0, 0, 0], "normal")[0];
  for (const { id, stops } of SEQUENTIAL) {
    assert.ok(seen(stops[0]![1], "normal")[0] > ground + 12, id);
    assert.ok(stops[0]![1][3] < 255, id);
    assert.equal(stops.at(-1)![1][3], 255, id);
  }
});

test("a reversed ramp has the colours of the other end and its own alpha", () => {
  const ramp: Stop[] = [
    [0, [10, 20, 30, 40]],
    [0.25, [100, 100, 100, 200]],
    [1, [250, 240, 230, 255]],
  ];
  const back = reversedRamp(ramp);
  assert.deepEqual(back.map(([t]) => t), [0, 0.25, 0.75, 1]);
  for (const t of [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]) {
    const [got, colour, alpha] = [rampColour(back, t), rampColour(ramp, 1 - t), rampColour(ramp, t)];
    for (let i = 0; i < 3; i++) assert.ok(Math.abs(got[i]! - colour[i]!) <= 1, `channel ${i} at ${t}`);
    assert.ok(Math.abs(got[3] - alpha[3]) <= 1, `alpha at ${t}`);
  }
});

const layer = (over: Partial<Layer>): Layer => ({
  id: "l", group: "g", title: "", description: "", field: "f", unit: "", scale: "linear", gamma: 1,
  ramp: [[0, [1, 2, 3, 255]], [1, [4, 5, 6, 255]]],
  ...over,
});

test("each kind of scale has ramps of its kind, the layer's own first", () => {
  const plain = layer({});
  assert.deepEqual(rampsFor(plain).map((r) => r.id), ["own", ...SEQUENTIAL.map((r) => r.id)]);
  assert.deepEqual(rampsFor(layer({ scale: "symmetric" })).map((r) => r.id), ["own", "blue-orange", "blue-red"]);
  assert.equal(rampStops(plain, "viridis"), SEQUENTIAL.find((r) => r.id === "viridis")!.stops);
  assert.equal(rampStops(plain, "blue-red"), plain.ramp);
  assert.equal(rampStops(plain, undefined), plain.ramp);
});

test("a ramp that is the layer's own stands in the list once", () => {
  const orange = SEQUENTIAL.find((r) => r.id === "orange")!;
  const ramps = rampsFor(layer({ ramp: orange.stops }));
  assert.ok(!ramps.some((r) => r.id === "orange"));
  assert.ok(ramps[0]!.safe);
});
