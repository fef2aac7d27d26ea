// Discovery, trend and what sensors tell against docs/layers.md, worked out activity by activity with nothing of the painter's.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metadata } from "../src/archive/metadata.ts";
import { liveField } from "../src/archive/livefields.ts";
import { quantityOf, ticks } from "../src/heat/legend.ts";
import { mapping } from "../src/heat/palette.ts";
import type { Area } from "../src/live/area.ts";
import { paintValues } from "../src/live/cpu/paint.ts";
import { penWeights, planFor } from "../src/live/plan.ts";
import { SelectionRanges } from "../src/ranges.ts";
import type { Manner } from "../src/sports.ts";
import { Formatter } from "../src/text/format.ts";
import { en } from "../src/text/en.ts";
import { differenceText, valueText } from "../src/text/values.ts";
import { cellsOf } from "../src/tracks/cells.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { HOME, layerFor, random, tracksOf } from "./harness/synthetic.ts";

const painting = { blurSigmaPX: 2, hillBlurSigmaPX: 4 };
const SIGMA = 2;
const ZOOM = 15;
const UNIT = 2 ** (GRID_BITS - 8 - ZOOM);
const SIZE = 64;
/** With its corner on a whole pixel, and room for what glows in. */
const area: Area = { zoom: ZOOM, x: Math.floor(HOME[0] / UNIT), y: Math.floor(HOME[1] / UNIT), width: SIZE, height: SIZE };

interface Outing {
  /** Days since 1970-01-01, 0 where not known. */
  day: number;
  /** In pixels of the area. */
  line: [x: number, y: number][];
}

/** Outings that wander about the area over the years, two of them on no known day. */
function wanderings(count: number, seed: number): Outing[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, a) => {
    const line: [number, number][] = [];
    let [x, y, heading] = [20 + 24 * next(), 20 + 24 * next(), 7 * next()];
    for (let i = 0; i < 8; i++) {
      line.push([x, y]);
      heading += next() - 0.5;
      x = Math.min(46, Math.max(18, x + 5 * Math.cos(heading)));
      y = Math.min(46, Math.max(18, y + 5 * Math.sin(heading)));
    }
    return { day: a % 9 === 4 ? 0 : 16_000 + a * 170 + Math.floor(90 * next()), line };
  });
}

const lines = (all: readonly Outing[]): Tracks => {
  const next = random(5);
  return tracksOf(
    all.map(({ line }) => [line.map(([x, y]): [number, number] => [Math.round((area.x + x) * UNIT), Math.round((area.y + y) * UNIT)])]),
    { metres: () => 10 + 20 * next(), seconds: () => 4 + 6 * next(), moving: (i) => (i % 7 === 3 ? 0 : 3 + 5 * next()) },
  );
};

/** The pixels whose middles are within the pen of one of an activity's segments, all or those moving, or so much farther: those on its very rim may fall to either side. */
function covered(t: Tracks, a: number, moving: boolean, rim = 0, radius = 1.25 * SIGMA): Set<number> {
  const out = new Set<number>();
  for (let i = t.first[a]!; i < t.first[a + 1]! - 1; i++) {
    if (moving && t.moving[i] === 0) continue;
    const [ax, ay] = [t.x[i]! / UNIT - area.x, t.y[i]! / UNIT - area.y];
    const [dx, dy] = [t.x[i + 1]! / UNIT - area.x - ax, t.y[i + 1]! / UNIT - area.y - ay];
    for (let p = 0; p < SIZE * SIZE; p++) {
      const [cx, cy] = [(p % SIZE) + 0.5 - ax, Math.floor(p / SIZE) + 0.5 - ay];
      const k = Math.min(1, Math.max(0, (cx * dx + cy * dy) / (dx * dx + dy * dy || 1)));
      if (Math.hypot(cx - k * dx, cy - k * dy) <= radius + rim) out.add(p);
    }
  }
  return out;
}

/** A plane softened by a sampled Gaussian, pixel by pixel. */
function softened(plane: Float64Array, sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  const tap = (d: number): number => Math.exp((-d * d) / (2 * sigma * sigma));
  let whole = 0;
  for (let d = -reach; d <= reach; d++) whole += tap(d);
  const out = new Float64Array(plane.length);
  plane.forEach((v, p) => {
    if (v === 0) return;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [x, y] = [(p % SIZE) + dx, Math.floor(p / SIZE) + dy];
        if (x >= 0 && x < SIZE && y >= 0 && y < SIZE) out[y * SIZE + x]! += (v * tap(dx) * tap(dy)) / (whole * whole);
      }
    }
  });
  return out;
}

/** What an activity's moving segments leave along their lines, in many small steps: metres, and seconds. */
function left(t: Tracks, a: number): [metres: Float64Array, seconds: Float64Array] {
  const STEPS = 4000;
  const [metres, seconds] = [new Float64Array(SIZE * SIZE), new Float64Array(SIZE * SIZE)];
  for (let i = t.first[a]!; i < t.first[a + 1]! - 1; i++) {
    if (t.moving[i] === 0) continue;
    for (let k = 0; k < STEPS; k++) {
      const part = (k + 0.5) / STEPS;
      const x = Math.floor((t.x[i]! + part * (t.x[i + 1]! - t.x[i]!)) / UNIT - area.x);
      const y = Math.floor((t.y[i]! + part * (t.y[i + 1]! - t.y[i]!)) / UNIT - area.y);
      metres[y * SIZE + x]! += t.metres[i]! / STEPS;
      seconds[y * SIZE + x]! += t.moving[i]! / STEPS;
    }
  }
  return [softened(metres, SIGMA), softened(seconds, SIGMA)];
}

const RIDGE = 0.9258545;

function painted(id: string, t: Tracks, all: readonly Outing[], flags = new Uint8Array(all.length).fill(1)): ReturnType<typeof paintValues> {
  const days = all.map((o) => o.day);
  const field = liveField(id, days)!;
  return paintValues(t, area, planFor(field, painting), penWeights(field, flags, days, 0));
}

test("discovery is the day of the first activity that came near a pixel, fading as the pens' footprint does", () => {
  const all = wanderings(30, 11);
  const t = lines(all);
  const { value, presence } = painted("discovery", t, all);
  const print = new Float64Array(SIZE * SIZE);
  const [sure, perhaps] = [new Float64Array(SIZE * SIZE).fill(Infinity), new Float64Array(SIZE * SIZE).fill(Infinity)];
  all.forEach(({ day }, a) => {
    if (day === 0) return;
    for (const p of covered(t, a, false)) print[p] = 1;
    for (const p of covered(t, a, false, -1e-6, 2.2 * 1.25 * SIGMA)) sure[p] = Math.min(sure[p]!, day);
    for (const p of covered(t, a, false, 1e-6, 2.2 * 1.25 * SIGMA)) perhaps[p] = Math.min(perhaps[p]!, day);
  });
  const soft = softened(print, 0.7 * SIGMA);
  let seen = 0;
  for (let p = 0; p < SIZE * SIZE; p++) {
    assert.ok(Math.abs(presence[p]! - (soft[p]! / RIDGE < 0.04 ? 0 : Math.min(1, soft[p]! / RIDGE))) < 1e-3, `pixel ${p} is present by ${presence[p]}`);
    if (presence[p] === 0) continue;
    assert.ok(value[p] === sure[p] || value[p] === perhaps[p], `pixel ${p} is of day ${value[p]}, not ${sure[p]}`);
    seen++;
  }
  assert.ok(seen > 500);
});

test("a trend is the slope of a line fitted to the visits of a pixel, and nothing where they are of one year", () => {
  const all = wanderings(24, 3);
  const t = lines(all);
  const { value, presence } = painted("trend", t, all);
  const [visits, perhaps] = [new Float64Array(SIZE * SIZE), new Float64Array(SIZE * SIZE)];
  const traces = all.map(({ day }, a) => {
    if (day === 0) return undefined;
    for (const p of covered(t, a, true, -1e-6)) visits[p]!++;
    for (const p of covered(t, a, true, 1e-6)) perhaps[p]!++;
    return left(t, a);
  });
  const [soft, most] = [softened(visits, 0.7 * SIGMA), softened(perhaps, 0.7 * SIGMA)];
  let [seen, nothing] = [0, 0];
  for (let p = 0; p < SIZE * SIZE; p++) {
    // A visit is a point: its year, its pace and the metres that it weighs.
    const points = traces.flatMap((trace, a) => (trace && trace[0][p]! > 0 ? [{ year: all[a]!.day / 365.25, pace: (1000 * trace[1][p]!) / trace[0][p]!, weight: trace[0][p]! }] : []));
    const weight = points.reduce((s, q) => s + q.weight, 0);
    const mean = points.reduce((s, q) => s + q.weight * q.year, 0) / weight;
    const pace = points.reduce((s, q) => s + q.weight * q.pace, 0) / weight;
    const spread = points.reduce((s, q) => s + q.weight * (q.year - mean) ** 2, 0) / weight;
    const there = (print: Float64Array, count: Float64Array): number => Math.min(1, Math.max(print[p]! / RIDGE, count[p]! >= 2 ? count[p]! : 0) / 4);
    if (most[p]! / RIDGE / 4 < 0.0399 || !(spread > 1 / 12 - 1e-3)) {
      assert.ok(presence[p]! === 0 || spread > 1 / 12 - 2e-3, `pixel ${p} is present by ${presence[p]}, with a variance of ${spread}`);
      if (soft[p]! > 0.2) nothing++;
      continue;
    }
    if (spread < 1 / 12 + 1e-3 || soft[p]! / RIDGE / 4 < 0.0401) continue; // either will do
    const [lo, hi] = [there(soft, visits), there(most, perhaps)];
    assert.ok(presence[p]! > lo - 1e-3 && presence[p]! < hi + 1e-3, `pixel ${p} is present by ${presence[p]}, not ${lo} to ${hi}`);
    const slope = points.reduce((s, q) => s + q.weight * (q.year - mean) * (q.pace - pace), 0) / weight / spread;
    assert.ok(Math.abs(value[p]! - slope) <= 0.5 + 0.005 * Math.abs(slope), `pixel ${p}: ${value[p]} s/km a year, not ${slope}`);
    seen++;
  }
  assert.ok(seen > 300 && nothing > 20, `${seen} pixels have a trend, ${nothing} have none`);
});

test("somebody who gets faster by ten seconds a year has that trend, whatever else was slow", () => {
  const line: [number, number][] = [[20, 32.5], [44, 32.5]];
  const all: Outing[] = Array.from({ length: 8 }, (_, a) => ({ day: 15_000 + Math.round(365.25 * a), line }));
  all.push({ day: 0, line });
  // At 300 s/km in the first year; the last one, on no known day, took an hour.
  const t = tracksOf(all.map((o) => [o.line.map(([x, y]): [number, number] => [(area.x + x) * UNIT, (area.y + y) * UNIT])]), { metres: () => 100, seconds: (i) => (i < 16 ? 30 - (i >> 1) : 3600) });
  const { value, presence } = painted("trend", t, all);
  const at = 32 * SIZE + 32;
  assert.ok(Math.abs(value[at]! + 10) < 0.01 && presence[at] === 1, `${value[at]} with presence ${presence[at]}`);
  const some = painted("trend", t, all, Uint8Array.from(all, (_, a) => (a < 2 ? 1 : 0)));
  assert.ok(Math.abs(some.value[at]! + 10) < 0.01 && Math.abs(some.presence[at]! - 0.5) < 0.01);
  assert.equal(painted("trend", t, all, Uint8Array.from(all, (_, a) => (a === 3 ? 1 : 0))).presence[at], 0);
});

test("the colours of a trend reach as far as the busy places have it", () => {
  const line: [number, number][] = [[20, 32.5], [44, 32.5]];
  const days = Array.from({ length: 8 }, (_, a) => 15_000 + Math.round(365.25 * a));
  const t = tracksOf(days.map(() => [line.map(([x, y]): [number, number] => [(area.x + x) * UNIT, (area.y + y) * UNIT])]), { metres: () => 100, seconds: (i) => 30 - (i >> 1) });
  const ranges = new SelectionRanges({ activities: { day: days }, asOf: "2025-01-01", painting } as unknown as Metadata, { tracks: t, cells: cellsOf(t), deepest: Infinity });
  const [{ layer }, field, whole] = [layerFor("trend"), liveField("trend", days)!, { lo: -10, hi: 10 }];
  const flags = (...of: number[]): Uint8Array => Uint8Array.from(days, (_, a) => Number(of.includes(a)));
  for (const zoom of [3, 12, 15, 18]) {
    const { lo, hi } = ranges.range(layer, field, flags(0, 1, 2, 3, 4, 5), zoom, whole);
    assert.ok(Math.abs(hi - 10) < 0.05 && lo === -hi, `zoom ${zoom}: ${lo} to ${hi}`);
  }
  assert.equal(ranges.nothing(field, flags(0, 7)), undefined);
  assert.equal(ranges.nothing(field, flags(2)), "years");
  assert.deepEqual(ranges.range(layer, field, flags(2), 12, whole), { lo: -10, hi: 10 });
});

test("live fields are those of known days", () => {
  assert.deepEqual(liveField("discovery", [0, 20, 0, 10, 15])!.values, [10, 20]);
  assert.equal(liveField("discovery", [0, 0]), undefined);
  assert.equal(liveField("visits", [10]), undefined);
});

test("a stored field of the same name is none of them", () => {
  for (const [id, kind] of [["trend", "mean"], ["discovery", "date"]] as const) {
    const stored = { id, kind, unit: "", values: [1, 2], presence: [1], zooms: [] };
    assert.deepEqual(penWeights(stored, Uint8Array.of(1, 1), [0, 2], 0), kind === "date" ? Float32Array.of(1, 2) : Float32Array.of(1, 1));
    const plan = planFor(stored, painting);
    assert.ok(plan.middle === undefined && plan.way === 1 && plan.full === 1);
  }
});

test("what sensors tell is a mean over time, also below nothing, of where they tell something; its colours reach over what is there", () => {
  const line: [number, number][] = [[20, 32.5], [44, 32.5]];
  const t = tracksOf([0, 1, 2].map(() => [line.map(([x, y]): [number, number] => [(area.x + x) * UNIT, (area.y + y) * UNIT])]), { seconds: (i) => [30, 0, 10, 0, 99][i]! });
  // By docs/format.md: tenths of a degree from -60, half turns from 0, watts from 0, each one more.
  t.readings["temperature"] = Uint16Array.of(501, 0, 701, 0, 0, 0); // -10 and 10 degrees
  t.readings["power"] = Uint16Array.of(1, 0, 401, 0, 0, 0); // 0 and 400 W
  const all: Outing[] = [0, 1, 2].map(() => ({ day: 0, line }));
  const at = 32 * SIZE + 32;
  for (const [id, value] of [["temperature", -5], ["power", 100]] as const) {
    const got = painted(id, t, all);
    assert.ok(Math.abs(got.value[at]! - value) < 0.01 && got.presence[at]! > 0.9, `${id}: ${got.value[at]} with presence ${got.presence[at]}`);
    assert.equal(painted(id, t, all, Uint8Array.of(0, 0, 1)).presence[at], 0);
  }
  assert.equal(painted("cadence", t, all).presence[at], 0);
  const ranges = new SelectionRanges({ activities: { day: [0, 0, 0] }, asOf: "2025-01-01", painting } as unknown as Metadata, { tracks: t, cells: cellsOf(t), deepest: Infinity });
  const field = liveField("temperature", [])!;
  const { lo, hi } = ranges.range(layerFor("temperature").layer, field, Uint8Array.of(1, 1, 1), 12, { lo: -60, hi: 60 });
  assert.ok(Math.abs(lo + 10) < 0.2 && Math.abs(hi - 10) < 0.2, `${lo} to ${hi}`);
  assert.equal(ranges.nothing(field, Uint8Array.of(1, 0, 0)), undefined);
  assert.equal(ranges.nothing(field, Uint8Array.of(0, 0, 1)), "sensor");
});

test("what sensors tell in words", () => {
  const [metric, imperial] = [new Formatter("en", "metric"), new Formatter("en", "imperial")];
  const said = (id: string, manner: Manner, value: number, format = metric): string => valueText(quantityOf(liveField(id, [])!, "linear", manner), value, format, en);
  assert.equal(said("cadence", "ride", 88.4), "88\u202frpm");
  assert.equal(said("cadence", "run", 171.6), "172\u202fspm");
  assert.equal(said("power", "ride", 210.2), "210\u202fW");
  assert.equal(said("temperature", "run", -4.6), "-5\u202f°C");
  assert.equal(said("temperature", "run", 20, imperial), "68\u202f°F");
  assert.equal(differenceText("degrees", 5, imperial, en), "+9\u202f°F");
  const marks = ticks("degrees", mapping(layerFor("temperature").layer, liveField("temperature", [])!, { lo: 0, hi: 20 }), imperial, en.units);
  assert.deepEqual(marks.map(({ label }) => label), ["40", "50", "60"]);
  assert.ok(Math.abs(marks[1]!.t - 0.5) < 1e-9);
});

test("a trend in words", () => {
  const [metric, imperial] = [new Formatter("en-GB", "metric"), new Formatter("en-GB", "imperial")];
  assert.equal(valueText("trend", -4.23, metric, en), "4.2\u202fs/km faster each year");
  assert.equal(valueText("trend", 10, imperial, en), "16.1\u202fs/mi slower each year");
  assert.equal(differenceText("trend", -3, metric, en), "\u22123\u202fs/km a year");
  assert.equal(valueText("first", 20_000, metric, en), "first here 4 Oct 2024");
});
