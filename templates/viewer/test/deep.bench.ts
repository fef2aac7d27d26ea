// What it costs to read blocks of lines and to paint tiles of them. Of an archive:
//
//   go run ./templates/bundle -tests DIR && node DIR/deep.bench.mjs public/heatmap.pmtiles
//
// docs/benchmarks.md has what it said.

import { openAsBlob } from "node:fs";
import { HeatArchive } from "../src/archive/archive.ts";
import { BlobStore } from "../src/archive/store.ts";
import { blocksNear } from "../src/deep/blocks.ts";
import { type Brush, TilePainter } from "../src/deep/paint.ts";
import { unitsPerPixel } from "../src/live/area.ts";
import { penWeights, planFor, reachOf } from "../src/live/plan.ts";
import { type Block, nameOf, openBlock, sizeOf, type TileID } from "../src/tracks/block.ts";
import { unpackTracks } from "../src/tracks/unpack.ts";

/** Tiles painted of each zoom: the busiest, and others wherever somebody was. */
const TILES = 60;

const archive = await HeatArchive.open(new BlobStore(await openAsBlob(process.argv[2]!)));
const { activities, asOf, fields, painting, lines, maxZoom } = archive.metadata;
const count = activities.day.length;
const finest = lines!.zooms.at(-1)!;

/** Time of this process in ms: what others do meanwhile does not count. */
const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const ms = (v: number): string => `${v.toFixed(2)} ms`.padStart(10);
const spread = (times: number[]): string => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  return `median ${ms(at(0.5))}   95 % ${ms(at(0.95))}   most ${ms(sorted.at(-1)!)}`;
};

let start = now();
const stored = await archive.allBlocks(finest);
console.log(`${stored.length} blocks, ${(stored.reduce((n, b) => n + b.data.byteLength, 0) / 1e6).toFixed(2)} MB`);
const blocks = new Map<string, Block>();
const decoding: number[] = [];
for (const one of stored) {
  start = now();
  blocks.set(nameOf(one), await openBlock(one, count));
  decoding.push(now() - start);
}
console.log(`a block inflated and decoded  ${spread(decoding)}`);
console.log(`largest block: ${(Math.max(...stored.map((b) => b.data.byteLength)) / 1e3).toFixed(0)} kB stored, ${(Math.max(...[...blocks.values()].map(sizeOf)) / 1e6).toFixed(1)} MB in memory`);
start = now();
const { tracks } = await unpackTracks(stored, count);
console.log(`all of ${count} activities put together (${tracks.x.length} vertices): ${ms(now() - start)}`);

/** The tiles of a zoom in which there are vertices: the one with most of them, and some of the others. */
function tilesOf(z: number): TileID[] {
  const side = 256 * unitsPerPixel(z);
  const vertices = new Map<number, number>();
  for (let i = 0; i < tracks.x.length; i++) {
    const key = Math.floor(tracks.y[i]! / side) * 2 ** 22 + Math.floor(tracks.x[i]! / side);
    vertices.set(key, (vertices.get(key) ?? 0) + 1);
  }
  const all = [...vertices.keys()].sort((a, b) => vertices.get(b)! - vertices.get(a)!);
  const some = all.filter((_, i) => i < 5 || i % Math.ceil(all.length / TILES) === 0);
  return some.map((key) => ({ z, x: key % 2 ** 22, y: Math.floor(key / 2 ** 22) }));
}

const painter = new TilePainter();
const all = new Uint8Array(count).fill(1);
for (const glow of [1, 2]) {
  for (const field of fields.values()) {
    const plan = planFor(field, painting, glow);
    const brush: Brush = { plan, weights: penWeights(field, all, activities.day, Math.floor(Date.parse(asOf) / 86_400_000)), scale: field };
    const times: number[] = [];
    for (let z = maxZoom + 1; z <= lines!.maxZoom; z++) {
      for (const tile of tilesOf(z)) {
        const near = blocksNear(tile, reachOf(plan, tile.z), finest).flatMap((n) => {
          const block = blocks.get(nameOf(n));
          return block ? [{ block, shift: n.shift }] : [];
        });
        // The least of three: memory is tidied up now and then.
        let least = Infinity;
        for (let i = 0; i < 3; i++) {
          start = now();
          painter.paint(near, brush, tile);
          least = Math.min(least, now() - start);
        }
        times.push(least);
      }
    }
    console.log(`${field.id.padEnd(12)} glow ${glow}  ${spread(times)}`);
  }
}
