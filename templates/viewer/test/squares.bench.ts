// What a change of the selection costs the squares: 10,000 made-up activities around a town, of which every other one, then a year of them, is selected.
//
//   go run ./templates/bundle -tests DIR && node DIR/squares.bench.mjs
//
// docs/benchmarks.md has what it said.

import { SMALL, type SquareBlock } from "../src/explore/squares/block.ts";
import { boardOf } from "../src/explore/squares/board.ts";
import { drawn } from "../src/explore/squares/draw.ts";
import { lookAt, missingForCluster, missingForSquare } from "../src/explore/squares/look.ts";
import { random } from "./harness/synthetic.ts";

const ACTIVITIES = 10_000;
const BITS = 8;

/** Bits of a column, with a 0 above each. */
const spread = (v: number): number => Array.from({ length: BITS }, (_, b) => ((v >> b) & 1) << (2 * b)).reduce((s, b) => s | b);

const next = random(3);
const blocks: SquareBlock[] = [0, 1, 2, 3].map((k) => ({ x: 65_536 + 256 * (k & 1), y: 44_032 + 256 * (k >> 1), bits: BITS, activity: new Uint32Array(), count: new Uint32Array(), code: new Uint32Array() }));
const lists = blocks.map(() => ({ activity: [] as number[], count: [] as number[], code: [] as number[] }));
for (let a = 0; a < ACTIVITIES; a++) {
  // A walk from the middle of the four blocks that goes on as it went before, most of the time.
  let [x, y, turn] = [256, 256, next() * 6.283];
  const found = [0, 1, 2, 3].map(() => new Set<number>());
  for (let step = 0; step < 60 + 200 * next(); step++) {
    turn += next() - 0.5;
    x = Math.min(511, Math.max(0, x + Math.cos(turn)));
    y = Math.min(511, Math.max(0, y + Math.sin(turn)));
    found[(x >> 8) | ((y >> 8) << 1)]!.add(spread(x & 255) | (spread(y & 255) << 1));
  }
  for (const [k, codes] of found.entries()) {
    if (codes.size === 0) continue;
    lists[k]!.activity.push(a);
    lists[k]!.count.push(codes.size);
    for (const c of [...codes].sort((p, q) => p - q)) lists[k]!.code.push(c);
  }
}
for (const [k, l] of lists.entries()) Object.assign(blocks[k]!, { activity: Uint32Array.from(l.activity), count: Uint32Array.from(l.count), code: Uint32Array.from(l.code) });

const timed = <T>(name: string, times: number, work: () => T): T => {
  let best = Infinity;
  let result!: T;
  for (let i = 0; i < times; i++) {
    const { user, system } = process.cpuUsage();
    result = work();
    const used = process.cpuUsage();
    best = Math.min(best, (used.user + used.system - user - system) / 1000);
  }
  console.log(`${name}: ${best.toFixed(1)} ms`);
  return result;
};

const board = timed("putting the blocks together", 3, () => boardOf(blocks, SMALL, ACTIVITIES));
console.log(`${ACTIVITIES} activities in ${board.squares.length} squares, ${board.x.length} different ones`);
for (const [name, share] of [["all", 1], ["every other one", 2], ["one in ten", 10]] as const) {
  const flags = Uint8Array.from({ length: ACTIVITIES }, (_, a) => Number(a % share === 0));
  const earlier = Uint8Array.from({ length: ACTIVITIES }, (_, a) => Number(a < ACTIVITIES / 2));
  timed(`a change, ${name}`, 15, () => {
    const look = lookAt(board, flags, earlier);
    return drawn(board, look, [...missingForSquare(board, look), ...missingForCluster(board, look).slice(0, 6)], undefined);
  });
}
