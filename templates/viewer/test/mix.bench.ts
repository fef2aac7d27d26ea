// What it costs to read stored tiles and to make pictures of them. Of an archive:
//
//   go run ./templates/bundle -tests DIR && node DIR/mix.bench.mjs public/heatmap.pmtiles
//
// docs/benchmarks.md has what it said.

import { openAsBlob } from "node:fs";
import { HeatArchive } from "../src/archive/archive.ts";
import type { Field } from "../src/archive/metadata.ts";
import { BlobStore } from "../src/archive/store.ts";
import { colourTile, mixed } from "../src/heat/mix.ts";
import { levelColours } from "../src/heat/palette.ts";
import { unpack } from "../src/heat/png.ts";
import { type ValueTile, valueTile } from "../src/heat/valuetile.ts";

const archive = await HeatArchive.open(new BlobStore(await openAsBlob(process.argv[2]!)));
const { fields, layers, bounds, maxZoom } = archive.metadata;

/** Time of this process in ms: what others do meanwhile does not count. */
const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Tiles of the field and the bounds at a zoom. */
async function tilesOf(field: Field, z: number): Promise<ArrayBuffer[]> {
  const column = (lon: number): number => Math.floor((lon / 360 + 0.5) * 2 ** z);
  const row = (lat: number): number => Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** z);
  const out: ArrayBuffer[] = [];
  for (let y = row(bounds[3]); y <= row(bounds[1]); y++) {
    for (let x = column(bounds[0]); x <= column(bounds[2]); x++) {
      const png = await archive.tile(field, z, x, y);
      if (png) out.push(png);
    }
  }
  return out;
}

const times = new Map<string, number[]>();
async function timed<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const start = now();
  const done = await work();
  const all = times.get(name) ?? [];
  times.set(name, [...all, now() - start]);
  return done;
}

for (const id of ["visits", "pace"]) {
  const field = fields.get(id)!;
  const colours = levelColours(layers.find((l) => l.field === id)!, field, { lo: field.values[0]!, hi: field.values.at(-1)! });
  for (const png of (await tilesOf(field, maxZoom - 1)).slice(0, 60)) {
    const indices = await timed(`${id}: inflated`, () => unpack(png));
    const tile = (await timed(`${id}: read`, () => valueTile(indices, field))) as ValueTile;
    await timed(`${id}: coloured`, () => colourTile(tile, colours));
    const of = (depth: number, share: number) => ({ of: { tile, colours }, beside: [], share, square: { depth, x: 0, y: 0 } });
    await timed(`${id}: mixed with a coarser zoom`, () => mixed([of(0, 0.5), of(1, 0.5)]));
    const quarters = [of(-1, 0.5), of(-1, 0.5), of(-1, 0.5), of(-1, 0.5)];
    await timed(`${id}: mixed with a finer zoom`, () => mixed([of(0, 0.5), ...quarters]));
    await timed(`${id}: mixed for a dense screen`, () => mixed([of(1, 0.5), of(2, 0.5)]));
  }
}
for (const [name, all] of times) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part: number): string => `${sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(2)} ms`.padStart(9);
  console.log(`${name.padEnd(46)} median ${at(0.5)}   95 % ${at(0.95)}   most ${at(1)}`);
}
