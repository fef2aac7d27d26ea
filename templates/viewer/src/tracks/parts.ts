// From stored blocks to the lines in them, with the decoded blocks kept for the next time: neighbouring views share most of theirs. Runs in the
// worker, or where there is none.

import { Kept } from "../archive/kept.ts";
import { MAX_VERTICES, tooMuch } from "../archive/limits.ts";
import { assemblePart } from "./assemble.ts";
import { type Block, nameOf, openBlock, sizeOf, type StoredBlock } from "./block.ts";
import type { Tracks } from "./tracks.ts";

/** Decoded blocks kept, in bytes of memory. */
const KEEP = 64 * 1024 * 1024;

export class Parts {
  readonly #blocks = new Kept<Block>(KEEP, sizeOf);

  /** What blocks of a zoom, all of one archive of so many activities, have of their lines; rejects where a block is damaged, or all are too large. */
  async of(stored: readonly StoredBlock[], activities: number): Promise<Tracks> {
    const blocks: Block[] = [];
    let vertices = 0;
    for (const one of stored) {
      const name = nameOf(one);
      let block = this.#blocks.get(name);
      if (!block) this.#blocks.set(name, (block = await openBlock(one, activities)));
      vertices += block.x.length;
      if (vertices > MAX_VERTICES) throw tooMuch("vertices of the tracks", MAX_VERTICES);
      blocks.push(block);
    }
    return assemblePart(blocks, activities);
  }
}
