import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BLOCK_ZOOMS, LARGE, openSquares, SMALL, type SquareBlock } from "../src/explore/squares/block.ts";
import { type Board, boardOf, openBoard, squareAt } from "../src/explore/squares/board.ts";
import { boundsOf, toGPX, toKML } from "../src/explore/squares/files.ts";
import { lookAt, missingAround, missingForCluster, missingForSquare } from "../src/explore/squares/look.ts";
import type { StoredBlock } from "../src/tracks/block.ts";
import { random } from "./harness/synthetic.ts";

declare const TESTDATA: string;

interface Golden {
  activities: number;
  blocks: { Name: string; Zoom: number; X: number; Y: number; Data: string; Refused: boolean }[];
  count: number;
  side: number;
  west: number;
  north: number;
  cluster: number;
  missing: [number, number][];
}

const golden = JSON.parse(readFileSync(`${TESTDATA}/squares_golden.json`, "utf8")) as Golden;
const stored = ({ Zoom: z, X: x, Y: y, Data }: Golden["blocks"][number]): StoredBlock => ({ z, x, y, data: new Uint8Array(Buffer.from(Data, "base64")).buffer });
const squaresOf = (z: number): number => (z <= BLOCK_ZOOMS[LARGE]![1] ? LARGE : SMALL);

test("what the program refuses, the page refuses", async () => {
  const refused = golden.blocks.filter((b) => b.Refused);
  assert.ok(refused.length > 10);
  for (const b of refused) await assert.rejects(openSquares(stored(b), squaresOf(b.Zoom), 1_000_000), b.Name);
  for (const b of golden.blocks.filter((b) => !b.Refused)) {
    await openSquares(stored(b), squaresOf(b.Zoom), golden.activities);
    await assert.rejects(openSquares(stored(b), squaresOf(b.Zoom), golden.activities - 1), /activity 39/, "of an activity that there is not");
  }
  const sound = golden.blocks.filter((b) => !b.Refused && b.Zoom > 8).map(stored);
  await assert.rejects(openBoard([...sound, ...sound], SMALL, golden.activities), /two blocks/);
});

test("squares add up to what the program makes of them", async () => {
  const board = await openBoard(golden.blocks.filter((b) => !b.Refused && b.Zoom > 8).map(stored), SMALL, golden.activities);
  const look = lookAt(board, new Uint8Array(golden.activities).fill(1));
  assert.deepEqual([look.count, look.side, look.west, look.north, look.clusterSize], [golden.count, golden.side, golden.west, golden.north, golden.cluster]);
  assert.deepEqual(missingAround(board, look, 2).map((t) => [t.x, t.y]), golden.missing);
  const large = await openBoard(golden.blocks.filter((b) => !b.Refused && b.Zoom <= 8).map(stored), LARGE, golden.activities);
  const around = new Set([...board.x].map((x, i) => `${x >> 3}/${board.y[i]! >> 3}`));
  assert.deepEqual(new Set([...large.x].map((x, i) => `${x}/${large.y[i]}`)), around);
});

/** A block of all squares of n activities, each in some of a grid of side x side. */
function someBlock(next: () => number, x0: number, y0: number, side: number, activities: number, share: number): { block: SquareBlock; has: Set<string>[] } {
  const spread = (v: number): number => [0, 1, 2, 3, 4].reduce((s, b) => s | (((v >> b) & 1) << (2 * b)), 0);
  const has: Set<string>[] = [];
  const code: number[] = [];
  const count: number[] = [];
  const activity: number[] = [];
  for (let a = 0; a < activities; a++) {
    const own: number[] = [];
    has.push(new Set());
    for (let i = 0; i < side * side; i++) {
      if (next() > share) continue;
      own.push(spread(i % side) | (spread(Math.floor(i / side)) << 1));
      has[a]!.add(`${x0 + (i % side)}/${y0 + Math.floor(i / side)}`);
    }
    if (own.length === 0) continue;
    code.push(...own.sort((p, q) => p - q));
    count.push(own.length);
    activity.push(a);
  }
  return { block: { x: x0, y: y0, bits: 5, activity: Uint32Array.from(activity), count: Uint32Array.from(count), code: Uint32Array.from(code) }, has };
}

test("the largest square, the largest cluster, what is new and missing are what a slow search finds", () => {
  const next = random(5);
  for (let round = 0; round < 120; round++) {
    const activities = 6;
    const [x0, y0] = round % 4 === 0 ? [0, 2 ** LARGE - 32] : [64, 96];
    const side = 3 + Math.floor(next() * 12);
    const { block, has } = someBlock(next, x0, y0, side, activities, 0.15 + 0.3 * next());
    const board = boardOf([block], LARGE, activities);
    const flags = Uint8Array.from({ length: activities }, () => (next() < 0.8 ? 1 : 0));
    const earlier = Uint8Array.from(flags, (f) => (f || next() < 0.5 ? 0 : 1));
    const union = (of: Uint8Array): Set<string> => new Set(has.flatMap((s, a) => (of[a] ? [...s] : [])));
    const [seen, before] = [union(flags), union(earlier)];
    const look = lookAt(board, flags, earlier);
    const at = (x: number, y: number): boolean => seen.has(`${x}/${y}`);
    const full = (x: number, y: number, s: number): boolean => Array.from({ length: s * s }).every((_, i) => at(x + (i % s), y + Math.floor(i / s)));
    const windows = Array.from({ length: side * side }, (_, i) => [x0 + (i % side), y0 + Math.floor(i / side)] as const);
    let best = 0;
    for (const [x, y] of windows) while (full(x, y, best + 1)) best++;
    assert.equal(look.count, seen.size);
    assert.equal(look.side, best);
    if (best > 0) assert.ok(full(look.west, look.north, best));
    assert.equal(look.fresh!.count, [...seen].filter((s) => !before.has(s)).length);

    const inner = new Set([...seen].filter((s) => {
      const [x, y] = s.split("/").map(Number) as [number, number];
      return at(x - 1, y) && at(x + 1, y) && at(x, y - 1) && at(x, y + 1);
    }));
    const clusters: Set<string>[] = [];
    for (const start of inner) {
      if (clusters.some((c) => c.has(start))) continue;
      const found = new Set([start]);
      for (const s of found) {
        const [x, y] = s.split("/").map(Number) as [number, number];
        for (const n of [`${x - 1}/${y}`, `${x + 1}/${y}`, `${x}/${y - 1}`, `${x}/${y + 1}`]) if (inner.has(n)) found.add(n);
      }
      clusters.push(found);
    }
    const largest = Math.max(0, ...clusters.map((c) => c.size));
    assert.equal(look.clusterSize, largest);
    const named = [...board.x].flatMap((x, i) => (look.cluster[i] ? [`${x}/${board.y[i]}`] : []));
    if (largest > 0) assert.ok(clusters.some((c) => c.size === largest && named.every((s) => c.has(s)) && named.length === c.size));

    // Visiting what is missing for the square makes it larger, visiting what the cluster gains from lets so many squares join it.
    const square = missingForSquare(board, look);
    if (square.length > 0) {
      const with_ = new Set([...seen, ...square.map((t) => `${t.x}/${t.y}`)]);
      const fits = [[0, 0], [-1, 0], [0, -1], [-1, -1]].some(([dx, dy]) => Array.from({ length: (best + 1) ** 2 }).every((_, i) => with_.has(`${look.west + dx! + (i % (best + 1))}/${look.north + dy! + Math.floor(i / (best + 1))}`)));
      assert.ok(fits && square.every((t) => !at(t.x, t.y)));
    }
    for (const t of missingForCluster(board, look)) {
      assert.ok(!at(t.x, t.y) && t.gain > 0);
      const joined = [[-1, 0], [1, 0], [0, -1], [0, 1]].filter(([dx, dy]) => {
        const [x, y] = [t.x + dx!, t.y + dy!];
        const near = [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]] as const;
        return at(x, y) && near.every(([p, q]) => at(p, q) || (p === t.x && q === t.y)) && near.some(([p, q]) => named.includes(`${p}/${q}`));
      });
      assert.equal(t.gain, joined.length);
    }
  }
});

test("nothing selected is nothing visited", () => {
  const { block } = someBlock(random(1), 64, 64, 5, 2, 0.9);
  const board: Board = boardOf([block], LARGE, 2);
  const look = lookAt(board, new Uint8Array(2));
  assert.deepEqual([look.count, look.side, look.clusterSize, look.fresh], [0, 0, 0, undefined]);
  assert.deepEqual([missingForSquare(board, look), missingForCluster(board, look), missingAround(board, look, 3)], [[], [], []]);
  assert.equal(squareAt(board, 0, 0), -1);
});

test("files hold each square as a closed outline", () => {
  const [west, south, east, north] = boundsOf(14, 8573, 5678);
  assert.ok(Math.abs(west - 8.3715820) < 1e-6 && Math.abs(east - west - 360 / 2 ** 14) < 1e-9 && north > south && Math.abs(north - 48.2832) < 0.1, `${west} ${south} ${east} ${north}`);
  const squares = [{ x: 8573, y: 5678 }, { x: 8574, y: 5678 }];
  const gpx = toGPX(14, squares);
  assert.equal(gpx.match(/<trk><name>857[34]\/5678<\/name>/g)?.length, 2);
  const points = [...gpx.matchAll(/lat="([-\d.]+)" lon="([-\d.]+)"/g)].map((m) => m.slice(1).join());
  assert.equal(points.length, 10);
  assert.equal(points[0], points[4]);
  assert.equal(points[0], `${north.toFixed(7)},${west.toFixed(7)}`);
  const kml = toKML(14, squares);
  assert.equal(kml.match(/<Placemark>/g)?.length, 2);
  assert.ok(kml.includes(`<coordinates>${west.toFixed(7)},${north.toFixed(7)} `));
});
