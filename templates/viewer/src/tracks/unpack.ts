// From the bytes of the tracks blob to all that the page looks up in it. Runs in the worker, or where there is none.

import { inflate, MAX_TRACKS } from "../archive/limits.ts";
import { type Cells, cellsOf } from "./cells.ts";
import { decodeTracks } from "./decode.ts";
import type { Tracks } from "./tracks.ts";

export interface LoadedTracks {
  tracks: Tracks;
  cells: Cells;
}

/** Inflates and decodes the blob and sorts its lines into cells; rejects where it is damaged or too large. */
export async function unpackTracks(gzip: ArrayBuffer): Promise<LoadedTracks> {
  const tracks = decodeTracks(await inflate(new Uint8Array(gzip), "gzip", MAX_TRACKS, "the tracks"));
  return { tracks, cells: cellsOf(tracks) };
}
