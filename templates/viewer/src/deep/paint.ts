// Paints a tile beyond the stored zooms from blocks of lines, by the definitions of docs/layers.md: what its tile would hold, with
// presences that are finer than those that are stored. Pure.

import type { Field } from "../archive/metadata.ts";
import { Levels } from "../heat/quantise.ts";
import type { ValueTile } from "../heat/valuetile.ts";
import { Sheet } from "../live/cpu/sheet.ts";
import { unitsPerPixel } from "../live/area.ts";
import { amountOf, marginOf, type Plan, reachOf } from "../live/plan.ts";
import { TILE_SIZE } from "../map/fit.ts";
import type { Block, TileID } from "../tracks/block.ts";

/** What a field is painted with; plain data. */
export interface Brush {
  plan: Plan;
  /** Per activity, from plan.ts: penWeights. */
  weights: Float32Array;
  /** What the values are rounded to (heat/quantise.ts: paintedValues). */
  scale: Pick<Field, "values" | "kind">;
}

/** Bytes of a painted tile. */
export const TILE_BYTES = 3 * TILE_SIZE * TILE_SIZE;

/** A decoded block and what is to be added to its x, in grid units. */
export interface Placed {
  block: Block;
  shift: number;
}

/** Paints tiles, one after the other, on planes of its own. */
export class TilePainter {
  /** The one used last, and its margin: between two zooms there are many, and those of a view have one. */
  #sheet: { reach: number; sheet: Sheet } | undefined;
  readonly #levels = new WeakMap<Brush, Levels>();
  readonly #pair = new Float32Array(2);

  /** The tile of a zoom as the blocks near it have it (blocks.ts: blocksNear); undefined where it is empty. */
  paint(blocks: readonly Placed[], brush: Brush, tile: TileID): ValueTile | undefined {
    const reach = marginOf(brush.plan, tile.z);
    if (this.#sheet?.reach !== reach) this.#sheet = { reach, sheet: new Sheet(TILE_SIZE + 2 * reach, TILE_SIZE + 2 * reach) };
    const { sheet } = this.#sheet;
    sheet.begin(brush.plan, { zoom: tile.z, x: tile.x * TILE_SIZE - reach, y: tile.y * TILE_SIZE - reach });
    if (!this.#draw(sheet, reach, blocks, brush, tile)) return undefined;
    const passes = sheet.finish(reach);
    while (!passes.next().done);
    let levels = this.#levels.get(brush);
    if (!levels) this.#levels.set(brush, (levels = new Levels(brush.scale)));
    return quantised(sheet, reach, levels);
  }

  /** Draws all activities with a weight, each once whatever the number of its pieces and their blocks; false where none comes near. */
  #draw(sheet: Sheet, reach: number, blocks: readonly Placed[], { plan, weights }: Brush, tile: TileID): boolean {
    const scale = 1 / unitsPerPixel(tile.z);
    const [left, top] = [tile.x * TILE_SIZE - reach, tile.y * TILE_SIZE - reach];
    // Thin lines glow from farther away than the pen.
    const around = reachOf(plan, tile.z) - reach + plan.radius;
    const next = blocks.map(() => 0);
    let any = false;
    for (;;) {
      let activity = Infinity;
      blocks.forEach(({ block }, k) => (activity = Math.min(activity, block.activity[next[k]!] ?? Infinity)));
      if (activity === Infinity) return any;
      const weight = weights[activity] ?? 0;
      sheet.activity(weight);
      for (let k = 0; k < blocks.length; k++) {
        const { block, shift } = blocks[k]!;
        let p = next[k]!;
        for (; block.activity[p] === activity; p++) {
          if (weight !== 0 && this.#piece(sheet, plan, block, p, scale, left - shift * scale, top, around)) any = true;
        }
        next[k] = p;
      }
    }
  }

  /** Draws what of a piece comes within reach pixels of a sheet whose north-western corner lies at (left, top); false where nothing does. */
  #piece(sheet: Sheet, plan: Plan, b: Block, p: number, scale: number, left: number, top: number, reach: number): boolean {
    const { x, y, bounds } = b;
    const { width, height } = sheet;
    const [west, north] = [(left - reach) / scale, (top - reach) / scale];
    const [east, south] = [(left + width + reach) / scale, (top + height + reach) / scale];
    if (bounds[4 * p]! > east || bounds[4 * p + 2]! < west || bounds[4 * p + 1]! > south || bounds[4 * p + 3]! < north) return false;
    let any = false;
    for (let i = b.first[p]!; i < b.first[p + 1]! - 1; i++) {
      const ax = x[i]!;
      const ay = y[i]!;
      const bx = x[i + 1]!;
      const by = y[i + 1]!;
      if ((ax > east && bx > east) || (ax < west && bx < west) || (ay > south && by > south) || (ay < north && by < north)) continue;
      any = true;
      const x0 = ax * scale - left;
      const y0 = ay * scale - top;
      const x1 = bx * scale - left;
      const y1 = by * scale - top;
      if (!plan.thin) {
        sheet.stroke(x0, y0, x1, y1);
        continue;
      }
      amountOf(b, i, plan.thin.field, this.#pair, 0);
      // The pen of a mean draws what its denominator counts.
      if (plan.kind !== "mean" || this.#pair[1]! > 0) sheet.stroke(x0, y0, x1, y1);
      if (this.#pair[0] !== 0 || this.#pair[1] !== 0) sheet.carry(x0, y0, x1, y1, this.#pair[0]!, this.#pair[1]!);
    }
    return any;
  }
}

/** The tile in the middle of a sheet. */
function quantised({ value, presence, width }: Sheet, margin: number, levels: Levels): ValueTile | undefined {
  const out: ValueTile = { level: new Uint16Array(TILE_SIZE * TILE_SIZE), presence: new Uint8Array(TILE_SIZE * TILE_SIZE) };
  let any = false;
  for (let row = 0; row < TILE_SIZE; row++) {
    const from = (row + margin) * width + margin;
    const to = row * TILE_SIZE;
    for (let x = 0; x < TILE_SIZE; x++) {
      const here = presence[from + x]!;
      if (here === 0) continue;
      out.level[to + x] = 1 + levels.of(value[from + x]!);
      out.presence[to + x] = Math.max(1, Math.round(255 * here));
      any = true;
    }
  }
  return any ? out : undefined;
}
