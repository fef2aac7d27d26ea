// The routes view: the selected activities as lines in the colours of their sports.

import type { Tracks } from "../tracks/tracks.ts";
import type { LineSource } from "../tracks/viewlines.ts";
import { copiesIn, type Window } from "./capsules.ts";
import { type LineFrame, LineLayer } from "./linelayer.ts";

/** Vertices of activities out of sight that are rather drawn along than skipped by one more draw call. */
const GAP = 4096;

export class RouteLines extends LineLayer {
  #opacity = 0.8;
  #clip = { from: 0, to: 1 };

  /** sport is the sport of each activity, colours are red, green and blue (0 to 255) by sport. All are selected at first. */
  constructor(id: string, lines: LineSource, zoom: () => number, sport: ArrayLike<number>, colours: readonly (readonly [number, number, number])[]) {
    super(id, lines, zoom);
    for (let a = 0; a < lines.activities; a++) {
      this.looks.set(colours[sport[a]!] ?? [200, 200, 200], 4 * a);
      this.looks[4 * a + 3] = 255;
    }
  }

  /** Shows the activities whose flag is not 0; the flags are copied. */
  select(selected: Uint8Array): void {
    for (let a = 0; 4 * a < this.looks.length; a++) this.looks[4 * a + 3] = selected[a] ? 255 : 0;
    this.relook();
  }

  /** 0 to 1. */
  set opacity(value: number) {
    this.#opacity = value;
    this.repaint();
  }

  /** The part of the canvas to draw on, in fractions of its width from the left. */
  set clip(value: { from: number; to: number }) {
    this.#clip = value;
    this.repaint();
  }

  protected draw({ capsules, tracks, level, window, radius }: LineFrame): void {
    if (this.#opacity <= 0) return;
    const runs = this.#runs(tracks, level.first, (radius + 2) / window.scale, window);
    capsules.draw(window, this.#clip, () => {
      for (const [copy, spans] of runs) {
        for (const [from, to] of spans) capsules.stroke(level, from, to, window, copy, { radius, opacity: this.#opacity });
      }
    });
  }

  /** Spans of vertices to draw by copy of the world: those of selected activities in sight, near ones put together. */
  #runs({ bounds, count }: Tracks, first: Uint32Array, margin: number, w: Window): Map<number, [number, number][]> {
    const runs = new Map<number, [number, number][]>();
    for (let a = 0; a < count; a++) {
      if (this.looks[4 * a + 3] === 0 || first[a] === first[a + 1]) continue;
      const b = 4 * a;
      for (const copy of copiesIn(w, bounds[b]!, bounds[b + 1]!, bounds[b + 2]!, bounds[b + 3]!, margin)) {
        const spans = runs.get(copy) ?? [];
        const last = spans.at(-1);
        if (last && first[a]! - last[1] <= GAP) last[1] = first[a + 1]!;
        else spans.push([first[a]!, first[a + 1]!]);
        runs.set(copy, spans);
      }
    }
    return runs;
  }
}
