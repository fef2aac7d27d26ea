// Made-up tracks and layers for the tests of the live picture.

import type { Field, Kind, Layer, Stop } from "../../src/archive/metadata.ts";
import { blocksUnder, everywhere } from "../../src/tracks/blockrange.ts";
import { emptyTracks, GRID_BITS, metresPerUnit, type Tracks } from "../../src/tracks/tracks.ts";
import type { LineSource } from "../../src/tracks/viewlines.ts";

/** One line: vertices on the grid; what else a segment carries is made up from where it lies. */
export type Line = readonly (readonly [x: number, y: number])[];

/** Tracks of activities given as lists of stretches. over names what a segment carries. */
export function tracksOf(activities: readonly (readonly Line[])[], over: Partial<Record<"seconds" | "moving" | "metres" | "heart" | "rise" | "steep" | "hill", (segment: number) => number>> = {}): Tracks {
  const n = activities.flat().reduce((sum, line) => sum + line.length, 0);
  const t = emptyTracks(activities.length, n);
  let i = 0;
  activities.forEach((stretches, a) => {
    t.first[a] = i;
    let [west, north, east, south] = [2 ** 30, 2 ** 30, -(2 ** 30), -(2 ** 30)];
    for (const line of stretches) {
      line.forEach(([x, y], k) => {
        [t.x[i], t.y[i], t.activity[i]] = [x, y, a];
        [west, north, east, south] = [Math.min(west, x), Math.min(north, y), Math.max(east, x), Math.max(south, y)];
        const next = line[k + 1];
        if (next) {
          t.joined[i] = 1;
          const metres = Math.hypot(next[0] - x, next[1] - y) * metresPerUnit(y);
          t.metres[i] = over.metres?.(i) ?? metres;
          t.seconds[i] = over.seconds?.(i) ?? metres / 3;
          t.moving[i] = over.moving?.(i) ?? t.seconds[i]!;
          t.heart[i] = over.heart?.(i) ?? 140;
          t.rise[i] = over.rise?.(i) ?? 0;
          t.steep[i] = over.steep?.(i) ?? Math.abs(t.rise[i]!);
          t.hill[i] = over.hill?.(i) ?? Math.max(0, t.rise[i]!);
        }
        i++;
      });
    }
    t.bounds.set([west, north, east, south], 4 * a);
  });
  t.first[activities.length] = i;
  return t;
}

/** A source that has whole lines for every view. */
export const wholeSource = (tracks: Tracks): LineSource => ({
  activities: tracks.count,
  attempt: 0,
  under: () => everywhere(0),
  complete: () => true,
  load: async () => tracks,
  came: () => {},
  failed: (e) => console.error(e),
});

/** A source that has lines of their own for every few blocks. */
export const partSource = (tracks: Tracks): LineSource => ({
  ...wholeSource(tracks),
  under: (area, reach) => blocksUnder(14, area, reach),
  load: async () => ({ ...tracks }),
});

/** Numbers 0..1 that are the same each time. */
export function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

/** Where the made-up activities start, in grid units: some town in the middle of Europe. */
export const HOME: readonly [x: number, y: number] = [Math.round(2 ** GRID_BITS * 0.53), Math.round(2 ** GRID_BITS * 0.34)];

/** Loops around home on a network of paths, some far shared, and every tenth activity on holiday 20 km to the east. */
export function outings(activities: number, segments: number): Tracks {
  const next = random(activities * 1000 + segments);
  const unit = metresPerUnit(HOME[1]);
  const lines: Line[][] = [];
  for (let a = 0; a < activities; a++) {
    const holiday = a % 10 === 9;
    const line: [number, number][] = [];
    let x = HOME[0] + (holiday ? 20_000 / unit : 0);
    let y = HOME[1];
    let heading = Math.floor(next() * 6) * (Math.PI / 3);
    for (let i = 0; i <= segments; i++) {
      line.push([Math.round(x + (next() - 0.5) * (6 / unit)), Math.round(y + (next() - 0.5) * (6 / unit))]);
      if (i % 12 === 11) heading += (Math.floor(next() * 3) - 1) * (Math.PI / 3);
      // Back towards home from halfway on.
      if (i > segments / 2 && i % 12 === 5) heading = Math.round(Math.atan2(HOME[1] - y, HOME[0] - x + (holiday ? 20_000 / unit : 0)) / (Math.PI / 3)) * (Math.PI / 3);
      const step = 25 / unit;
      x += Math.cos(heading) * step;
      y += Math.sin(heading) * step;
    }
    const half = Math.floor(segments / 2);
    lines.push([line.slice(0, half), line.slice(half)]);
  }
  const slope = (i: number): number => 4 * Math.sin(i / 17);
  const t = tracksOf(lines, { heart: (i) => (i % 40 < 3 ? 0 : 130 + Math.round(25 * Math.sin(i / 23))), rise: (i) => (i % 97 < 2 ? NaN : slope(i)), hill: (i) => Math.max(0, slope(i)), seconds: (i) => 8 + 3 * Math.sin(i / 31) });
  t.readings["temperature"] = Uint16Array.from(t.x, (_, i) => (i % 60 < 4 ? 0 : 601 + Math.round(150 * Math.sin(i / 53))));
  return t;
}

/** By field, and by "seconds", which is visits counted in time. */
const kinds: Record<string, [kind: Kind, unit: string, scale: Layer["scale"], lo: number, hi: number]> = {
  visits: ["count", "visits", "log", 1, 60],
  fresh12: ["count", "visits", "log", 1, 60],
  fresh36: ["count", "visits", "log", 1, 60],
  pace: ["mean", "m/s", "linear", 2, 5],
  heartrate: ["mean", "bpm", "linear", 105, 155],
  steepness: ["mean", "%", "linear", 0, 16],
  direction: ["mean", "%", "symmetric", -12, 12],
  hills: ["mean", "m/100m", "linear", 0, 12],
  recency: ["date", "day", "power", 18_001, 20_000],
  seconds: ["sum", "s", "log", 0.05, 40],
  discovery: ["date", "first", "power", 18_001, 20_000],
  trend: ["mean", "s/km/y", "symmetric", -20, 20],
  temperature: ["mean", "°C", "linear", -15, 15],
};

/** Those that no archive has tiles of. */
const LIVE = ["discovery", "trend"];

export const FIELDS = Object.keys(kinds);

const orange: Stop[] = [[0, [184, 56, 8, 180]], [0.25, [252, 76, 3, 216]], [0.55, [255, 133, 46, 240]], [0.8, [255, 196, 107, 255]], [1, [255, 246, 220, 255]]];

const colours: Record<Kind, Stop[]> = {
  count: orange,
  sum: orange,
  mean: [[0, [27, 58, 140, 208]], [0.35, [47, 111, 214, 232]], [0.7, [95, 180, 245, 255]], [1, [230, 247, 255, 255]]],
  date: [[0, [72, 40, 120, 192]], [0.25, [62, 74, 137, 216]], [0.5, [33, 145, 140, 240]], [0.75, [94, 201, 98, 255]], [1, [253, 231, 37, 255]]],
};

/** A field and a layer that looks at it, with the range to spread its ramp over. */
export function layerFor(name: string): { field: Field; layer: Layer; lo: number; hi: number } {
  const [kind, unit, scale, lo, hi] = kinds[name]!;
  const id = name === "seconds" ? "visits" : name;
  const values = kind === "count" ? [0.08, 1, 100] : [lo, hi];
  const field: Field = { id, kind, unit, values, presence: kind === "count" ? [1] : [0.25, 0.5, 0.75, 1], zooms: [], ...(LIVE.includes(id) ? { days: [18_001, 20_000] as const } : {}) };
  const layer: Layer = { id: name, group: "", title: "", description: "", field: id, unit, scale, gamma: scale === "power" ? 2 : 1, ...(kind === "count" ? { from: 1 } : {}), ramp: colours[kind] };
  return { field, layer, lo, hi };
}
