import assert from "node:assert/strict";
import { test } from "node:test";
import { type Area, areaAround, BLOCK, copies, covers, unitsPerPixel, worldPixels } from "../src/live/area.ts";
import { colouring } from "../src/live/colouring.ts";
import { Blur } from "../src/live/cpu/blur.ts";
import { spread } from "../src/live/cpu/line.ts";
import { localMost } from "../src/live/cpu/local.ts";
import { paint } from "../src/live/cpu/paint.ts";
import { stroke } from "../src/live/cpu/pen.ts";
import { runs } from "../src/live/gpu/runs.ts";
import { gather, simplify } from "../src/live/levels.ts";
import { gaussian, PEN_RIDGE } from "../src/live/kernel.ts";
import { amounts, penWeights, planFor } from "../src/live/plan.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { layerFor, type Line, outings, random, tracksOf } from "./harness/synthetic.ts";

const ZOOM = 14;
const UNITS = unitsPerPixel(ZOOM);
const PAINTING = { blurSigmaPX: 2, hillBlurSigmaPX: 4 };
const AREA: Area = { zoom: ZOOM, x: 64_000, y: 32_000, width: 96, height: 64 };

/** A line through the middles of pixels of AREA. */
const line = (...places: [x: number, y: number][]): Line => places.map(([x, y]) => [Math.round((AREA.x + x + 0.5) * UNITS), Math.round((AREA.y + y + 0.5) * UNITS)]);

/** Paints all activities of a field into AREA; days count from 18 001. */
function painted(tracks: Tracks, id: string, { area = AREA, days = Array.from({ length: tracks.count }, (_, a) => 18_001 + a), selected = new Uint8Array(tracks.count).fill(1) as Uint8Array, local = false, hi = 0 } = {}) {
  const { field, layer, ...range } = layerFor(id);
  if (hi) range.hi = hi;
  return paint(tracks, { area, plan: planFor(field, PAINTING), weights: penWeights(field, selected, days, 20_000), colouring: colouring(layer, field, range, local) });
}

const at = (plane: Float32Array, x: number, y: number): number => plane[y * AREA.width + x]!;
const near = (got: number, want: number, off: number): void => assert.ok(Math.abs(got - want) <= off, `${got} is not ${want} within ${off}`);

test("the kernel sums to 1 and the ridge is what the pen's softening leaves", () => {
  for (const sigma of [0.7, 1.4, 2, 4]) {
    const half = gaussian(sigma);
    assert.equal(half.length - 1, Math.ceil(3 * sigma));
    near(half.reduce((s, t) => s + t) * 2 - half[0]!, 1, 1e-6);
  }
  // The integral of the Gaussian over the pen's width, by the midpoint rule.
  let sum = 0;
  for (let x = -1.25 + 0.0005; x < 1.25; x += 0.001) sum += (Math.exp((-x * x) / (2 * 0.7 * 0.7)) / (0.7 * Math.sqrt(2 * Math.PI))) * 0.001;
  near(PEN_RIDGE, sum, 1e-5);
});

test("the pen covers the pixels whose centres are near enough", () => {
  const next = random(7);
  for (let round = 0; round < 60; round++) {
    const ends = Array.from({ length: 4 }, () => [next() * 60 - 10, next() * 50 - 10] as const);
    if (round % 5 === 0) ends[1] = ends[0]!;
    if (round % 5 === 1) ends[1] = [ends[1]![0], ends[0]![1]];
    if (round % 5 === 2) ends[1] = [ends[0]![0], ends[1]![1]];
    const got = new Uint8Array(40 * 30);
    for (let i = 0; i < 3; i++) stroke(40, 30, 2.5, ...ends[i]!, ...ends[i + 1]!, (from, to) => got.fill(1, from, to + 1));
    for (let p = 0; p < got.length; p++) {
      const least = Math.min(...[0, 1, 2].map((i) => distance((p % 40) + 0.5, Math.floor(p / 40) + 0.5, ends[i]!, ends[i + 1]!)));
      if (Math.abs(least - 2.5) < 1e-6) continue;
      assert.equal(got[p], least < 2.5 ? 1 : 0, `round ${round}, pixel ${p}, ${least} away`);
    }
  }
});

function distance(x: number, y: number, a: readonly [number, number], b: readonly [number, number]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const n = dx * dx + dy * dy;
  const t = n > 0 ? Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / n)) : 0;
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

test("a thin line leaves its shares where it runs, and all of it", () => {
  const next = random(3);
  for (let round = 0; round < 40; round++) {
    const [x0, y0, x1, y1] = [next() * 30, next() * 20, next() * 30, next() * 20];
    const shares = new Map<number, number>();
    spread(x0, y0, x1, y1, 30, 20, (p, share) => shares.set(p, (shares.get(p) ?? 0) + share));
    near([...shares.values()].reduce((s, v) => s + v, 0), 1, 1e-9);
    // Against many points along the line.
    const counted = new Map<number, number>();
    for (let k = 0; k < 20_000; k++) {
      const t = (k + 0.5) / 20_000;
      const p = Math.floor(y0 + t * (y1 - y0)) * 30 + Math.floor(x0 + t * (x1 - x0));
      counted.set(p, (counted.get(p) ?? 0) + 1 / 20_000);
    }
    for (const [p, share] of counted) near(shares.get(p) ?? 0, share, 2e-4);
  }
  const one: [number, number][] = [];
  spread(3.2, 4.7, 3.2, 4.7, 30, 20, (p, share) => one.push([p, share]));
  assert.deepEqual(one, [[4 * 30 + 3, 1]]);
  let inside = 0;
  spread(-10, 5.5, 20, 5.5, 10, 20, (_, share) => (inside += share));
  near(inside, 1 / 3, 1e-9);
  spread(-10, 5.5, -5, 40, 10, 20, () => assert.fail("a line beside the plane left something"));
});

test("blurring keeps the sum and spreads a point like the kernel", () => {
  const plane = new Float32Array(31 * 25);
  plane[12 * 31 + 15] = 2;
  const half = gaussian(2);
  const out = new Float32Array(plane.length).fill(7);
  new Blur(31, plane.length / 31).run(plane, half, out);
  near(out.reduce((s, v) => s + v, 0), 2, 1e-5);
  near(out[10 * 31 + 18]!, 2 * half[2]! * half[3]!, 1e-7);
});

test("a lone straight line shows 1 on its ridge, whatever its direction", () => {
  for (const end of [[95, 32], [90, 60], [70, 2], [48, 63]] as [number, number][]) {
    const start: [number, number] = [96 - end[0], 64 - end[1]];
    const { value, presence } = painted(tracksOf([[line(start, end)]]), "visits");
    const straight = end[0] === 48 || end[1] === 32;
    near(at(value, 48, 32), 1, straight ? 0.01 : 0.03);
    near(at(presence, 48, 32), Math.min(1, at(value, 48, 32)), 1e-6);
  }
});

test("an activity counts once however often it comes by, and two count twice", () => {
  const there = line([4, 20], [90, 20], [4, 20], [90, 20]);
  const once = painted(tracksOf([[there, there]]), "visits");
  near(at(once.value, 48, 20), 1, 0.01);
  near(at(painted(tracksOf([[there], [there], [line([4, 50], [90, 50])]]), "visits").value, 48, 20), 2, 0.04);
});

test("a difference is right less left: of counts where either is, of means where both are", () => {
  const tracks = tracksOf([[line([10, 20], [80, 20])], [line([10, 20], [40, 20])]]);
  const of = (id: string, right: number[], left: number[]): ReturnType<typeof paint> => {
    const { field, layer, ...range } = layerFor(id);
    const weights = (selected: number[]): Float32Array => penWeights(field, Uint8Array.from(selected), [18_001, 18_002], 20_000);
    return paint(tracks, { area: AREA, plan: planFor(field, PAINTING), weights: weights(right), less: weights(left), colouring: colouring(layer, field, range, false) });
  };
  const visits = of("visits", [0, 1], [1, 0]);
  near(at(visits.value, 25, 20), 0, 1e-5);
  near(at(visits.value, 60, 20), -1, 1e-2);
  near(at(visits.presence, 60, 20), 1, 1e-2);
  const pace = of("pace", [0, 1], [1, 0]);
  near(at(pace.value, 25, 20), 0, 1e-5);
  assert.ok(at(pace.presence, 25, 20) > 0.9, "both were there");
  assert.equal(at(pace.presence, 60, 20), 0, "only one was there");
});

test("only selected activities count, and only lately for freshness", () => {
  const all = [20, 20, 20, 20, 20].map((y) => [line([4, y], [90, y])]);
  const shown = (id: string, days: number[], selected?: Uint8Array): number => at(painted(tracksOf(all), id, { days, selected }).value, 48, 20);
  near(shown("visits", [1, 2, 3, 4, 5], Uint8Array.of(1, 0, 1, 0, 0)), 2, 0.04);
  // as_of is day 20 000: it and the 364 days before count, later ones and unknown ones do not.
  near(shown("fresh12", [20_000, 19_636, 19_635, 20_001, 0]), 2, 0.04);
  near(shown("fresh36", [20_000, 19_636, 19_635, 18_906, 18_905]), 4, 0.08);
});

test("where the glow is too faint for the scale there is nothing", () => {
  const { value, presence } = painted(tracksOf([[line([4, 20], [90, 20])]]), "visits");
  for (let y = 0; y < AREA.height; y++) {
    if (at(presence, 48, y) > 0) assert.ok(at(value, 48, y) >= 0.04);
    else assert.equal(at(value, 48, y), 0);
  }
  assert.equal(at(presence, 48, 40), 0);
});

test("pace is metres over seconds, with every pass having its weight", () => {
  const there = line([4, 20], [90, 20]);
  // 2 m/s for 100 s and 5 m/s for 20 s on the same way: 300 m in 120 s. A third stands still.
  const tracks = tracksOf([[there], [there], [there]], { metres: (i) => [200, 0, 100, 0, 50][i]!, moving: (i) => [100, 0, 20, 0, 0][i]!, seconds: () => 100 });
  const { value, presence } = painted(tracks, "pace");
  for (const y of [17, 20, 23]) near(at(value, 48, y), 2.5, 1e-4);
  near(at(presence, 48, 20), 1, 0.02);
  assert.ok(at(presence, 48, 23) < 0.7);
});

test("what is not known weighs nothing", () => {
  const there = line([4, 20], [90, 20]);
  const heart = painted(tracksOf([[there], [there]], { heart: (i) => (i === 0 ? 0 : 150), seconds: () => 60 }), "heartrate");
  near(at(heart.value, 48, 20), 150, 1e-3);
  const grades = { metres: () => 100, rise: (i: number) => [4, 0, -2, 0, NaN][i]!, hill: (i: number) => [3, 0, 0, 0, 50][i]!, steep: (i: number) => [6, 0, 2, 0, 0][i]! };
  const three = tracksOf([[there], [there], [there]], grades);
  near(at(painted(three, "direction").value, 48, 20), 1, 1e-4);
  near(at(painted(three, "steepness").value, 48, 20), 4, 1e-4);
  near(at(painted(three, "hills").value, 48, 20), 1.5, 1e-4);
  const none = painted(tracksOf([[there]], { heart: () => 0 }), "heartrate");
  assert.ok(none.presence.every((p) => p === 0));
});

test("on the ridge of a line there is as much time as at the nearest whole zoom, whatever the glow", () => {
  const { field, layer } = layerFor("visits");
  const sums = { ...field, kind: "sum" as const, unit: "s", presence: [0.25, 0.5, 0.75, 1] };
  const tracks = tracksOf([[line([-4000, 32], [4000, 32])]], { seconds: () => 8000 });
  /** In the pixels of a zoom, for one that these are finer than. */
  const ridge = (zoom: number, finer: number): number => {
    const scale = 2 ** (zoom - ZOOM);
    const area = { zoom, x: (AREA.x + 48) * scale - 48, y: (AREA.y + 32) * scale - 32, width: 96, height: 96 };
    const { value } = paint(tracks, { area, plan: planFor(sums, PAINTING, 2 ** finer), weights: Float32Array.of(1), colouring: colouring(layer, sums, { lo: 1, hi: 9 }, false) });
    return Math.max(...value);
  };
  for (const [whole, zooms] of [[13, [[13, -0.25], [13, 0.375], [14, 1.25]]], [17, [[17, -0.375], [17, 0.375], [18, 1.25], [18, 0.75]]]] as const) {
    const want = ridge(whole, 0);
    for (const [zoom, finer] of zooms) near(ridge(zoom, finer) / want, 1, 0.06);
  }
});

test("hills glow as far as their own sigma, but no farther than the pen's", () => {
  assert.equal(planFor(layerFor("hills").field, PAINTING).thin!.own.blur.length, 13);
  assert.equal(planFor(layerFor("pace").field, PAINTING).thin!.own.blur.length, 7);
});

test("seconds spent are a sum without a divisor", () => {
  const there = line([4, 20], [90, 20]);
  const { field, layer } = layerFor("visits");
  const sums = { ...field, kind: "sum" as const, unit: "s", presence: [0.25, 0.5, 0.75, 1] };
  const tracks = tracksOf([[there], [there]], { seconds: () => 86 });
  const { value } = paint(tracks, { area: AREA, plan: planFor(sums, PAINTING), weights: Float32Array.of(1, 1), colouring: colouring(layer, sums, { lo: 1, hi: 9 }, false) });
  // Two seconds to the pixel along the line, blurred across it.
  near(at(value, 48, 20), 2 * gaussian(2)[0]!, 1e-3);
});

test("recency is the newest day under the pen, and the mean of the days around beyond it", () => {
  const crossing = tracksOf([[line([4, 20], [90, 20])], [line([48, 4], [48, 60])], [line([4, 50], [90, 50])]]);
  const { value, presence } = painted(crossing, "recency", { days: [18_100, 19_000, 0] });
  assert.equal(at(value, 48, 20), 19_000);
  assert.equal(at(value, 20, 20), 18_100);
  assert.equal(at(value, 20, 50), 18_001); // a day that is not known is the oldest
  near(at(presence, 20, 20), 1, 0.02);
  // 3 pixels off the line the pen does not cover, but glows.
  assert.ok(at(presence, 20, 16) > 0.1 && at(presence, 20, 16) < 1);
  near(at(value, 20, 16), 18_100, 0.01);
});

test("neighbouring areas agree where they meet", () => {
  const tracks = outings(30, 120);
  const { field } = layerFor("visits");
  assert.equal(field.kind, "count");
  const home = Math.floor(0.53 * worldPixels(ZOOM) / BLOCK) * BLOCK;
  const y = Math.floor(0.34 * worldPixels(ZOOM) / BLOCK) * BLOCK - 64;
  for (const [id, local] of [["visits", false], ["visits", true], ["pace", false], ["recency", false]] as const) {
    const one = painted(tracks, id, { area: { zoom: ZOOM, x: home - 192, y, width: 320, height: 256 }, local });
    const other = painted(tracks, id, { area: { zoom: ZOOM, x: home - 96, y: y + 32, width: 320, height: 224 }, local });
    let lit = 0;
    // Away from both edges, the same pixel in both.
    for (let row = 96; row < 128; row++) {
      for (let x = 0; x < 32; x++) {
        const [p, q] = [(row + 32) * 320 + 192 + x, row * 320 + 96 + x];
        if (one.presence[p]! > 0) lit++;
        for (let k = 0; k < 4; k++) near(one.rgba[4 * p + k]!, other.rgba[4 * q + k]!, 1);
      }
    }
    assert.ok(lit > 20, `${id}: only ${lit} pixels to compare`);
  }
});

test("a line across the antimeridian shows at both edges of the world", () => {
  const world = worldPixels(ZOOM);
  const y = (AREA.y + 32.5) * UNITS;
  const tracks = tracksOf([[[[2 ** GRID_BITS - 40 * UNITS, y], [2 ** GRID_BITS + 40 * UNITS, y]]]]);
  for (const x of [-48, world - 48]) near(at(painted(tracks, "visits", { area: { ...AREA, x } }).value, 48, 32), 1, 0.02);
  for (const [x, lit] of [[0, 20], [world - 96, 75]] as const) {
    const { value } = painted(tracks, "visits", { area: { ...AREA, x } });
    near(at(value, lit, 32), 1, 0.02);
    assert.equal(at(value, 96 - lit, 32), 0);
  }
});

test("colours are the ramp's, premultiplied by the presence", () => {
  const { rgba, presence } = painted(tracksOf([[line([4, 20], [90, 20])]]), "visits");
  const p = 4 * (20 * AREA.width + 48);
  near(presence[p / 4]!, 1, 1e-3);
  // One visit is where the logarithm begins: #b83808 at 180/255.
  [184, 56, 8, 180].forEach((c, k) => near(rgba[p + k]!, k < 3 ? (c * 180) / 255 : c, 1.5));
  assert.deepEqual([...rgba.subarray(0, 4)], [0, 0, 0, 0]);
});

test("on the local scale the best of every place is the brightest", () => {
  const width = 10 * BLOCK;
  const often = Array.from({ length: 20 }, () => [line([4, 20], [90, 20])]);
  const rare = [line([width - 60, 20], [width - 4, 20])];
  const area = { ...AREA, width };
  const { rgba } = painted(tracksOf([...often, rare]), "visits", { area, local: true, hi: 20 });
  const fixed = painted(tracksOf([...often, rare]), "visits", { area, hi: 20 });
  const green = (of: Uint8Array, x: number): number => of[4 * (20 * width + x) + 1]!;
  assert.ok(green(rgba, 40) > 200 && green(rgba, width - 30) > 200);
  assert.ok(green(fixed.rgba, 40) > 200 && green(fixed.rgba, width - 30) < 60);
});

test("the ground of the local scale is never below a value, and smooth", () => {
  const width = 5 * BLOCK;
  const next = random(5);
  const plane = Float32Array.from({ length: width * width }, () => (next() < 0.001 ? next() * 50 : 0));
  const most = localMost(plane, width);
  for (let p = 0; p < plane.length; p++) {
    if (plane[p]! > 0) assert.ok(most(p % width, Math.floor(p / width)) >= plane[p]! - 1e-4);
  }
  for (let x = BLOCK; x < 4 * BLOCK; x++) near(most(x, 70), most(x + 1, 70), 50 / BLOCK);
});

test("an area keeps to blocks, holds the view and its margin, and says when the view leaves it", () => {
  const seen = { zoom: 12, west: 1000.5, north: 77.2, east: 1801.5, south: 678 };
  const area = areaAround(seen, 100);
  for (const v of [area.x, area.y, area.width, area.height]) assert.ok(v % BLOCK === 0);
  assert.ok(covers(area, seen, 100));
  assert.ok(!covers(area, { ...seen, west: seen.west - 2 * BLOCK }, 100));
  assert.ok(!covers(area, { ...seen, zoom: 13 }, 0));
  // A view wider than the world looks at it more than once.
  assert.ok(copies({ zoom: 0, x: -300, y: 0, width: 900, height: 256 }, 8).length >= 4);
});

test("runs hold what is drawn and in reach, and are few", () => {
  const row = (y: number): Line => line([4, y], [90, y]);
  const far = line([4000, 4000], [4100, 4000]);
  const copy = copies(AREA, 8).find((c) => c.shift === 0)!;
  const tracks = tracksOf([[row(5)], [row(9)], [far], [row(20)], [], [row(30)]]);
  assert.deepEqual(runs(tracks, tracks, Float32Array.of(1, 1, 1, 1, 1, 0), copy), [0, 2, 3, 4]);
  const many = tracksOf(Array.from({ length: 400 }, (_, i) => [i % 2 ? far : row(i % 60)]));
  const weights = new Float32Array(400).fill(1);
  const few = runs(many, many, weights, copy);
  assert.ok(few.length / 2 <= 48);
  for (let a = 0; a < 400; a += 2) assert.ok(few.some((from, i) => i % 2 === 0 && from <= a && a < few[i + 1]!), `activity ${a} is left out`);
});

test("amounts are those of the layers' table", () => {
  const there = line([4, 20], [50, 20], [90, 20]);
  const tracks = tracksOf([[there]], { metres: () => 10, seconds: () => 5, moving: (i) => (i === 0 ? 4 : 0), heart: () => 100, rise: (i) => (i === 0 ? -2 : NaN), steep: () => 3, hill: () => 1 });
  const want: Record<string, number[]> = { pace: [10, 4, 0, 0], heartrate: [500, 5, 500, 5], direction: [-2, 10, 0, 0], steepness: [3, 10, 0, 0], hills: [1, 10, 0, 0], visits: [5, 0, 5, 0] };
  for (const [id, pairs] of Object.entries(want)) assert.deepEqual([...amounts(tracks, id)], [...pairs, 0, 0], id);
});

test("vertices left out lie by the line that is drawn, and what they carry is carried on", () => {
  const tracks = outings(20, 200);
  const pairs = amounts(tracks, "pace");
  for (const [tolerance, longest] of [[2, Infinity], [20, Infinity], [20, 320], [400, Infinity], [0, Infinity]] as const) {
    const level = simplify(tracks, tolerance, longest);
    const { kept, first } = level;
    for (let a = 0; a < tracks.count; a++) {
      assert.equal(kept[first[a]!], tracks.first[a]);
      assert.equal(kept[first[a + 1]! - 1], tracks.first[a + 1]! - 1);
    }
    for (let k = 0; k + 1 < kept.length; k++) {
      const [i, j] = [kept[k]!, kept[k + 1]!];
      if (!tracks.joined[i]) {
        assert.equal(j, i + 1, "the ends of a stretch are kept");
        continue;
      }
      const point = (v: number): [number, number] => [tracks.x[v]!, tracks.y[v]!];
      for (let v = i + 1; v < j; v++) assert.ok(tracks.joined[v] && distance(...point(v), point(i), point(j)) <= tolerance + 1e-6);
      if (j > i + 1) assert.ok(Math.hypot(tracks.x[j]! - tracks.x[i]!, tracks.y[j]! - tracks.y[i]!) <= longest);
    }
    if (tolerance >= 20 && longest > 1000) assert.ok(kept.length < tracks.x.length / 2, `${kept.length} of ${tracks.x.length} are kept`);
    const sums = gather(pairs, level);
    for (const half of [0, 1]) {
      const total = (of: Float32Array): number => of.reduce((s, v, i) => s + (i % 2 === half ? v : 0), 0);
      near(total(sums) / total(pairs), 1, 1e-5);
    }
  }
});

test("a line that turns back on itself is not cut short", () => {
  const there = tracksOf([[[[0, 0], [10, 0], [20, 0], [30, 0], [20, 0], [10, 1], [0, 0], [-10, 0]]]]);
  assert.deepEqual([...simplify(there, 1.5, Infinity).kept], [0, 3, 7]);
});

test("fifty outings in one dot read fifty, and a pixel never less than what covers it", () => {
  const dot = line([40, 30], [40, 30]);
  const many = painted(tracksOf(Array.from({ length: 50 }, () => [dot])), "visits");
  near(at(many.value, 40, 30), 50, 1e-4);
  near(at(many.value, 42, 30), 50, 1e-4); // on the rim of the pen
  assert.ok(at(many.value, 43, 30) < 50);
  const once = painted(tracksOf([[dot]]), "visits");
  assert.ok(at(once.value, 40, 30) < 1); // it fades as a line does
});
