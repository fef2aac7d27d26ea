// The lines of the last days of a replay, which glow and fade, as a layer of the map.

import { copiesIn } from "../../live/capsules.ts";
import { type LineFrame, LineLayer } from "../../live/linelayer.ts";
import { glowingSpans, type Timeline } from "./timeline.ts";

const CORE = [1, 0.97, 0.9] as const;
const HALO = [1, 0.62, 0.25] as const;

/** Lines glow in so many strengths, so that neighbours of one strength are drawn in one go. */
const STRENGTHS = 8;

/** What glows: the activities of so many days before a time. */
export interface Glowing {
  timeline: Timeline;
  time: number;
  days: number;
}

export class Glow extends LineLayer {
  #glowing: Glowing | undefined;

  protected override get wanted(): boolean {
    return this.#glowing !== undefined;
  }

  override get settled(): boolean {
    return !this.wanted || super.settled;
  }

  /** Shows what glows; undefined for nothing. */
  show(glowing: Glowing | undefined): void {
    if (glowing && glowing.timeline !== this.#glowing?.timeline) {
      this.looks.fill(0);
      for (const a of glowing.timeline.activity) this.looks.fill(255, 4 * a, 4 * a + 4);
      this.relook();
    }
    this.#glowing = glowing;
    this.repaint();
  }

  protected draw({ capsules, tracks: { bounds }, level, window, radius }: LineFrame): void {
    const { timeline, time, days } = this.#glowing!;
    const halo = radius + 3 * window.ratio;
    const { first } = level;
    const spans = glowingSpans(timeline, time, days, STRENGTHS);
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { from, to } of spans) {
      for (let a = from; a < to; a++) {
        if (first[a] === first[a + 1]) continue;
        west = Math.min(west, bounds[4 * a]!);
        north = Math.min(north, bounds[4 * a + 1]!);
        east = Math.max(east, bounds[4 * a + 2]!);
        south = Math.max(south, bounds[4 * a + 3]!);
      }
    }
    const copies = copiesIn(window, west, north, east, south, halo / window.scale);
    if (copies.length === 0) return;
    capsules.draw(window, { from: 0, to: 1 }, () => {
      for (const { from, to, strength } of spans) {
        if (first[from] === first[to]) continue;
        for (const copy of copies) {
          capsules.stroke(level, first[from]!, first[to]!, window, copy, { radius: halo, colour: HALO, opacity: 0.35 * strength });
          capsules.stroke(level, first[from]!, first[to]!, window, copy, { radius, colour: CORE, opacity: strength });
        }
      }
    });
  }
}
