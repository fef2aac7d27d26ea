import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MAX_BLOCK, MAX_BLOCK_INFLATED, MAX_BLOCK_VERTICES, MAX_VERTICES } from "../src/archive/limits.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import { assemble } from "../src/tracks/assemble.ts";
import { type Block, decodeBlock, openBlock, sizeOf } from "../src/tracks/block.ts";
import { activityBounds, lonLat } from "../src/tracks/measure.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { unpackTracks } from "../src/tracks/unpack.ts";
import { blocksOf, type Piece, stored, writeBlock } from "./harness/blocks.ts";
import { leb } from "./harness/hostile.ts";
import { outings, random, tracksOf } from "./harness/synthetic.ts";

declare const TESTDATA: string;

const ZOOM = 14;
const SIDE = 2 ** (GRID_BITS - ZOOM);
const [X, Y] = [4300, 2800];
const [LEFT, TOP] = [X * SIDE, Y * SIDE];

const piece = (over: Partial<Piece> = {}): Piece => ({
  activity: 0,
  nth: 0,
  goesOn: false,
  altitude: NaN,
  points: [[LEFT + 64, TOP + 64], [LEFT + 65, TOP + 65]],
  segments: [{ seconds: 10, heart: 120 }],
  ...over,
});

const one = (over: Record<number, number[]> = {}): Block => decodeBlock(writeBlock([piece()], ZOOM, X, Y, over), ZOOM, X, Y, 1);

const open = (blocks: Parameters<typeof unpackTracks>[0], count: number): Promise<Tracks> => unpackTracks(blocks, count).then(({ tracks }) => tracks);

/** Holds two columns against each other. */
function alike(got: ArrayLike<number>, want: ArrayLike<number>, off: number, name: string): void {
  assert.equal(got.length, want.length, name);
  for (let i = 0; i < got.length; i++) {
    if (Number.isNaN(want[i]!)) assert.ok(Number.isNaN(got[i]!), `${name} ${i}: ${got[i]}`);
    else assert.ok(Math.abs(got[i]! - want[i]!) <= off, `${name} ${i}: ${got[i]}, want ${want[i]}`);
  }
}

test("a block tells what was written into it", () => {
  const b = decodeBlock(
    writeBlock(
      [
        piece({ activity: 3, nth: 2, altitude: -12.3, points: [[LEFT, TOP + 9], [LEFT + 100, TOP + 9], [LEFT + 4096, TOP + 4096]], segments: [{ seconds: 20, stopped: 2.5, metres: 61, heart: 99, rise: -1.5, steep: 2.5 }, { seconds: 2000, heart: 180, rise: 3, steep: 3, hill: 2.4 }] }),
        piece({ activity: 3, nth: 5, goesOn: true }),
        piece({ activity: 700, nth: 1 }),
      ],
      ZOOM,
      X,
      Y,
    ),
    ZOOM,
    X,
    Y,
    701,
  );
  assert.deepEqual([[...b.activity], [...b.nth], [...b.goesOn], [...b.first]], [[3, 3, 700], [2, 5, 1], [0, 1, 0], [0, 3, 5, 7]]);
  assert.deepEqual([...b.x.subarray(0, 3)], [LEFT, LEFT + 100, LEFT + 4096]);
  assert.deepEqual([...b.bounds.subarray(0, 4)], [LEFT, TOP + 9, LEFT + 4096, TOP + 4096]);
  alike(b.altitude, [-12.3, NaN, NaN], 1e-5, "altitude");
  alike(b.joined, [1, 1, 0, 1, 0, 1, 0], 0, "joined");
  alike(b.seconds, [20, 2000, 0, 10, 0, 10, 0], 0, "seconds");
  alike(b.moving.subarray(0, 2), [17.5, 2000], 0, "moving");
  alike(b.metres.subarray(0, 1), [61], 0.26, "metres");
  alike(b.heart.subarray(0, 3), [99, 180, 0], 0, "heart");
  alike(b.rise, [-1.5, 3, NaN, NaN, NaN, NaN, NaN], 1e-5, "rise");
  alike(b.steep.subarray(0, 2), [2.5, 3], 1e-5, "steep");
  alike(b.hill.subarray(0, 2), [0, 2.4], 1e-5, "hill");
  assert.ok(sizeOf(b) > 7 * 30);
});

test("lines that were cut at the edges of blocks are whole again", async () => {
  const whole = outings(40, 300);
  const cut = await open(blocksOf(whole, ZOOM), whole.count);
  assert.ok(cut.x.length > whole.x.length, "nothing was cut");
  // What a segment carries is rounded in each of its parts, so it is the sums that stay; climbs are those of segments whose grade is known.
  for (const name of ["seconds", "moving", "metres", "steep", "hill"] as const) {
    const sum = (t: Tracks): number => t[name].reduce((s, v, i) => s + (Number.isNaN(t.rise[i]!) ? 0 : v), 0);
    assert.ok(Math.abs(sum(cut) / sum(whole) - 1) < 0.002, name);
  }
  for (let a = 0; a < whole.count; a++) {
    let v = cut.first[a]!;
    for (let i = whole.first[a]!; i < whole.first[a + 1]!; i++, v++) {
      while (cut.x[v] !== whole.x[i] || cut.y[v] !== whole.y[i]) assert.ok(v++ < cut.first[a + 1]!, `vertex ${i} is lost`);
    }
    assert.equal(v, cut.first[a + 1]);
    for (let i = cut.first[a]!; i < v; i++) assert.equal(cut.activity[i], a);
  }
  // Cut where they are cut already they stay the same, to the bit.
  const again = await open(blocksOf(cut, ZOOM).reverse(), whole.count);
  for (const name of Object.keys(cut) as (keyof Tracks)[]) {
    if (name === "metres") alike(again.metres, cut.metres, 1e-4, name);
    else if (name !== "altitude") assert.deepEqual(again[name], cut[name], name);
  }
});

test("a line across the antimeridian goes on beyond the map's edge, and back", async () => {
  const world = 2 ** GRID_BITS;
  const line = [[world - 300, TOP + 5], [world + 200, TOP + 105], [world + 4900, TOP + 105], [world - 50, TOP + 300]] as const;
  const west = [[100, TOP], [-200, TOP]] as const;
  const cut = await open(blocksOf(tracksOf([[line], [west]]), ZOOM), 2);
  assert.deepEqual([...cut.x.subarray(0, cut.first[1]!)], [world - 300, world, world + 200, world + 4096, world + 4900, world + 4096, world, world - 50]);
  assert.deepEqual([...cut.x.subarray(cut.first[1]!)], [100, 0, -200]);
  assert.deepEqual([...cut.joined.subarray(0, cut.first[1]!)], [1, 1, 1, 1, 1, 1, 1, 0]);
  const [w, , e] = activityBounds(cut, 0)!;
  assert.ok(w < 180 && e > 180);
});

test("altitude runs on from piece to piece", async () => {
  const first = piece({ altitude: 100, points: [[LEFT, TOP], [LEFT + 10, TOP], [LEFT + 4096, TOP]], segments: [{ rise: 1.5, steep: 1.5 }, { rise: -4, steep: 4 }] });
  const next = piece({ nth: 1, goesOn: true, altitude: 97.5, points: [[LEFT + 4096, TOP], [LEFT + 4900, TOP]], segments: [{ rise: 2, steep: 2 }] });
  const apart = piece({ nth: 2, points: [[LEFT + 4900, TOP], [LEFT + 4901, TOP]], segments: [{ rise: 2, steep: 2 }] });
  const t = await open([stored(ZOOM, X + 1, Y, writeBlock([next, apart], ZOOM, X + 1, Y)), stored(ZOOM, X, Y, writeBlock([first], ZOOM, X, Y))], 2);
  alike(t.altitude, [100, 101.5, 97.5, 99.5, NaN, NaN], 1e-4, "altitude");
  assert.deepEqual([...t.joined], [1, 1, 1, 0, 1, 0]);
  assert.equal(activityBounds(t, 1), undefined);
  const [west, south, east, north] = activityBounds(t, 0)!;
  for (let v = 0; v < 6; v++) {
    const [lon, lat] = lonLat(t.x[v]!, t.y[v]!);
    assert.ok(lon >= west && lon <= east && lat >= south && lat <= north);
  }
});

test("blocks that are not all of them are told", () => {
  const decode = (...pieces: Piece[]): Block => decodeBlock(writeBlock(pieces, ZOOM, X, Y), ZOOM, X, Y, 9);
  assert.throws(() => assemble([decode(piece({ nth: 1 }))], 9), /damaged: a piece of a line is missing/);
  assert.throws(() => assemble([decode(piece()), decode(piece())], 9), /damaged: a piece of a line is missing/);
  assert.throws(() => assemble([decode(piece(), piece({ nth: 1, goesOn: true }))], 9), /damaged: a line does not go on/);
  assert.throws(() => assemble([decode(piece({ activity: 5 }))], 5), /damaged: there is no such activity/);
  const none = assemble([], 2);
  assert.deepEqual([none.count, none.x.length, [...none.first]], [2, 0, [0, 0, 0]]);
});

test("numbers that cannot be are told", () => {
  const [wide, largest] = [[128, 128, 128, 128, 16], [255, 255, 255, 255, 15]];
  assert.equal(one().heart[0], 120);
  assert.throws(() => one({ 0: [1] }), /damaged: there is no such activity/);
  assert.throws(() => one({ 1: [1] }), /damaged: a line goes on before/);
  assert.throws(() => one({ 4: [1] }), /damaged: pieces and vertices/);
  assert.throws(() => one({ 4: [3] }), /damaged: pieces and vertices/);
  assert.throws(() => one({ 5: [1, 2] }), /damaged: a vertex lies beyond/);
  assert.throws(() => one({ 5: [...leb(2 * 4096), 2] }), /damaged: a vertex lies beyond/);
  assert.throws(() => one({ 6: [...largest, 0] }), /damaged: a vertex lies beyond/);
  assert.throws(() => one({ 7: [1] }), /damaged: a segment takes less/);
  assert.throws(() => one({ 7: wide }), /damaged: seconds has a number/);
  assert.throws(() => one({ 8: [41] }), /damaged: somebody stood/);
  assert.throws(() => one({ 10: [128, 4] }), /damaged: a heart rate/); // 256
  assert.throws(() => one({ 10: [1] }), /damaged: a heart rate/); // -1
  assert.equal(one({ 10: [254, 3] }).heart[0], 255);
  assert.throws(() => one({ 13: [0, 0] }), /damaged: hill goes on/);
  const out = [piece({ nth: 2 }), piece({ nth: 2 })];
  assert.throws(() => decodeBlock(writeBlock(out, ZOOM, X, Y), ZOOM, X, Y, 1), /damaged: pieces are out of order/);
  // What is expected of a segment is bounded, however fast the one before was left.
  const far = piece({ points: [[LEFT, TOP], [LEFT + 1, TOP], [LEFT + 4096, TOP]], segments: [{ seconds: 2 ** 24 }, { seconds: 2 ** 27 + 5 }] });
  assert.equal(decodeBlock(writeBlock([far], ZOOM, X, Y), ZOOM, X, Y, 1).seconds[1], Math.fround(2 ** 27 + 5));
});

test("places of coarser blocks stand in larger units", () => {
  const coarse = piece({ points: [[X * 2 ** 17, Y * 2 ** 17 + 1024], [X * 2 ** 17 + 3072, Y * 2 ** 17 + 4096], [X * 2 ** 17 + 2 ** 17, Y * 2 ** 17]], segments: [{ seconds: 700, metres: 3000 }, { seconds: 9000 }] });
  const [z, x, y] = [9, X % 512, Y % 512];
  const moved = { ...coarse, points: coarse.points.map(([px, py]): [number, number] => [px - (X - x) * 2 ** 17, py - (Y - y) * 2 ** 17]) };
  const b = decodeBlock(writeBlock([moved], z, x, y, {}, 10), z, x, y, 1);
  assert.deepEqual([...b.x], moved.points.map(([px]) => px));
  assert.deepEqual([...b.y], moved.points.map(([, py]) => py));
  assert.deepEqual([...b.bounds], [x * 2 ** 17, y * 2 ** 17, (x + 1) * 2 ** 17, y * 2 ** 17 + 4096]);
  alike(b.seconds, [700, 9000, 0], 0, "seconds");
  alike(b.metres.subarray(0, 1), [3000], 0.26, "metres");
  assert.throws(() => decodeBlock(writeBlock([piece()], ZOOM, X, Y, {}, 13), ZOOM, X, Y, 1), /damaged: the units/);
});

const verdicts = JSON.parse(readFileSync(`${TESTDATA}/blocks_golden.json`, "utf8")) as { Name: string; Zoom: number; X: number; Y: number; Data: string; Refused: boolean }[];

for (const { Name, Zoom, X: x, Y: y, Data, Refused } of verdicts) {
  test(`a block is ${Refused ? "refused" : "read"} as by the builder: ${Name}`, () => {
    const read = (): Block => decodeBlock(Buffer.from(Data, "base64"), Zoom, x, y, 1);
    if (Refused) assert.throws(read, /damaged/);
    else assert.equal(read().x.length, 4);
  });
}

test("lines run on beyond the northern and the southern edge, and no other", () => {
  const at = (row: number, y: number): Block => decodeBlock(writeBlock([piece({ points: [[LEFT, y], [LEFT, y + 1]] })], ZOOM, X, row), ZOOM, X, row, 1);
  assert.equal(at(0, -5000).y[0], -5000);
  assert.equal(at(2 ** ZOOM - 1, 2 ** GRID_BITS + 5000).y[0], 2 ** GRID_BITS + 5000);
  assert.throws(() => at(1, 4095), /damaged: a vertex/);
  assert.throws(() => at(2 ** ZOOM - 2, (2 ** ZOOM - 1) * SIDE), /damaged: a vertex/);
});

const lined = writeBlock(
  [0, 1, 2].map((a) => piece({ activity: a, altitude: 50, points: Array.from({ length: 9 }, (_, i): [number, number] => [LEFT + 300 * a + 40 * i, TOP + 90 * i]), segments: Array.from({ length: 8 }, (_, i) => ({ seconds: 10 + i, heart: 130 + i, rise: i - 4, steep: 5, hill: 2 })) })),
  ZOOM,
  X,
  Y,
);

test("every way of breaking off is told, none goes on for ever", () => {
  for (let n = 0; n < lined.length; n++) assert.throws(() => decodeBlock(lined.subarray(0, n), ZOOM, X, Y, 3), /damaged/);
  assert.throws(() => decodeBlock(Uint8Array.from([...lined, 0]), ZOOM, X, Y, 3), /damaged/);
});

test("every byte changed in any way is told or harmless", () => {
  for (let i = 0; i < lined.length; i++) {
    for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const bytes = lined.slice();
      bytes[i]! ^= flip;
      try {
        const t = assemble([decodeBlock(bytes, ZOOM, X, Y, 3)], 3);
        assert.ok(t.x.length <= bytes.length);
      } catch (e) {
        assert.ok(e instanceof Error && /damaged|more than the/.test(e.message), String(e));
      }
    }
  }
});

test("damage in many places is told or harmless", () => {
  const next = random(5);
  for (let i = 0; i < 3000; i++) {
    const bytes = lined.slice();
    for (let k = 0; k < 1 + next() * 8; k++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    try {
      decodeBlock(bytes, ZOOM, X, Y, 3);
    } catch (e) {
      assert.match(String(e), /damaged|more than the/);
    }
  }
});

test("claims beyond the bytes there are ask for no memory, and large blocks are refused", async () => {
  const large = (what: RegExp) => (e: unknown): boolean => e instanceof ArchiveError && e.kind === "large" && what.test(e.message);
  const head = (...numbers: number[]): Uint8Array => Uint8Array.from([...Buffer.from("HML1"), ...numbers.flatMap(leb)]);
  assert.throws(() => decodeBlock(head(0, 1, MAX_BLOCK_VERTICES + 1), ZOOM, X, Y, 1), large(/^vertices of a block/));
  assert.throws(() => decodeBlock(head(0, 2 ** 20 + 1, 2 ** 21), ZOOM, X, Y, 1), /damaged: there are too few vertices/);
  assert.throws(() => decodeBlock(head(0, 2 ** 20, 2 ** 21, 3, 0, 0, 0), ZOOM, X, Y, 1), /damaged: there are too few numbers in activity/);
  await assert.rejects(openBlock(stored(ZOOM, X, Y, new Uint8Array(MAX_BLOCK_INFLATED + 1)), 1), large(/^a block of lines, inflated/));
  await assert.rejects(openBlock({ z: ZOOM, x: X, y: Y, data: new ArrayBuffer(MAX_BLOCK + 1) }, 1), large(/^bytes of a block/));
  await assert.rejects(openBlock({ z: ZOOM, x: X, y: Y, data: Uint8Array.of(1, 2, 3).buffer }, 1));
});

test("more vertices than are read, in many blocks, are refused before they are put together", async () => {
  // A block of a quarter of a million segments without length, which takes a few hundred bytes.
  const n = 2 ** 18;
  const zeros = (count: number): number[] => [...leb(count), ...new Uint8Array(count)];
  const block = Uint8Array.from([...Buffer.from("HML1"), 0, ...leb(1), ...leb(n), 1, 0, 1, 0, 1, 0, 1, 0, leb(n).length, ...leb(n), ...zeros(n), ...zeros(n), ...Array.from({ length: 7 }, () => zeros(n - 1)).flat()]);
  const same = stored(ZOOM, X, Y, block);
  await assert.rejects(unpackTracks(Array(MAX_VERTICES / n + 1).fill(same), 1), (e) => e instanceof ArchiveError && e.kind === "large");
});

interface Golden {
  blocks: { Zoom: number; X: number; Y: number; Data: string }[];
  tracks: Record<string, (number | null)[]>;
}

const golden = JSON.parse(readFileSync(`${TESTDATA}/lines_golden.json`, "utf8")) as Golden;

test("lines are those that Go puts together", async () => {
  const blocks = golden.blocks.map(({ Zoom, X: x, Y: y, Data }) => stored(Zoom, x, y, Buffer.from(Data, "base64")));
  const got = await open(blocks.filter(({ z }) => z === ZOOM), 4);
  for (const [name, values] of Object.entries(golden.tracks)) {
    const column = got[name as keyof Tracks] as unknown as ArrayLike<number>;
    alike(column, values.map((v) => v ?? NaN), 1e-3, name);
  }
});

test("readings are those that Go puts together, and those of sensors that there are not or of no value are refused", async () => {
  const { blocks, readings, lines } = JSON.parse(readFileSync(`${TESTDATA}/readings_golden.json`, "utf8")) as { blocks: Golden["blocks"]; readings: Record<string, number[]>; lines: number };
  const got = await open(blocks.filter(({ Zoom }) => Zoom === ZOOM).map(({ Zoom, X, Y, Data }) => stored(Zoom, X, Y, Buffer.from(Data, "base64"))), lines);
  assert.deepEqual(Object.keys(got.readings), ["cadence", "temperature"]);
  for (const [sensor, values] of Object.entries(readings)) assert.deepEqual([...got.readings[sensor]!], values, sensor);
  const { X, Y, Data } = blocks.find(({ Zoom }) => Zoom === ZOOM)!;
  const data = Uint8Array.from(Buffer.from(Data, "base64"));
  const of = (which: number) => () => decodeBlock(Uint8Array.of(...data.subarray(0, 4), which, ...data.subarray(5)), ZOOM, X, Y, lines);
  for (const which of [0, 8, 127]) assert.throws(of(which), /damaged: there is no such sensor/);
  for (const which of [1, 7]) assert.throws(of(which), /damaged/);
  // The last column ends with the last difference, 0 or a few steps.
  for (const last of [1, 126]) assert.throws(() => decodeBlock(Uint8Array.of(...data.subarray(0, -2), 0xff, last), ZOOM, X, Y, lines), /damaged/);
});

test("lines of every zoom of blocks are whole, with as much way and time", async () => {
  const zooms = [...new Set(golden.blocks.map(({ Zoom }) => Zoom))].sort((a, b) => b - a);
  assert.ok(zooms.length > 3);
  const all = await Promise.all(zooms.map((zoom) => open(golden.blocks.filter(({ Zoom }) => Zoom === zoom).map(({ Zoom, X, Y, Data }) => stored(Zoom, X, Y, Buffer.from(Data, "base64"))), 4)));
  const sum = (column: Float32Array): number => column.reduce((s, v) => s + v, 0);
  all.forEach((t, i) => {
    if (i > 0) assert.ok(t.x.length < all[i - 1]!.x.length);
    assert.ok(Math.abs(sum(t.seconds) / sum(all[0]!.seconds) - 1) < 0.01 && Math.abs(sum(t.metres) / sum(all[0]!.metres) - 1) < 0.02, `zoom ${zooms[i]}: ${sum(t.metres)} m in ${sum(t.seconds)} s`);
  });
});
