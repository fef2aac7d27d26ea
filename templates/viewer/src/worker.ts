// A worker of the page, from its first line: decoding lines and painting on the processor, away from the map's thread.
// templates/bundle makes one classic script of it; workerlink.ts starts it.

import { type DeepJob, Workshop } from "./deep/workshop.ts";
import { openBoard } from "./explore/squares/board.ts";
import type { PaintRequest } from "./live/cpu/paint.ts";
import { paint } from "./live/cpu/paint.ts";
import type { StoredBlock } from "./tracks/block.ts";
import { Parts } from "./tracks/parts.ts";
import { unpackTracks } from "./tracks/unpack.ts";
import type { Tracks } from "./tracks/tracks.ts";

/** What the worker is asked; the answer carries the same id. */
export type Job =
  | { id: number; job: "tracks" | "part"; blocks: readonly StoredBlock[]; activities: number }
  | { id: number; job: "board"; blocks: readonly StoredBlock[]; zoom: number; activities: number }
  /** Keeps tracks for painting under a number, and forgets others. */
  | { id: number; job: "keep"; tracks: Tracks; as: number; drop: readonly number[] }
  | { id: number; job: "paint"; of: number; request: PaintRequest }
  | { id: number; job: "deep"; deep: DeepJob };

export type Answer = { id: number; result: unknown } | { id: number; error: string };

const kept = new Map<number, Tracks>();
const parts = new Parts();
const workshop = new Workshop();

/** All buffers of an object of typed arrays, and of objects of such. */
function buffersOf(v: object): ArrayBuffer[] {
  return Object.values(v).flatMap((part: unknown) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : typeof part === "object" && part ? buffersOf(part) : []));
}

async function run(job: Job): Promise<object> {
  switch (job.job) {
    case "tracks":
      return unpackTracks(job.blocks, job.activities);
    case "part":
      return parts.of(job.blocks, job.activities);
    case "board":
      return openBoard(job.blocks, job.zoom, job.activities);
    case "keep":
      for (const old of job.drop) kept.delete(old);
      kept.set(job.as, job.tracks);
      return {};
    case "paint":
      return paint(kept.get(job.of)!, job.request);
    case "deep":
      return workshop.run(job.deep);
  }
}

onmessage = async ({ data }: MessageEvent<Job>) => {
  try {
    const result = await run(data);
    (postMessage as (message: Answer, transfer: Transferable[]) => void)({ id: data.id, result }, buffersOf(result));
  } catch (e) {
    postMessage({ id: data.id, error: String(e) } satisfies Answer);
  }
};
