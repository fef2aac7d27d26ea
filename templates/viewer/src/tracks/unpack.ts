// From the bytes of the tracks blob to all that the page looks up in it. Runs in the worker, or where there is none.

import { type Cells, cellsOf } from "./cells.ts";
import { decodeTracks } from "./decode.ts";
import type { Tracks } from "./tracks.ts";

export interface LoadedTracks {
  tracks: Tracks;
  cells: Cells;
}

/** Inflates and decodes the blob and sorts its lines into cells; rejects where it is damaged. */
export async function unpackTracks(gzip: ArrayBuffer): Promise<LoadedTracks> {
  const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  const tracks = decodeTracks(new Uint8Array(await new Response(stream).arrayBuffer()));
  return { tracks, cells: cellsOf(tracks) };
}
