import assert from "node:assert/strict";
import { test } from "node:test";
import { type RGB, sportColour } from "../src/sportcolours.ts";

const COLOURS = Array.from({ length: 10 }, (_, i) => sportColour(i));

const linear = (c: RGB): number[] => c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));

/** What eyes without one kind of cone see (Viénot, Brettel and Mollon 1999), in linear RGB. */
const SIGHT: Record<string, number[][]> = {
  trichromat: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deutan: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
};

function lab([r, g, b]: number[]): number[] {
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r! + 0.3576 * g! + 0.1805 * b!) / 0.9505);
  const y = f(0.2126 * r! + 0.7152 * g! + 0.0722 * b!);
  const z = f((0.0193 * r! + 0.1192 * g! + 0.9505 * b!) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("colours of sports stay apart, for colour-blind eyes too", () => {
  for (const [sight, m] of Object.entries(SIGHT)) {
    const seen = COLOURS.map((c) => {
      const v = linear(c);
      return lab(m.map((row) => row.reduce((sum, f, i) => sum + f * v[i]!, 0)));
    });
    for (let i = 0; i < seen.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = Math.hypot(...seen[i]!.map((v, k) => v - seen[j]![k]!));
        // The first six are what most people have; a difference of 2.3 is just noticeable.
        assert.ok(apart > (i < 6 ? 20 : 12), `${sight}: ${j} and ${i} are ${apart.toFixed(1)} apart`);
      }
    }
  }
});

test("every colour shows on the dark map, and colours repeat when there are no more", () => {
  for (const c of COLOURS) {
    const [r, g, b] = linear(c);
    const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    assert.ok((luminance + 0.05) / (0.0065 + 0.05) > 3, `${c}`);
  }
  assert.deepEqual(sportColour(10), sportColour(0));
});
