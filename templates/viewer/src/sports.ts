// What the page knows about sports by their names.

/** Sports whose speed is told in km/h, by the name activity.Sport gives them in lower case without spaces. */
const RIDES = new Set([
  "ride",
  "virtualride",
  "ebikeride",
  "emountainbikeride",
  "mountainbikeride",
  "gravelride",
  "velomobile",
  "handcycle",
]);

/** Whether a sport's speed is told as km/h or mph rather than as a runner's pace. */
export function isRide(sport: string): boolean {
  return RIDES.has(sport.toLowerCase().replaceAll(/[ _-]/g, ""));
}
