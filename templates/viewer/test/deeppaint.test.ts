// What is painted of blocks against what the live painter (which the builder judges: livegolden.test.ts) makes of whole lines.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Field } from "../src/archive/metadata.ts";
import { blocksNear } from "../src/deep/blocks.ts";
import { type Brush, TilePainter } from "../src/deep/paint.ts";
import type { ValueTile } from "../src/heat/valuetile.ts";
import { Levels } from "../src/heat/quantise.ts";
import { unitsPerPixel } from "../src/live/area.ts";
import { paintValues } from "../src/live/cpu/paint.ts";
import { gaussian } from "../src/live/kernel.ts";
import { penWeights, planFor, reachOf } from "../src/live/plan.ts";
import { type Block, nameOf, openBlock, type TileID } from "../src/tracks/block.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { unpackTracks } from "../src/tracks/unpack.ts";
import { blocksOf } from "./harness/blocks.ts";
import { FIELDS, HOME, layerFor, outings, tracksOf } from "./harness/synthetic.ts";

const PAINTING = { blurSigmaPX: 2, hillBlurSigmaPX: 4 };
const BLOCK_ZOOM = 14;
const AS_OF = 19_100;

/** A field with a scale like those that the build makes. */
function fieldOf(id: string): Field {
  const { field, lo, hi } = layerFor(id);
  if (field.kind === "count") return { ...field, values: [0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 1, 4 / 3, 5 / 3, 2, 3, 5, 8, 13, 21, 34, 55] };
  const n = field.kind === "date" ? 85 : 63;
  return { ...field, values: Array.from({ length: n }, (_, i) => (id === "pace" || id === "seconds" ? lo * (hi / lo) ** (i / (n - 1)) : lo + ((hi - lo) * i) / (n - 1))) };
}

function brushFor(field: Field, count: number, glow = 1): Brush {
  const days = Array.from({ length: count }, (_, a) => 18_001 + 37 * a);
  return { plan: planFor(field, PAINTING, glow), weights: penWeights(field, new Uint8Array(count).fill(1), days, AS_OF), scale: field };
}

/** All blocks of some lines, and the lines as they are in them. */
async function decoded(tracks: Tracks): Promise<{ blocks: Map<string, Block>; lines: Tracks }> {
  const stored = blocksOf(tracks, BLOCK_ZOOM);
  const blocks = new Map<string, Block>();
  for (const one of stored) blocks.set(nameOf(one), await openBlock(one, tracks.count));
  return { blocks, lines: (await unpackTracks(stored, tracks.count)).tracks };
}

function painted(painter: TilePainter, blocks: Map<string, Block>, brush: Brush, tile: TileID): ValueTile | undefined {
  const near = blocksNear(tile, reachOf(brush.plan, tile.z), BLOCK_ZOOM).flatMap((near) => {
    const block = blocks.get(nameOf(near));
    return block ? [{ block, shift: near.shift }] : [];
  });
  return painter.paint(near, brush, tile);
}

/** The same of whole lines, by the painter of the live picture. */
function wanted(lines: Tracks, brush: Brush, tile: TileID): { level: Uint8Array; presence: Float32Array } {
  const margin = reachOf(brush.plan, tile.z);
  const width = 256 + 2 * margin;
  const { value, presence } = paintValues(lines, { zoom: tile.z, x: 256 * tile.x - margin, y: 256 * tile.y - margin, width, height: width }, brush.plan, brush.weights);
  const levels = new Levels(brush.scale);
  const out = { level: new Uint8Array(65536), presence: new Float32Array(65536) };
  for (let i = 0; i < 65536; i++) {
    const at = ((i >> 8) + margin) * width + (i & 255) + margin;
    out.presence[i] = presence[at]!;
    if (presence[at]! > 0) out.level[i] = 1 + levels.of(value[at]!);
  }
  return out;
}

/** Holds a tile against what is wanted, and tells how many pixels are lit. */
function same(got: ValueTile | undefined, want: { level: Uint8Array; presence: Float32Array }, name: string): number {
  let lit = 0;
  let [off, most, faint] = [0, 0, 0];
  for (let i = 0; i < 65536; i++) {
    const [level, presence] = [got?.level[i] ?? 0, got?.presence[i] ?? 0];
    if (want.level[i]) lit++;
    assert.equal(level > 0, presence > 0, name);
    // The live painter leaves out vertices that lie within an eighth of a pixel of the line, which lets its pen miss a pixel or two.
    if (level !== want.level[i]) off++;
    if (level > 0 && want.level[i]! > 0) most = Math.max(most, Math.abs(level - want.level[i]!));
    const gap = Math.abs(presence / 255 - want.presence[i]!);
    if (gap > 0.01) faint++;
    assert.ok(gap < 0.35, `${name}: presence ${presence / 255}, want ${want.presence[i]} at pixel ${i}`);
  }
  assert.ok(faint <= 0.06 * lit, `${name}: the presence of ${faint} of ${lit} pixels differs`);
  // A pixel that a pen misses is of another day.
  assert.ok(off <= 0.02 * lit && (most <= 4 || name.startsWith("recency")), `${name}: ${off} of ${lit} pixels differ, by up to ${most} levels`);
  return lit;
}

const tileAt = (x: number, y: number, z: number): TileID => ({ z, x: Math.floor(x / unitsPerPixel(z) / 256), y: Math.floor(y / unitsPerPixel(z) / 256) });

test("every field is painted as the live picture has it, at every zoom and with either glow", async () => {
  const { blocks, lines } = await decoded(outings(30, 160));
  const painter = new TilePainter();
  for (const id of FIELDS) {
    const field = fieldOf(id);
    let lit = 0;
    for (const [z, glow] of [[15, 1], [17, 2], [20, 1], [21, 2]] as const) {
      const brush = brushFor(field, lines.count, glow);
      const home = tileAt(HOME[0], HOME[1], z);
      for (const [dx, dy] of [[0, 0], [1, 0], [-1, 1]] as const) {
        const tile = { z, x: home.x + dx, y: home.y + dy };
        lit += same(painted(painter, blocks, brush, tile), wanted(lines, brush, tile), `${id} ${nameOf(tile)} ${glow}`);
      }
    }
    assert.ok(lit > 20_000, `${id}: only ${lit} pixels are lit`);
  }
});

test("a road has the same seconds at every zoom deeper than 15, those within a pixel of zoom 15", async () => {
  const field = fieldOf("seconds");
  const units = unitsPerPixel(15);
  const middle = (at: number): number => (Math.floor(at / units) + 0.5) * units;
  const [x, y] = [middle(HOME[0]), middle(HOME[1])];
  const [outings, pixels, level] = [10, 200, 30];
  // On its ridge at the upper edge of what is told as this level: between two middles of pixels there is a little less.
  const seconds = ((1.03 * field.values[level]!) / gaussian(2)[0]!) * (pixels / outings);
  const road = [[x - (pixels / 2) * units, y], [x + (pixels / 2) * units, y]] as const;
  const { blocks } = await decoded(tracksOf(Array.from({ length: outings }, () => [road]), { seconds: () => seconds }));
  const painter = new TilePainter();
  for (const glow of [1, 2]) {
    // Where there are two pixels to one, a zoom shows the tiles of the next.
    for (let z = 14 + glow; z <= 19 + glow; z++) {
      const tile = tileAt(x, y, z);
      const at = (v: number, t: number): number => Math.floor(v / unitsPerPixel(z)) - 256 * t;
      assert.equal(painted(painter, blocks, brushFor(field, outings, glow), tile)!.level[256 * at(y, tile.y) + at(x, tile.x)], 1 + level, `zoom ${z}, glow ${glow}`);
    }
  }
});

test("tiles where blocks meet are painted of all of them, each activity once", async () => {
  const side = 2 ** (GRID_BITS - BLOCK_ZOOM);
  const [x, y] = [4300 * side, 2800 * side];
  // Back and forth across the corner of four blocks.
  const line = [[x - 200, y - 190], [x + 220, y + 180], [x - 180, y + 200], [x + 150, y - 160], [x - 200, y - 10]] as const;
  const { blocks, lines } = await decoded(tracksOf([[line], [line]]));
  assert.equal(blocks.size, 4);
  const painter = new TilePainter();
  for (const id of ["visits", "pace", "recency", "hills"]) {
    const brush = brushFor(fieldOf(id), 2);
    for (const z of [17, 19]) {
      for (const [dx, dy] of [[1, 1], [-1, 1], [1, -1], [-1, -1]] as const) {
        const tile = tileAt(x + dx, y + dy, z);
        const got = painted(painter, blocks, brush, tile);
        assert.ok(same(got, wanted(lines, brush, tile), `${id} ${nameOf(tile)}`) > 50);
        if (id === "visits") assert.ok(got!.level.every((l) => l <= 1 + 9), "more than two are counted");
      }
    }
  }
});

test("a line across the antimeridian shows at both edges of the world", async () => {
  const world = 2 ** GRID_BITS;
  const y = Math.round(0.34 * world);
  const { blocks, lines } = await decoded(tracksOf([[[[world - 30, y], [world + 40, y + 9]]]]));
  const painter = new TilePainter();
  const brush = brushFor(fieldOf("visits"), 1);
  for (const at of [world - 1, 1]) {
    const tile = tileAt(at, y, 18);
    assert.ok(same(painted(painter, blocks, brush, tile), wanted(lines, brush, tile), nameOf(tile)) > 100);
  }
  // The glow of what ends on the other side.
  const { blocks: beyond } = await decoded(tracksOf([[[[world - 30, y], [world - 1, y]]]]));
  assert.ok(painted(painter, beyond, brush, tileAt(1, y, 18)));
});

test("where nobody was is no tile, and planes are clean for the next one", async () => {
  const { blocks, lines } = await decoded(outings(12, 100));
  const painter = new TilePainter();
  const brush = brushFor(fieldOf("visits"), lines.count);
  const home = tileAt(HOME[0], HOME[1], 16);
  const first = painted(painter, blocks, brush, home);
  assert.equal(painted(painter, blocks, brush, { ...home, x: home.x + 500 }), undefined);
  assert.equal(painted(painter, blocks, { ...brush, weights: new Float32Array(lines.count) }, home), undefined);
  for (const id of ["pace", "hills", "recency"]) painted(painter, blocks, brushFor(fieldOf(id), lines.count), home);
  assert.deepEqual(painted(painter, blocks, brush, home), first);
});

test("blocks near a tile are those that it and its glow touch", () => {
  const names = (tile: TileID, reach = 10): string[] => blocksNear(tile, reach, 13).map(({ x, y, shift }) => `${x}/${y}${shift ? (shift > 0 ? "+" : "-") : ""}`);
  assert.deepEqual(names({ z: 16, x: 8 * 100 + 3, y: 8 * 200 + 4 }), ["100/200"]);
  assert.deepEqual(names({ z: 16, x: 8 * 100, y: 8 * 200 + 7 }), ["99/200", "100/200", "99/201", "100/201"]);
  assert.deepEqual(names({ z: 14, x: 0, y: 0 }), ["8191/0-", "0/0"]);
  assert.deepEqual(names({ z: 14, x: 16383, y: 16383 }), ["8191/8191", "0/8191+"]);
  // Blocks of a finer zoom than the tile.
  assert.deepEqual(names({ z: 12, x: 7, y: 7 }, 0), ["14/14", "15/14", "14/15", "15/15"]);
});

test("levels are the nearest as the build has them", () => {
  const nearest = (values: number[], kind: Field["kind"], v: number): number => new Levels({ values, kind }).of(v);
  // By ratio, by difference where they are even, by difference where they are days.
  assert.deepEqual([1.4, 1.42, 2.8, 2.84, 0, 99].map((v) => nearest([1, 2, 4], "count", v)), [0, 1, 1, 2, 0, 2]);
  assert.deepEqual([1.49, 1.51, -3, 2.51].map((v) => nearest([0, 1, 2, 3], "mean", v)), [1, 2, 0, 3]);
  assert.deepEqual([-9, -1, 1.1, 8].map((v) => nearest([-10, 0, 10], "mean", v)), [0, 1, 1, 2]);
  assert.deepEqual([101, 104, 106, 200].map((v) => nearest([100, 103, 109, 200], "date", v)), [0, 1, 2, 3]);
  assert.equal(nearest([7], "count", 9), 0);
});
