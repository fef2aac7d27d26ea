import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { HeatArchive } from "../src/archive/archive.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import type { Field } from "../src/archive/metadata.ts";
import { blocksNear } from "../src/deep/blocks.ts";
import type { Brush } from "../src/deep/paint.ts";
import type { ValueTile } from "../src/heat/valuetile.ts";
import { type Order, Pool } from "../src/deep/pool.ts";
import { DeepTiles } from "../src/deep/tiles.ts";
import { type DeepJob, Workshop } from "../src/deep/workshop.ts";
import { unitsPerPixel } from "../src/live/area.ts";
import { penWeights, planFor } from "../src/live/plan.ts";
import { nameOf, type StoredBlock, type TileID } from "../src/tracks/block.ts";
import { StoredBlocks } from "../src/tracks/storedblocks.ts";
import { blocksOf } from "./harness/blocks.ts";
import { HOME, layerFor, outings } from "./harness/synthetic.ts";

const COUNT = 12;
const tracks = outings(COUNT, 120);
const stored = new Map(blocksOf(tracks, 14).map((b) => [nameOf(b), b]));
const { field } = layerFor("visits");
const PAINTING = { blurSigmaPX: 2, hillBlurSigmaPX: 4 };
const brush: Brush = { plan: planFor(field, PAINTING), weights: penWeights(field, new Uint8Array(COUNT).fill(1), [], 0), scale: field };

/** The tile of zoom 17 that lies so many tiles from home. */
const tileAt = (dx: number, dy = 0): TileID => ({ z: 17, x: Math.floor(HOME[0] / unitsPerPixel(17) / 256) + dx, y: Math.floor(HOME[1] / unitsPerPixel(17) / 256) + dy });

function orderOf(tile: TileID, blocks: ReadonlyMap<string, StoredBlock> = stored): Order {
  const near = blocksNear(tile, 12, 14).flatMap((near) => {
    const block = blocks.get(nameOf(near));
    return block ? [{ near, stored: block }] : [];
  });
  return { tile, brush: { name: "visits/1", brush }, near };
}

/** What a painter of its own makes of an order. */
async function painted({ tile, near, brush: { brush } }: Order): Promise<ValueTile | undefined> {
  const job = { tile, brush: "b", given: brush, near: near.map((n) => ({ name: nameOf(n.near), shift: n.near.shift })), blocks: near.map((n) => n.stored), activities: COUNT, drop: [] };
  return (await new Workshop().run(job)).tile;
}

interface Asked {
  id: number;
  job: string;
  deep: DeepJob;
}

/** Stands in for the browser's: paints when it is let. */
class FakeWorker {
  static all: FakeWorker[] = [];
  static fails = false;
  static held = false;
  readonly asked: Asked[] = [];
  readonly #workshop = new Workshop();
  onmessage?: (e: { data: unknown }) => void;
  onerror?: (e: { message: string }) => void;
  terminated = false;

  constructor() {
    FakeWorker.all.push(this);
  }

  postMessage(message: Asked): void {
    const asked = structuredClone(message);
    this.asked.push(asked);
    if (!FakeWorker.held) queueMicrotask(() => void this.answer(asked));
  }

  async answer({ id, deep }: Asked): Promise<void> {
    if (FakeWorker.fails) return this.onerror!({ message: "blocked" });
    const data = await this.#workshop.run(deep).then((result) => ({ id, result }), (e: unknown) => ({ id, error: String(e) }));
    if (!this.terminated) this.onmessage!({ data });
  }

  terminate(): void {
    this.terminated = true;
  }
}

const real = (globalThis as { Worker?: unknown }).Worker;
const put = (worker: unknown): void => void ((globalThis as { Worker?: unknown }).Worker = worker);
const allAsked = (): Asked[] => FakeWorker.all.flatMap((w) => w.asked);

beforeEach(() => {
  FakeWorker.all = [];
  FakeWorker.fails = FakeWorker.held = false;
  put(FakeWorker);
});

afterEach(() => put(real));

test("tiles come as they are painted elsewhere, and nothing is given to a worker twice", async () => {
  const pool = new Pool(COUNT, 1);
  for (const dx of [0, 1, 0]) {
    const got = await pool.paint(orderOf(tileAt(dx)));
    assert.ok(got);
    assert.deepEqual(got, await painted(orderOf(tileAt(dx))));
  }
  assert.equal(FakeWorker.all.length, 1);
  assert.deepEqual(allAsked().map(({ job, deep }) => [job, deep.given !== undefined]), [["deep", true], ["deep", false], ["deep", false]]);
  const given = allAsked().flatMap(({ deep }) => deep.blocks.map(nameOf));
  assert.equal(new Set(given).size, given.length);
});

test("a worker has one tile at a time, and there are no more of them than may be", async () => {
  FakeWorker.held = true;
  const pool = new Pool(COUNT, 2);
  const tiles = [0, 1, 2, 3, 4].map((dx) => pool.paint(orderOf(tileAt(dx))));
  assert.deepEqual(FakeWorker.all.map((w) => w.asked.length), [1, 1]);
  FakeWorker.held = false;
  for (const w of FakeWorker.all) void w.answer(w.asked[0]!);
  await Promise.all(tiles);
  assert.equal(FakeWorker.all.length, 2);
  // Those of one view in the order that they were asked for.
  const order = FakeWorker.all.flatMap((w) => w.asked.map(({ deep }) => deep.tile.x - tileAt(0).x));
  assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4]);
  for (const w of FakeWorker.all) assert.ok(w.asked.every(({ deep }, i) => i === 0 || deep.tile.x > w.asked[i - 1]!.deep.tile.x));
  pool.end();
  assert.ok(FakeWorker.all.every((w) => w.terminated));
});

test("what is asked for later, of another view, comes first", async () => {
  FakeWorker.held = true;
  const pool = new Pool(COUNT, 1);
  const before = [0, 1, 2].map((dx) => pool.paint(orderOf(tileAt(dx))));
  await new Promise((resolve) => setTimeout(resolve, 80));
  const after = [-1, -2].map((dx) => pool.paint(orderOf(tileAt(dx))));
  FakeWorker.held = false;
  void FakeWorker.all[0]!.answer(allAsked()[0]!);
  await Promise.all([...before, ...after]);
  assert.deepEqual(allAsked().map(({ deep }) => deep.tile.x - tileAt(0).x), [0, -1, -2, 1, 2]);
});

test("a tile that nobody waits for any more is not sent", async () => {
  FakeWorker.held = true;
  const pool = new Pool(COUNT, 1);
  const gone = new AbortController();
  const first = pool.paint(orderOf(tileAt(0)));
  const dropped = pool.paint(orderOf(tileAt(1)), gone.signal);
  const last = pool.paint(orderOf(tileAt(2)));
  gone.abort(new Error("out of sight"));
  await assert.rejects(dropped, /out of sight/);
  await assert.rejects(pool.paint(orderOf(tileAt(3)), gone.signal), /out of sight/);
  FakeWorker.held = false;
  void FakeWorker.all[0]!.answer(allAsked()[0]!);
  await Promise.all([first, last]);
  assert.deepEqual(allAsked().map(({ deep }) => deep.tile.x - tileAt(0).x), [0, 2]);
});

test("blocks that were not used for longest are forgotten, but none that a tile needs", async () => {
  const pool = new Pool(COUNT, 1, 1); // room for none at all
  const far = tileAt(Math.floor(20_000 / 0.38 / unitsPerPixel(17) / 256)); // a block of its own, where nobody need have been
  const [here, there] = [orderOf(tileAt(0)), { ...orderOf(far), near: [...stored.values()].filter((b) => !orderOf(tileAt(0)).near.some((n) => nameOf(n.near) === nameOf(b))).slice(0, 1).map((b) => ({ near: { ...b, shift: 0 }, stored: b })) }];
  assert.ok(there.near.length === 1 && here.near.length > 0);
  const first = await pool.paint(here);
  assert.deepEqual(await pool.paint(here), first);
  await pool.paint(there);
  assert.deepEqual(await pool.paint(here), first);
  const [one, again, other, back] = allAsked().map(({ deep }) => [deep.blocks.length, [...deep.drop]] as const);
  assert.deepEqual([one![0], again![0], again![1]], [here.near.length, 0, []]);
  assert.deepEqual([...other![1]].sort(), here.near.map((n) => nameOf(n.near)).sort());
  assert.equal(back![0], here.near.length);
});

test("a damaged block is told, and the next tile is painted", async () => {
  const pool = new Pool(COUNT, 1);
  const broken = new Map([...stored].map(([name, b]) => [name, { ...b, data: Uint8Array.of(1, 2, 3).buffer as ArrayBuffer }]));
  await assert.rejects(pool.paint(orderOf(tileAt(0), broken)));
  assert.deepEqual(await pool.paint(orderOf(tileAt(0))), await painted(orderOf(tileAt(0))));
});

for (const [name, prepare] of [
  ["where workers are refused", () => put(class { constructor() { throw new Error("refused"); } })],
  ["where they fail later", () => (FakeWorker.fails = true)],
] as const) {
  test(`${name} every tile is painted here`, async () => {
    prepare();
    const pool = new Pool(COUNT, 3);
    const orders = [0, 1, 2, 3, 4, 5].map((dx) => orderOf(tileAt(dx)));
    const got = await Promise.all(orders.map((o) => pool.paint(o)));
    assert.deepEqual(got, await Promise.all(orders.map(painted)));
    const made = FakeWorker.all.length;
    assert.ok(await pool.paint(orderOf(tileAt(0))));
    assert.equal(FakeWorker.all.length, made, "a worker is tried again");
  });
}

/** An archive of the lines that counts what is asked of it. */
function archiveOf(fields: Field[] = [field]): { archive: HeatArchive; asked: string[]; answer: { fail?: Error; wait?: Promise<void> } } {
  const asked: string[] = [];
  const answer: { fail?: Error; wait?: Promise<void> } = {};
  const archive = {
    metadata: { minZoom: 9, maxZoom: 14, lines: { zooms: [9, 14] }, painting: PAINTING, asOf: "2024-10-04", activities: { day: Array(COUNT).fill(19_000) }, fields: new Map(fields.map((f) => [f.id, f])) },
    hasLines: true,
    block: async (z: number, x: number, y: number) => {
      asked.push(`${z}/${x}/${y}`);
      await answer.wait;
      if (answer.fail) throw answer.fail;
      return stored.get(`${z}/${x}/${y}`)?.data;
    },
  } as unknown as HeatArchive;
  return { archive, asked, answer };
}

test("a block is asked for once, and a tile is painted once, however many want them", async () => {
  const { archive, asked } = archiveOf();
  const tiles = new DeepTiles(archive, new StoredBlocks(archive), new Pool(COUNT, 2));
  const wanted = [0, 0, 1, 2, 0].map((dx) => tiles.get(field, tileAt(dx), 1));
  const got = await Promise.all(wanted);
  assert.ok(got[0] && got[0] === got[1] && got[0] === got[4]);
  assert.equal(new Set(asked).size, asked.length);
  assert.equal(allAsked().length, 3);
  // Again costs nothing; another zoom is another picture of the same blocks.
  assert.equal(await tiles.get(field, tileAt(0), 1), got[0]);
  assert.equal(tiles.cached(field, tileAt(0), 1), got[0]);
  assert.equal(tiles.cached(field, tileAt(0), 2), undefined);
  assert.notDeepEqual(await tiles.get(field, tileAt(0), 2), got[0]);
  assert.equal(new Set(asked).size, asked.length);
  assert.equal(allAsked().length, 4);
});

test("where no block is there is no tile, and that is remembered", async () => {
  const { archive, asked } = archiveOf();
  const tiles = new DeepTiles(archive, new StoredBlocks(archive), new Pool(COUNT, 1));
  const nowhere = { z: 17, x: 5, y: 5 };
  assert.equal(await tiles.get(field, nowhere, 1), undefined);
  const before = asked.length;
  assert.equal(await tiles.get(field, nowhere, 1), undefined);
  assert.equal(asked.length, before);
  assert.equal(allAsked().length, 0);
});

test("a tile that one of two does not want any more is painted, one that nobody wants is not", async () => {
  const { archive, answer } = archiveOf();
  let go!: () => void;
  answer.wait = new Promise<void>((resolve) => (go = resolve));
  const tiles = new DeepTiles(archive, new StoredBlocks(archive), new Pool(COUNT, 1));
  const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()];
  const first = tiles.get(field, tileAt(0), 1, one.signal);
  const second = tiles.get(field, tileAt(0), 1, two.signal);
  const third = tiles.get(field, tileAt(1), 1, three.signal);
  one.abort();
  three.abort();
  go();
  await assert.rejects(first, { name: "AbortError" });
  await assert.rejects(third, { name: "AbortError" });
  assert.ok(await second);
  assert.deepEqual(allAsked().map(({ deep }) => deep.tile.x - tileAt(0).x), [0]);
});

test("what could not be loaded is told and asked for again", async () => {
  const { archive, answer } = archiveOf();
  const tiles = new DeepTiles(archive, new StoredBlocks(archive), new Pool(COUNT, 1));
  answer.fail = new ArchiveError("network", "the line is cut");
  await assert.rejects(tiles.get(field, tileAt(0), 1), (e) => e instanceof ArchiveError && e.kind === "network");
  delete answer.fail;
  assert.ok(await tiles.get(field, tileAt(0), 1));
});
