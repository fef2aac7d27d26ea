// What becomes of the few steps of presence that are stored.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field } from "../src/archive/metadata.ts";
import { stepsOf, valueTile } from "../src/heat/valuetile.ts";

type Scale = Pick<Field, "kind" | "values" | "presence">;
const mean = (presences: number): Scale => ({ kind: "mean", values: [2, 3, 4], presence: Array.from({ length: presences }, (_, i) => (i + 1) / presences) });
const count: Scale = { kind: "count", values: [0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 1, 4 / 3, 5 / 3, 2], presence: [1] };

/** The index that is stored for a value level and a presence, as of layers/scale.go. */
function indexOf({ kind, values, presence }: Scale, level: number, here: number): number {
  if (kind === "count") {
    if (here < values[0]! / 2) return 0;
    const most = values.findIndex((v) => v >= 1);
    let best = 0;
    for (let i = 0; i <= most; i++) if (Math.abs(Math.log(values[i]! / here)) < Math.abs(Math.log(values[best]! / here))) best = i;
    return 1 + best;
  }
  const step = [0, ...presence].reduce((best, p, i, all) => (Math.abs(p - here) <= Math.abs(all[best]! - here) ? i : best), 0);
  return step === 0 ? 0 : 1 + (step - 1) * values.length + level;
}

/** Presence beside lines that run this way and that, one of them into a corner. */
function glow(x: number, y: number): number {
  const beside = (a: number, b: number, c: number): number => Math.abs(a * x + b * y - c) / Math.hypot(a, b);
  const d = Math.min(beside(1, 0.3, 90), beside(0.2, -1, -130), beside(1, 1, 256), beside(1, -1, 0));
  return Math.exp(-(d * d) / 8);
}

const indices = (f: Scale): Uint8Array => Uint8Array.from({ length: 65536 }, (_, i) => indexOf(f, (i >> 8) % 3, glow(i & 255, i >> 8)));

for (const [name, f] of [["two", mean(2)], ["three", mean(3)], ["four", mean(4)], ["a count's", count]] as const) {
  test(`${name} steps of presence become soft, each within what it stands for`, () => {
    const stored = indices(f);
    const tile = valueTile(stored, f)!;
    const { steps, of } = stepsOf(f);
    let [before, after, lit] = [0, 0, 0];
    const distinct = new Set<number>();
    for (let i = 0; i < stored.length; i++) {
      const step = steps[of[stored[i]!]!]!;
      const here = tile.presence[i]!;
      assert.ok(here >= Math.floor(step.least) && here <= Math.ceil(step.most), `pixel ${i}: ${here} is not from ${step.least} to ${step.most}`);
      assert.equal(here > 0, tile.level[i]! > 0);
      if (stored[i]! > 0) assert.equal(tile.level[i], 1 + ((stored[i]! - 1) % f.values.length));
      if (here === 0) continue;
      lit++;
      distinct.add(here);
      const want = 255 * glow(i & 255, i >> 8);
      before += Math.abs(step.stored - want);
      after += Math.abs(here - want);
    }
    assert.ok(lit > 5000 && distinct.size > 60, `${lit} pixels of ${distinct.size} presences`);
    assert.ok(after < 0.75 * before, `presences are off by ${after / lit}, the stored ones by ${before / lit}`);
  });
}

test("steps meet where a value is as near to one as to the next, and nothing is a presence of 0", () => {
  const { steps } = stepsOf(mean(2));
  assert.deepEqual(steps.map(({ least, most }) => [least / 255, most / 255]), [[0, 0.25], [0.25, 0.75], [0.75, 1]]);
  const counts = stepsOf(count).steps;
  assert.ok(counts.every(({ most }, i) => i === counts.length - 1 || most === counts[i + 1]!.least));
  assert.equal(counts[1]!.least, 255 * 0.04);
});

test("what is whole stays whole, and what is empty is nothing", () => {
  const f = mean(4);
  const tile = valueTile(new Uint8Array(65536).fill(indexOf(f, 1, 1)), f)!;
  assert.ok(tile.presence.every((p) => p === 255) && tile.level.every((l) => l === 2));
  assert.equal(valueTile(new Uint8Array(65536), f), undefined);
  // An index beyond the scale is nothing, whoever wrote it.
  assert.equal(valueTile(new Uint8Array(65536).fill(200), f), undefined);
});

test("the rim has the values of what it fades out from", () => {
  const f = mean(2);
  const tile = valueTile(Uint8Array.from({ length: 65536 }, (_, i) => ((i & 255) < 100 ? indexOf(f, 2, 1) : 0)), f)!;
  assert.equal(tile.level[256 * 9 + 100], 3);
  assert.ok(tile.presence[256 * 9 + 100]! > 0 && tile.presence[256 * 9 + 101]! < tile.presence[256 * 9 + 100]!);
  assert.equal(tile.level[256 * 9 + 103], 0);
});
