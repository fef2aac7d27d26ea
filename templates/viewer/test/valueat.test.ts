import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeatArchive } from "../src/archive/archive.ts";
import type { Field, Layer } from "../src/archive/metadata.ts";
import type { DeepTiles } from "../src/deep/tiles.ts";
import type { StoredTiles } from "../src/heat/storedtiles.ts";
import { pixelOf, ValueReader } from "../src/heat/valueat.ts";
import { KeptBlocks } from "../src/archive/keptblocks.ts";
import type { TileID } from "../src/tracks/block.ts";
import { valueTile } from "../src/heat/valuetile.ts";

const field = (over: Partial<Field>): Field => ({ id: "f", kind: "mean", unit: "bpm", values: [100, 120, 140], presence: [0.5, 1], zooms: [], ...over });

test("places fall on the pixels of the web's grid", () => {
  assert.deepEqual(pixelOf(0, 0, 0), { x: 128, y: 128 });
  assert.deepEqual(pixelOf(-180, 85.0511, 1), { x: 0, y: 0 });
  assert.deepEqual(pixelOf(360, 0, 0), { x: 128, y: 128 });
  assert.deepEqual(pixelOf(9.747, 47.503, 14), { x: 2210712, y: 1466612 });
  assert.equal(pixelOf(0, 90, 3), undefined);
  assert.equal(pixelOf(0, -86, 3), undefined);
});

const layer = { field: "f" } as Layer;
const none = {} as unknown as DeepTiles;

/** A reader of an archive whose stored zooms are 3 and 4, with one tile in memory that has an index everywhere. */
function readerOf(f: Field, index: number, at: { z: number; x: number; y: number }): ValueReader {
  const stored = {
    cached: async (of: Field, { z, x, y }: { z: number; x: number; y: number }) =>
      of === f && z === at.z && x === at.x && y === at.y ? valueTile(new Uint8Array(65536).fill(index), f) : undefined,
    get: () => assert.fail("a request"),
  } as unknown as StoredTiles;
  const archive = { metadata: { fields: new Map([["f", f]]), minZoom: 3, maxZoom: 4 }, paints: (zoom: number) => zoom > 4, keeps: () => false } as unknown as HeatArchive;
  return new ValueReader(archive, stored, none);
}

test("a stored tile tells its level's value and presence, and the ends of a scale as such", async () => {
  const cases: [over: Partial<Field>, index: number, want: object | undefined][] = [
    [{}, 0, undefined],
    [{}, 1, { value: 100, presence: 0.5, end: "low" }],
    [{}, 2, { value: 120, presence: 0.5 }],
    [{}, 6, { value: 140, presence: 1, end: "high" }],
    [{}, 7, undefined],
    // Nothing is less steep than level ground, and what is less than the last visit is none.
    [{ values: [0, 5, 10] }, 1, { value: 0, presence: 0.5 }],
    [{ kind: "date", presence: [1] }, 3, { value: 140, presence: 1 }],
    [{ kind: "count", values: [0.25, 3], presence: [1] }, 1, { value: 0.25, presence: 0.25 }],
    [{ kind: "count", values: [0.25, 3], presence: [1] }, 2, { value: 3, presence: 1 }],
  ];
  for (const [over, index, want] of cases) {
    const got = await readerOf(field(over), index, { z: 3, x: 4, y: 3 }).valueAt(layer, 10, 20, { zoom: 3, finer: 0 });
    // Presences are kept in 255ths.
    assert.deepEqual(got && { ...got, presence: Math.round(100 * got.presence) / 100 }, want);
  }
});

test("between two zooms the value is that of the nearer one, and only tiles in memory are read", async () => {
  const reader = readerOf(field({}), 2, { z: 3, x: 4, y: 3 });
  const told = async (zoom: number, finer: number, lon = 10): Promise<number | undefined> => (await reader.valueAt(layer, lon, 20, { zoom, finer }))?.value;
  assert.equal(await told(4, 0.625), 120);
  assert.equal(await told(5, 1.875), 120);
  assert.equal(await told(4, 0.375), undefined);
  assert.equal(await told(3, 0, -10), undefined);
});

test("a painted tile tells its level's value and a finer presence, and none that is not in memory is painted", async () => {
  const f = field({ kind: "count", unit: "visits", values: [0.5, 1, 2], presence: [1] });
  const { x, y } = pixelOf(10, 20, 17)!;
  const at = (y % 256) * 256 + (x % 256);
  const painted = { level: new Uint16Array(65536), presence: new Uint8Array(65536) };
  [painted.level[at], painted.presence[at]] = [1, 102];
  const deep = {
    cached: (_: Field, tile: { z: number; x: number; y: number }, finer: number) => (finer === 1 && tile.z === 17 && tile.x === x >> 8 && tile.y === y >> 8 ? painted : undefined),
    get: () => assert.fail("a painting"),
  } as unknown as DeepTiles;
  const reader = new ValueReader({ metadata: { fields: new Map([["f", f]]) }, paints: (zoom: number) => zoom > 14, keeps: () => false } as unknown as HeatArchive, {} as unknown as StoredTiles, deep);
  assert.deepEqual(await reader.valueAt(layer, 10, 20, { zoom: 17, finer: 1 }), { value: 0.5, presence: 0.4 });
  painted.level[at] = 0;
  assert.equal(await reader.valueAt(layer, 10, 20, { zoom: 17, finer: 1 }), undefined);
  assert.equal(await reader.valueAt(layer, 10, 20, { zoom: 17, finer: 0 }), undefined);
  assert.equal(await reader.valueAt(layer, 10, 20, { zoom: 18, finer: 1 }), undefined);
});

test("where a block keeps tiles in place of lines the value is that of the kept one, and beside it of what is painted for the picture", async () => {
  const f = field({});
  const keptBlocks = new KeptBlocks({ x: [8000], y: [5000], marginPX: 16, maxZoom: 17 });
  const archive = {
    metadata: { fields: new Map([["f", f]]), minZoom: 3, maxZoom: 14 },
    keptBlocks,
    paints: (zoom: number) => zoom > 14,
    keeps: (tile: TileID) => keptBlocks.touch(tile),
  } as unknown as HeatArchive;
  const asked: string[] = [];
  const stored = { cached: async (_: Field, { z, x, y }: TileID) => (asked.push(`stored ${z}/${x}/${y}`), valueTile(new Uint8Array(65536).fill(2), f)) } as unknown as StoredTiles;
  const deep = { cached: (_: Field, { z, x, y }: TileID, finer: number) => void asked.push(`painted ${z}/${x}/${y} ${finer}`) } as unknown as DeepTiles;
  const reader = new ValueReader(archive, stored, deep);
  const lon = (column: number): number => (column / 2 ** 14 - 0.5) * 360;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * 5000.5) / 2 ** 14))) * 180) / Math.PI;
  const at = async (column: number, zoom: number, finer: number): Promise<string | undefined> => {
    await reader.valueAt(layer, lon(column), lat, { zoom, finer });
    return asked.pop();
  };
  assert.equal(await at(8000.5, 17, 0.5), "stored 17/64004/40004");
  assert.equal(await at(8000.5, 19, 0.25), "stored 17/64004/40004");
  assert.equal(await at(8003.5, 17, 0.5), "painted 17/64028/40004 0.5");
  // The tile of 15 in view touches the block, that of 16 which is told does not.
  assert.equal(await at(7999.6, 15, -0.5), "painted 16/31998/20002 0");
  assert.equal(await at(8000.5, 14, 0), "stored 14/8000/5000");
});
