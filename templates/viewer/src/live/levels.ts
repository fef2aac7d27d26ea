// Lines with the vertices that a zoom cannot show left out: far out, most of the work would go into segments of
// a fraction of a pixel. Pure.

import type { Tracks } from "../tracks/tracks.ts";
import { unitsPerPixel } from "./area.ts";

/** Vertices left out lie within this of the line that is drawn, in pixels. */
const TOLERANCE = 1 / 8;
/** What thin lines carry is moved along them by at most this, in pixels. */
export const LONGEST_THIN = 2;

export interface Level {
  /** count + 1 numbers: activity a has kept[first[a]] .. kept[first[a + 1] - 1]. */
  first: Uint32Array;
  /** Vertices that are drawn, ascending; the ends of every stretch are among them. */
  kept: Uint32Array;
}

/** From this zoom on lines are no finer than what shows, so nothing is left out. */
const ALL_SHOWS = 15;

const levels = new WeakMap<Tracks, Map<string, Level>>();

/** The vertices to draw at a zoom, with segments of at most longest pixels where vertices were left out. */
export function levelOf(tracks: Tracks, zoom: number, longest: number): Level {
  // Every other zoom has a level, made for the finer of the two.
  const finest = zoom + (zoom & 1);
  const all = zoom >= ALL_SHOWS;
  const key = all ? "all" : `${finest} ${longest}`;
  let mine = levels.get(tracks);
  if (!mine) levels.set(tracks, (mine = new Map()));
  let level = mine.get(key);
  if (!level) mine.set(key, (level = all ? whole(tracks) : simplify(tracks, TOLERANCE * unitsPerPixel(finest), longest * unitsPerPixel(finest))));
  return level;
}

const whole = ({ first, x }: Tracks): Level => ({ first, kept: Uint32Array.from(x, (_, i) => i) });

/**
 * Leaves out vertices as long as one line from the last kept one passes all of them within tolerance, by the cone of directions that do;
 * both lengths are in grid units.
 */
export function simplify({ count, first: firsts, x, y, joined }: Tracks, tolerance: number, longest: number): Level {
  const kept = new Uint32Array(x.length);
  const first = new Uint32Array(count + 1);
  let n = 0;
  let anchor = 0;
  let [axis, lo, hi, most] = [NaN, 0, 0, 0];
  /** Begins a line at a vertex. */
  const begin = (i: number): void => {
    kept[n++] = anchor = i;
    [axis, lo, hi, most] = [NaN, -Infinity, Infinity, 0];
  };
  for (let a = 0; a < count; a++) {
    first[a] = n;
    for (let i = firsts[a]!; i < firsts[a + 1]!; i++) {
      if (i === firsts[a] || !joined[i - 1]) {
        begin(i);
        continue;
      }
      for (;;) {
        const [dx, dy] = [x[i]! - x[anchor]!, y[i]! - y[anchor]!];
        const d = Math.hypot(dx, dy);
        let angle = 0;
        if (d > tolerance) {
          if (Number.isNaN(axis)) axis = Math.atan2(dy, dx);
          angle = Math.atan2(dy, dx) - axis;
          angle -= 2 * Math.PI * Math.round(angle / (2 * Math.PI));
        }
        // What turns back would leave the line's end behind.
        const fits = angle >= lo && angle <= hi && d <= longest && (d > tolerance ? d >= most : most <= tolerance);
        if (!fits && anchor < i - 1) {
          begin(i - 1);
          continue;
        }
        if (d > tolerance) {
          const half = Math.asin(tolerance / d);
          lo = Math.max(lo, angle - half);
          hi = Math.min(hi, angle + half);
        }
        most = Math.max(most, d);
        break;
      }
      if (!joined[i]) kept[n++] = i;
    }
  }
  first[count] = n;
  return { first, kept: kept.slice(0, n) };
}

/** Pairs of the tracks' segments (plan.ts: amounts) added up over what each segment of a level stands for. */
export function gather(pairs: Float32Array, { kept }: Level): Float32Array {
  const out = new Float32Array(2 * kept.length);
  const n = pairs.length / 2;
  for (let k = 0; k < kept.length; k++) {
    const to = kept[k + 1] ?? n;
    for (let i = kept[k]!; i < to; i++) {
      out[2 * k]! += pairs[2 * i]!;
      out[2 * k + 1]! += pairs[2 * i + 1]!;
    }
  }
  return out;
}
