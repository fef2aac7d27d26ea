// Where the processor paints: here, a few milliseconds at a time, unless somebody else is named to do it.

import type { Tracks } from "../../tracks/tracks.ts";
import { type Painted, paintInSteps, type PaintRequest } from "./paint.ts";

/** Paints a request from lines; rejects when it cannot. */
export type PaintJob = (tracks: Tracks, request: PaintRequest) => Promise<Painted>;

/** Longest stretch of work without a pause, in ms. */
const SLICE_MS = 12;

/** Paints on this thread and lets others have their turn. */
export const paintHere: PaintJob = async (tracks, request) => {
  const steps = paintInSteps(tracks, request);
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve));
  }
};
