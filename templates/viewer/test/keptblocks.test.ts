// Blocks that keep tiles in place of lines: which tiles are read, what is shown of them, and where lines come from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptBlocks } from "../src/archive/keptblocks.ts";
import type { Field } from "../src/archive/metadata.ts";
import { blocksNear } from "../src/deep/blocks.ts";
import { magnified } from "../src/heat/magnify.ts";
import { paintedValues } from "../src/heat/quantise.ts";
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
    for (let i = 0; i < 20_000; i++) {
      const z = 15 + Math.floor(7 * next());
      const side = 2 ** (z - 14);
      const tile = { z, x: Math.floor((4998 + 5 * next()) * side), y: Math.floor((5998 + 5 * next()) * side) };
      if (kept.touch(tile)) continue;
      for (const glow of [1, 2]) {
        for (const id of FIELDS) {
          const { field } = layerFor(id);
          const near = blocksNear(tile, reachOf(planFor(field, { blurSigmaPX: blur, hillBlurSigmaPX: hills }, glow), z), 14);
          assert.ok(!near.some(({ x, y }) => x === 5000 && y === 6000), `${id} with ${blur}, ${hills}, glow ${glow}: ${z}/${tile.x}/${tile.y}`);
        }
      }
    }
  }
});

const COUNT: Pick<Field, "values" | "presence" | "kind"> = { kind: "count", values: [0.1, 0.5, 1, 2, 3, 4], presence: [1] };
const MEAN: Pick<Field, "values" | "presence" | "kind"> = { kind: "mean", values: [1, 2, 3, 4], presence: [0.25, 0.5, 1] };
const DATE: Pick<Field, "values" | "presence" | "kind"> = { kind: "date", values: [100, 150, 170], presence: [0.5, 1] };

test("a stored tile is shown as it is", () => {
  const next = random(2);
  for (const field of [COUNT, MEAN, DATE]) {
    const { values, presence } = field;
    const indices = Uint8Array.from({ length: 65536 }, () => Math.floor(next() * (1 + values.length * presence.length)));
    const shown = magnified(indices, field, 0, 0, 0)!;
    const painted = paintedValues(field);
    indices.forEach((index, i) => {
      if (index === 0) return assert.equal(shown.level[i], 0);
      const value = values[(index - 1) % values.length]!;
      const here = field.kind === "count" ? Math.min(1, value) : presence[Math.floor((index - 1) / values.length)]!;
      assert.equal(painted[shown.level[i]! - 1], value);
      assert.equal(shown.presence[i], Math.round(255 * here));
    });
  }
  assert.equal(magnified(new Uint8Array(65536), MEAN, 0, 0, 0), undefined);
});

test("a part of a tile goes evenly from pixel to pixel", () => {
  // Columns of 1 and 3, with half and all of the presence.
  const means = Uint8Array.from({ length: 65536 }, (_, i) => (i % 2 ? 1 + 2 * 4 + 2 : 1 + 4));
  const shown = magnified(means, MEAN, 3, 5, 2)!;
  const values = paintedValues(MEAN);
  const row = Array.from({ length: 16 }, (_, i) => values[shown.level[256 * 100 + 4 + i]! - 1]!);
  assert.ok(row.every((v, i) => (i < 8 ? v >= (row[i - 1] ?? 1) : v <= row[i - 1]!)) && Math.min(...row) < 1.3 && Math.max(...row) > 2.8, row.join());
  // What is more surely there counts for more: in the middle between the two the mean is above the middle.
  assert.ok(row[4]! > 2, row.join());
  const parts = [0, 1].map((x) => magnified(means, MEAN, 1, x, 0)!);
  // Two parts meet as two pixels of one do.
  assert.ok(Math.abs(parts[0]!.level[255]! - parts[1]!.level[0]!) <= 9);

  const rim = Uint8Array.from({ length: 65536 }, (_, i) => (i % 256 < 10 ? 6 : 0)); // 4 visits, and nothing
  const counts = magnified(rim, COUNT, 2, 0, 0)!;
  const across = Array.from(counts.level.subarray(0, 60));
  assert.ok(across.every((l, i) => i === 0 || l <= across[i - 1]!) && across[30] === 6 && across[59] === 0 && new Set(across).size > 3, across.join());

  const days = Uint8Array.from({ length: 65536 }, (_, i) => (i % 2 ? 4 : 6)); // all of the presence on the first day and on the last
  assert.deepEqual(new Set(magnified(days, DATE, 3, 1, 1)!.level), new Set([1, 3]));
});

test("every field's tiles can be magnified", () => {
  for (const id of FIELDS) {
    const { field } = layerFor(id);
    const indices = new Uint8Array(65536).fill(1);
    const shown = magnified(indices, field, 2, 3, 3);
    assert.ok(shown!.level.every((l) => l === 1), id);
  }
});
