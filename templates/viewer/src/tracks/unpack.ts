// From the blocks of an archive to all that the page looks up in its lines. Runs in the worker, or where there is none.

import { MAX_VERTICES, tooMuch } from "../archive/limits.ts";
import { assemble } from "./assemble.ts";
import { type Block, openBlock, type StoredBlock } from "./block.ts";
import { type Cells, cellsOf } from "./cells.ts";
import type { Tracks } from "./tracks.ts";

export interface LoadedTracks {
  tracks: Tracks;
  cells: Cells;
}

/** Puts the lines of so many activities together and sorts them into cells; rejects where a block is damaged or too large. */
export async function unpackTracks(stored: readonly StoredBlock[], activities: number): Promise<LoadedTracks> {
  const blocks: Block[] = [];
  let vertices = 0;
  for (const one of stored) {
    const block = await openBlock(one, activities);
    vertices += block.x.length;
    if (vertices > MAX_VERTICES) throw tooMuch("vertices of the tracks", MAX_VERTICES);
    blocks.push(block);
  }
  const tracks = assemble(blocks, activities);
  return { tracks, cells: cellsOf(tracks) };
}
