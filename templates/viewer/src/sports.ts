// What the page knows about sports by their names.

import type { Activities } from "./archive/metadata.ts";

/** How speeds are told: as km/h, as minutes per 100 m, or as a runner's minutes a kilometre. */
export type Manner = "ride" | "swim" | "run";

/** How the speed of a sport is told. */
export function mannerOf(sport: string): Manner {
  if (isRide(sport)) return "ride";
  return /swim(?!run)/i.test(sport) ? "swim" : "run";
}

/** How speeds are told of the selected activities together: as of rides or swims where more than half of them are such. */
export function commonManner({ sport, sports }: Pick<Activities, "sport" | "sports">, selected: Uint8Array): Manner {
  const manners = sports.map(mannerOf);
  const counts: Record<Manner, number> = { ride: 0, swim: 0, run: 0 };
  sport.forEach((s, i) => {
    if (selected[i]) counts[manners[s] ?? "run"]++;
  });
  const half = (counts.ride + counts.swim + counts.run) / 2;
  return counts.ride > half ? "ride" : counts.swim > half ? "swim" : "run";
}

/** Whether a sport's speed is told as km/h or mph rather than as a runner's pace: all that are called rides, and what is pedalled by other names. */
export function isRide(sport: string): boolean {
  return /ride$|^velomobile$|^handcycle$/.test(sport.toLowerCase().replaceAll(/[ _-]/g, ""));
}
