// Run by templates/bundle's TestEffortsTakeTheTimeOfTheSamples, which builds the archive and tells what the samples say.

import assert from "node:assert/strict";
import { openAsBlob, readFileSync } from "node:fs";
import { test } from "node:test";
import { HeatArchive } from "../src/archive/archive.ts";
import { BlobStore } from "../src/archive/store.ts";
import { efforts } from "../src/explore/segments/follow.ts";
import { segmentOf } from "../src/explore/segments/segment.ts";
import { gridOf } from "../src/tracks/measure.ts";
import { unpackTracks } from "../src/tracks/unpack.ts";

const file = process.env["HEATMAPGEN_EFFORTS"];

/** How far times may be off, in seconds. */
const OFF = 2;

test("efforts take the time of the samples", { skip: file === undefined }, async (t) => {
  const { archive: path, segments } = JSON.parse(readFileSync(file!, "utf8")) as { archive: string; segments: { name: string; places: [number, number][]; seconds: number }[] };
  const archive = await HeatArchive.open(new BlobStore(await openAsBlob(path)));
  const finest = archive.metadata.lines!.zooms.at(-1)!;
  const { tracks } = await unpackTracks(await archive.allBlocks(finest), archive.metadata.activities.day.length);
  const chosen = new Uint8Array(tracks.count).fill(1);
  const off: number[] = [];
  for (const { name, places, seconds } of segments) {
    const at = places.map(([lon, lat]) => gridOf(lon, lat));
    const segment = segmentOf({ x: at.map((p) => p.x), y: at.map((p) => p.y) });
    const found = segment ? efforts(tracks, chosen, segment).filter((e) => e.forward) : [];
    const nearest = Math.min(...found.map((e) => Math.abs(e.seconds - seconds)));
    t.diagnostic(`${name}: ${seconds} s, ${found.length} found, off by ${nearest.toFixed(2)} s`);
    off.push(nearest);
  }
  off.sort((a, b) => a - b);
  t.diagnostic(`${off.length} parts: median ${off[off.length >> 1]!.toFixed(2)} s, most ${off.at(-1)!.toFixed(2)} s`);
  assert.ok(off.length > 3 && off.at(-1)! <= OFF);
});
