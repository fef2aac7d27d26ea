// What is loaded for a view, and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeatArchive } from "../src/archive/archive.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import { KeptBlocks } from "../src/archive/keptblocks.ts";
import { Jobs } from "../src/jobs.ts";
import { type Area, unitsPerPixel, worldPixels } from "../src/live/area.ts";
import { nameOf } from "../src/tracks/block.ts";
import { type BlockRange, blocksIn, blocksUnder, holds } from "../src/tracks/blockrange.ts";
import { Lines } from "../src/tracks/lines.ts";
import { near } from "../src/tracks/near.ts";
import { StoredBlocks } from "../src/tracks/storedblocks.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { type LineSource, ViewLines } from "../src/tracks/viewlines.ts";
import { blocksOf } from "./harness/blocks.ts";
import { HOME, outings, random } from "./harness/synthetic.ts";

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A source whose loads are answered by hand. */
class Hand implements LineSource {
  activities = 3;
  attempt = 0;
  loads: { range: BlockRange; signal: AbortSignal; give: (t: Tracks) => void; fail: (e: Error) => void }[] = [];
  told: unknown[] = [];
  under = (area: Area, reach: number): BlockRange => blocksUnder(14, area, reach);
  complete = (_: BlockRange): boolean => true;
  load = (range: BlockRange, signal?: AbortSignal): Promise<Tracks> =>
    new Promise((give, fail) => {
      this.loads.push({ range, signal: signal!, give, fail });
      signal!.addEventListener("abort", () => fail(signal!.reason as Error));
    });
  came = (): void => {};
  failed = (e: unknown): void => void this.told.push(e);
}

const area = (x: number, y: number, zoom = 14): Area => ({ zoom, x, y, width: 512, height: 256 });
const lines = (): Tracks => ({ count: 3 }) as Tracks;

test("lines are asked for once and told when they are there", async () => {
  const source = new Hand();
  let changes = 0;
  const view = new ViewLines(source, () => changes++);
  for (let frame = 0; frame < 5; frame++) assert.equal(view.for(area(1000, 1000), 8), undefined);
  assert.equal(source.loads.length, 1);
  assert.deepEqual([view.loading, view.failed, changes], [true, false, 0]);
  const t = lines();
  source.loads[0]!.give(t);
  await tick();
  assert.deepEqual([view.loading, changes], [false, 1]);
  assert.equal(view.for(area(1000, 1000), 8), t);
  assert.equal(source.loads.length, 1);
});

test("a small step asks for nothing, whatever edge it goes back and forth across", async () => {
  const source = new Hand();
  const view = new ViewLines(source, () => {});
  for (let i = 0; i < 200; i++) {
    // Around the corner of four blocks, by less than half of one.
    const at = area(1024 + Math.round(90 * Math.sin(i / 3)), 2048 + Math.round(90 * Math.cos(i / 5)));
    if (view.for(at, 8)) continue;
    source.loads.at(-1)!.give(lines());
    await tick();
    assert.ok(view.for(at, 8));
  }
  assert.ok(source.loads.length <= 6, `${source.loads.length} loads`);
});

test("whatever area is asked for is covered by blocks that were loaded for it", async () => {
  const source = new Hand();
  const view = new ViewLines(source, () => {});
  const next = random(11);
  const ranges = new Map<Tracks, BlockRange>();
  for (let i = 0; i < 300; i++) {
    const zoom = 13 + Math.floor(5 * next());
    const at = area(Math.floor((next() - 0.2) * 1.4 * worldPixels(zoom)), Math.floor(next() * worldPixels(zoom)), zoom);
    let t = view.for(at, 20);
    if (!t) {
      const load = source.loads.at(-1)!;
      ranges.set((t = lines()), load.range);
      load.give(t);
      await tick();
      assert.equal(view.for(at, 20), t);
    }
    const there = new Set(blocksIn(ranges.get(t)!).map(nameOf));
    // Every corner and the middle of what is painted, and of the glow around it.
    for (const px of [-20, 256, 532]) {
      for (const py of [-20, 128, 276]) {
        const side = 2 ** (GRID_BITS - 14);
        const around = 2 ** 14;
        const x = Math.floor(((at.x + px) * unitsPerPixel(zoom)) / side);
        const y = Math.min(around - 1, Math.max(0, Math.floor(((at.y + py) * unitsPerPixel(zoom)) / side)));
        assert.ok(there.has(nameOf({ z: 14, x: ((x % around) + around) % around, y })));
      }
    }
  }
});

test("the antimeridian is an edge like any other, and a turn around the world changes nothing", async () => {
  const world = worldPixels(14);
  const range = blocksUnder(14, area(world - 200, 5000), 8);
  const columns = new Set(blocksIn(range).map(({ x }) => x));
  assert.ok(columns.has(2 ** 14 - 1) && columns.has(0) && columns.has(1));
  const source = new Hand();
  const view = new ViewLines(source, () => {});
  view.for(area(world - 200, 5000), 8);
  const t = lines();
  source.loads[0]!.give(t);
  await tick();
  for (const turn of [-2, -1, 0, 1]) assert.equal(view.for(area(turn * world - 200, 5000), 8), t);
  assert.equal(source.loads.length, 1);
  // A view of more than the world has every block once.
  const far = blocksIn(blocksUnder(3, { zoom: 1, x: -700, y: 0, width: 1600, height: 512 }, 8));
  assert.equal(new Set(far.map(nameOf)).size, 64);
  assert.equal(far.length, 64);
  assert.ok(holds({ zoom: 3, west: -3, east: 9, north: 0, south: 8 }, { zoom: 3, west: 5, east: 20, north: 1, south: 2 }));
  assert.ok(!holds({ zoom: 3, west: 0, east: 4, north: 0, south: 8 }, { zoom: 3, west: 3, east: 5, north: 1, south: 2 }));
});

test("blocks that are there are kept beside others, but not for ever", async () => {
  const source = new Hand();
  const view = new ViewLines(source, () => {});
  for (let x = 0; x < 20_000; x += 300) {
    if (view.for(area(x, 1000), 8)) continue;
    source.loads.at(-1)!.give(lines());
    await tick();
    assert.ok(view.for(area(x, 1000), 8));
  }
  const most = Math.max(...source.loads.map(({ range }) => blocksIn(range).length));
  assert.ok(most <= 2 * 5 * 3, `${most} blocks`);
});

test("what a view has left is given up", async () => {
  const source = new Hand();
  const view = new ViewLines(source, () => {});
  view.for(area(1000, 1000), 8);
  view.for(area(90_000, 1000), 8);
  assert.equal(source.loads.length, 2);
  assert.ok(source.loads[0]!.signal.aborted && !source.loads[1]!.signal.aborted);
  const t = lines();
  source.loads[1]!.give(t);
  await tick();
  assert.equal(view.for(area(90_000, 1000), 8), t);
  // Back to what is there before the others have come: those are not needed any more.
  view.for(area(1000, 1000), 8);
  assert.equal(view.for(area(90_000, 1000), 8), t);
  assert.ok(source.loads[2]!.signal.aborted && !view.loading);
  assert.deepEqual(source.told, []);
});

test("what does not come is told once, and tried again when somebody asks for it", async () => {
  const source = new Hand();
  let changes = 0;
  const view = new ViewLines(source, () => changes++);
  view.for(area(1000, 1000), 8);
  source.loads[0]!.fail(new Error("lost"));
  await tick();
  assert.ok(view.failed && !view.loading && changes === 1);
  assert.equal(source.told.length, 1);
  for (let frame = 0; frame < 5; frame++) assert.equal(view.for(area(1000, 1000), 8), undefined);
  assert.equal(source.loads.length, 1);
  // Elsewhere it may be otherwise.
  view.for(area(90_000, 1000), 8);
  assert.equal(source.loads.length, 2);
  source.loads[1]!.fail(new Error("lost"));
  await tick();
  source.attempt++;
  assert.ok(!view.failed);
  view.for(area(90_000, 1000), 8);
  assert.equal(source.loads.length, 3);
});

const all = outings(20, 400);
const ZOOMS = [3, 9, 12, 14];

/** An archive of made-up lines, and what was asked of it. */
function archiveOf(bytes: number[], lose: (z: number) => boolean = () => false, keptBlocks?: KeptBlocks): { lines: Lines; stored: StoredBlocks; asked: string[] } {
  const blocks = ZOOMS.map((z) => blocksOf(all, z));
  const asked: string[] = [];
  const archive = {
    hasLines: true,
    keptBlocks,
    metadata: { lines: { zooms: ZOOMS, bytes, maxZoom: 20 }, activities: { day: Array.from({ length: all.count }, () => 19_000) } },
    block: async (z: number, x: number, y: number) => {
      asked.push(nameOf({ z, x, y }));
      if (lose(z)) throw new ArchiveError("network", "no answer");
      return blocks[ZOOMS.indexOf(z)]!.find((b) => b.x === x && b.y === y)?.data;
    },
    allBlocks: async (z: number) => {
      asked.push(`all of ${z}`);
      return blocks[ZOOMS.indexOf(z)]!;
    },
  } as unknown as HeatArchive;
  const stored = new StoredBlocks(archive);
  return { lines: new Lines(archive, stored, new Jobs(), { came: () => {}, failed: () => {} }), stored, asked };
}

const home = (zoom: number): Area => ({ zoom, x: Math.round(HOME[0] / unitsPerPixel(zoom)) - 200, y: Math.round(HOME[1] / unitsPerPixel(zoom)) - 200, width: 400, height: 400 });

test("a view loads blocks of its level, and an overview is the finest level that is small", async () => {
  const { lines, stored, asked } = archiveOf([10, 200_000, 900_000, 2_000_000]);
  const [street, town, country] = [lines.under(home(17), 10), lines.under(home(13), 10), lines.under(home(10), 10)];
  assert.deepEqual([street.zoom, town.zoom, country.zoom], [14, 12, 9]);
  const tracks = await lines.load(street);
  assert.ok(asked.length >= 1 && asked.length <= 4 && asked.every((name) => name.startsWith("14/")), asked.join());
  // Asked for again, by those who draw and those who paint tiles, it is there.
  const n = asked.length;
  assert.equal(await lines.load(street), tracks);
  for (const tile of blocksIn(street)) await stored.get(tile);
  assert.equal(asked.length, n);
  const { tracks: whole, deepest } = await lines.overview();
  assert.deepEqual([asked.slice(n), deepest], [["all of 9"], 11]);
  assert.equal(await lines.load(country), whole);
  assert.equal(asked.length, n + 1);
  assert.ok(tracks.x.length < whole.x.length);
});

test("a rectangle comes in the finest blocks of which it touches few enough", async () => {
  const around = (units: number): [number, number, number, number] => [HOME[0] - units, HOME[1] - units, HOME[0] + units, HOME[1] + units];
  for (const [units, zoom] of [[1000, 14], [20_000, 12], [200_000, 9]] as const) {
    const { lines, asked } = archiveOf([10, 200_000, 900_000, 2_000_000].map((bytes) => 10 * bytes));
    const tracks = await lines.within(around(units), 36);
    assert.ok(tracks.x.length > 0 && asked.length <= 36 && asked.every((name) => name.startsWith(`${zoom}/`)), `${zoom}: ${asked.join()}`);
  }
});

test("an archive whose coarsest level is large has that as its overview, and a small one has all", async () => {
  const large = archiveOf([4_000_000, 5_000_000, 6_000_000, 7_000_000]);
  assert.equal((await large.lines.overview()).deepest, 8);
  const small = archiveOf([10, 20, 30, 40]);
  assert.equal((await small.lines.overview()).deepest, Infinity);
  await small.lines.load(small.lines.under(home(17), 10));
  assert.deepEqual([large.asked, small.asked], [["all of 3"], ["all of 14"]]);
});

test("who was here is found in the blocks around a place", async () => {
  const { lines, asked } = archiveOf([10, 200_000, 900_000, 2_000_000]);
  const flags = new Uint8Array(all.count).fill(1);
  const next = random(3);
  for (let i = 0; i < 60; i++) {
    const v = Math.floor(next() * all.x.length);
    const place = { x: all.x[v]! + Math.round(20 * next()), y: all.y[v]! + Math.round(20 * next()) };
    const radius = 5 + 60 * next();
    const within = (t: Tracks, r: number): number[] => near(t, flags, place, r).map((p) => p.activity);
    const found = within(await lines.around(place, radius), radius);
    // Where lines are cut their places are rounded.
    const [least, most] = [within(all, radius - 1), within(all, radius + 1)];
    assert.ok(least.every((a) => found.includes(a)) && found.every((a) => most.includes(a)), `${found}, between ${least} and ${most}`);
  }
  assert.ok(asked.every((name) => name.startsWith("14/")));
  // What is in a wide circle is looked up in coarser ones.
  const before = asked.length;
  await lines.around({ x: HOME[0], y: HOME[1] }, 1000);
  assert.ok(asked.slice(before).every((name) => name.startsWith("12/")) && asked.length <= before + 4);
});

test("a block that is lost once is asked for again, and one that stays away is told", async () => {
  let left = 1;
  const once = archiveOf([10, 200_000, 900_000, 2_000_000], () => left-- > 0);
  assert.ok((await once.lines.load(once.lines.under(home(17), 10))).x.length > 0);
  const never = archiveOf([10, 200_000, 900_000, 2_000_000], () => true);
  await assert.rejects(never.lines.load(never.lines.under(home(17), 10)), (e) => e instanceof ArchiveError && e.kind === "network");
  // Nobody waits for what nobody wants any more.
  const abort = new AbortController();
  const gone = never.lines.load(never.lines.under(home(17), 10), abort.signal);
  abort.abort();
  await assert.rejects(gone, { name: "AbortError" });
});

test("where a block keeps tiles in place of its lines all of the view comes from coarser ones", async () => {
  const side = 2 ** (GRID_BITS - 14);
  const [x, y] = [Math.floor(HOME[0] / side), Math.floor(HOME[1] / side)];
  const kept = new KeptBlocks({ x: [x], y: [y], marginPX: 16, maxZoom: 17 });
  const { lines, asked } = archiveOf([10, 200_000, 900_000, 1000], () => false, kept);
  assert.equal(lines.under(home(17), 10).zoom, 12);
  const beside: Area = { ...home(17), x: Math.round(((x + 2) * side) / unitsPerPixel(17)) };
  assert.equal(lines.under(beside, 10).zoom, 14);
  await lines.around({ x: HOME[0], y: HOME[1] }, 20);
  // However few bytes the blocks have that are left, they have not all lines.
  assert.equal((await lines.overview()).deepest, 11);
  assert.ok(asked.every((name) => name.startsWith("12/") || name === "all of 9"), asked.join());

  // Blocks that are there are not loaded with those of a new view where one of those between keeps tiles.
  const view = new ViewLines(lines, () => {});
  const before = { ...beside, width: 10, height: 10 };
  const after = { ...before, x: Math.round(((x - 0.5) * side) / unitsPerPixel(17)) };
  for (const area of [before, after]) {
    const range = lines.under(area, 0);
    assert.deepEqual([range.zoom, lines.complete(range)], [14, true]);
    view.for(area, 0);
    for (let i = 0; view.loading && i < 1000; i++) await tick();
    assert.ok(view.for(area, 0) && !view.failed);
  }
  assert.ok(!asked.includes(nameOf({ z: 14, x, y })), asked.join());
});
