import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import type { HeatArchive } from "../src/archive/archive.ts";
import type { Field, Layer } from "../src/archive/metadata.ts";
import type { DeepTiles } from "../src/deep/tiles.ts";
import { paletteHead, recolour } from "../src/heat/png.ts";
import { pixelOf, unpack, ValueReader, valueOf } from "../src/heat/valueat.ts";

/** What the tile holds at a pixel. */
const index = (x: number, y: number): number => (x * 7 + y * 13 + (x * y) % 5) % 251;

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length); // its checksum is nobody's business here
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  return out;
}

/** A tile whose row y has the filter that filterOf says. */
function tile(filterOf: (y: number) => number, shift = 0): ArrayBuffer {
  const rows = new Uint8Array(257 * 256);
  for (let y = 0; y < 256; y++) {
    const filter = filterOf(y);
    rows[257 * y] = filter;
    for (let x = 0; x < 256; x++) {
      const from = filter === 1 && x > 0 ? index(x - 1, y) + shift : filter === 2 && y > 0 ? index(x, y - 1) + shift : 0;
      rows[257 * y + 1 + x] = index(x, y) + shift - from;
    }
  }
  const all = Buffer.concat([
    Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", Uint8Array.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0])),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array()),
  ]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer;
}

const wanted = new Uint8Array(256 * 256).map((_, i) => index(i % 256, i >> 8));

for (const filter of [0, 1, 2]) {
  test(`a tile whose rows have filter ${filter}`, async () => {
    assert.deepEqual(await unpack(tile(() => filter)), wanted);
  });
}

test("a paletted tile with all filters", async () => {
  assert.deepEqual(await unpack(recolour(tile((y) => y % 3), paletteHead(new Uint8Array(1024)))), wanted);
});

test("a tile with another filter is refused", async () => {
  await assert.rejects(unpack(tile((y) => (y === 9 ? 4 : 0))), /filter 4/);
});

const field = (over: Partial<Field>): Field => ({ id: "f", kind: "mean", unit: "bpm", values: [100, 120, 140], presence: [0.5, 1], zooms: [], ...over });

test("an index stands for a value and a presence", () => {
  assert.equal(valueOf(field({}), 0), undefined);
  assert.deepEqual(valueOf(field({}), 1), { value: 100, presence: 0.5, end: "low" });
  assert.deepEqual(valueOf(field({}), 2), { value: 120, presence: 0.5 });
  assert.deepEqual(valueOf(field({}), 6), { value: 140, presence: 1, end: "high" });
  // Nothing is less steep than level ground, and what is less than the last visit is none.
  assert.deepEqual(valueOf(field({ values: [0, 5, 10] }), 1), { value: 0, presence: 0.5 });
  assert.deepEqual(valueOf(field({ kind: "date", presence: [1] }), 3), { value: 140, presence: 1 });
  assert.equal(valueOf(field({}), 7), undefined);
  assert.deepEqual(valueOf(field({ kind: "count", values: [0.25, 3], presence: [1] }), 1), { value: 0.25, presence: 0.25 });
  assert.deepEqual(valueOf(field({ kind: "count", values: [0.25, 3], presence: [1] }), 2), { value: 3, presence: 1 });
});

test("places fall on the pixels of the web's grid", () => {
  assert.deepEqual(pixelOf(0, 0, 0), { x: 128, y: 128 });
  assert.deepEqual(pixelOf(-180, 85.0511, 1), { x: 0, y: 0 });
  assert.deepEqual(pixelOf(360, 0, 0), { x: 128, y: 128 });
  assert.deepEqual(pixelOf(9.747, 47.503, 14), { x: 2210712, y: 1466612 });
  assert.equal(pixelOf(0, 90, 3), undefined);
  assert.equal(pixelOf(0, -86, 3), undefined);
});

test("only tiles in memory are read, and each is unpacked once", async () => {
  const f = field({ values: Array.from({ length: 125 }, (_, i) => 2 * i) });
  let asked = 0;
  const archive = {
    metadata: { fields: new Map([["f", f]]) },
    cached: (_: Field, z: number, x: number, y: number) => {
      asked++;
      return z === 3 && x === 4 && y === 3 ? tile(() => 2) : undefined;
    },
    tile: () => assert.fail("a request"),
    paints: () => false,
  } as unknown as HeatArchive;
  const reader = new ValueReader(archive, {} as unknown as DeepTiles);
  const layer = { field: "f" } as Layer;
  const { x, y } = pixelOf(10, 20, 3)!;
  const want = valueOf(f, index(x % 256, y % 256));
  assert.ok(want);
  assert.deepEqual(await reader.valueAt(layer, 10, 20, 3, 1), want);
  assert.deepEqual(await reader.valueAt(layer, 10, 20, 3, 1), want);
  assert.equal(asked, 1);
  assert.equal(await reader.valueAt(layer, -10, 20, 3, 1), undefined);
  assert.equal(await reader.valueAt(layer, 10, 20, 4, 1), undefined);
});

test("a painted tile tells its level's value and a finer presence, and none that is not in memory is painted", async () => {
  const f = field({ kind: "count", unit: "visits", values: [0.5, 1, 2], presence: [1] });
  const { x, y } = pixelOf(10, 20, 17)!;
  const at = (y % 256) * 256 + (x % 256);
  const painted = { level: new Uint16Array(65536), presence: new Uint8Array(65536) };
  [painted.level[at], painted.presence[at]] = [1, 102];
  const deep = {
    cached: (_: Field, tile: { z: number; x: number; y: number }, glow: number) => (glow === 2 && tile.z === 17 && tile.x === x >> 8 && tile.y === y >> 8 ? painted : undefined),
    get: () => assert.fail("a painting"),
  } as unknown as DeepTiles;
  const reader = new ValueReader({ metadata: { fields: new Map([["f", f]]) }, paints: (zoom: number) => zoom > 14 } as unknown as HeatArchive, deep);
  const layer = { field: "f" } as Layer;
  assert.deepEqual(await reader.valueAt(layer, 10, 20, 17, 2), { value: 0.5, presence: 0.4 });
  painted.level[at] = 0;
  assert.equal(await reader.valueAt(layer, 10, 20, 17, 2), undefined);
  assert.equal(await reader.valueAt(layer, 10, 20, 17, 1), undefined);
  assert.equal(await reader.valueAt(layer, 10, 20, 18, 2), undefined);
});
