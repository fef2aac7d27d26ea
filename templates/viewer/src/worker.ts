// A worker of the page, from its first line: decoding lines and painting on the processor, away from the map's thread.
// templates/bundle makes one classic script of it; workerlink.ts starts it.

import { type DeepJob, Workshop } from "./deep/workshop.ts";
import type { PaintRequest } from "./live/cpu/paint.ts";
import { paint } from "./live/cpu/paint.ts";
import type { StoredBlock } from "./tracks/block.ts";
import { unpackTracks } from "./tracks/unpack.ts";
import type { Tracks } from "./tracks/tracks.ts";

/** What the worker is asked; the answer carries the same id. */
export type Job =
  | { id: number; job: "tracks"; blocks: readonly StoredBlock[]; activities: number }
  /** Keeps tracks for painting. */
  | { id: number; job: "keep"; tracks: Tracks }
  | { id: number; job: "paint"; request: PaintRequest }
  | { id: number; job: "deep"; deep: DeepJob };

export type Answer = { id: number; result: unknown } | { id: number; error: string };

let kept: Tracks | undefined;
const workshop = new Workshop();

/** All buffers of an object of typed arrays, and of objects of such. */
function buffersOf(v: object): ArrayBuffer[] {
  return Object.values(v).flatMap((part: unknown) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : typeof part === "object" && part ? buffersOf(part) : []));
}

async function run(job: Job): Promise<object> {
  switch (job.job) {
    case "tracks":
      return unpackTracks(job.blocks, job.activities);
    case "keep":
      kept = job.tracks;
      return {};
    case "paint":
      if (!kept) throw new Error("there are no tracks to paint");
      return paint(kept, job.request);
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
