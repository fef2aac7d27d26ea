import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities, Metadata } from "../src/archive/metadata.ts";
import { areaAround } from "../src/live/area.ts";
import { paintValues } from "../src/live/cpu/paint.ts";
import { penWeights, planFor } from "../src/live/plan.ts";
import { daysOf, peakOf, SelectionRanges } from "../src/ranges.ts";
import { nearestDay } from "../src/selection.ts";
import { readersDay } from "../src/text/describe.ts";
import { cellsOf } from "../src/tracks/cells.ts";
import type { Overview } from "../src/tracks/lines.ts";
import { GRID_BITS, type Tracks } from "../src/tracks/tracks.ts";
import { coarse } from "./harness/coarse.ts";
import { HOME, layerFor, type Line, outings, tracksOf } from "./harness/synthetic.ts";

const painting = { blurSigmaPX: 2, hillBlurSigmaPX: 4 };
const loadedOf = (tracks: Tracks): Overview => ({ tracks, cells: cellsOf(tracks), deepest: Infinity });
const activitiesOf = (day: number[]): Activities => ({ day, sport: day.map(() => 0), distanceM: [], movingS: [], ascentM: [], sports: ["Run"], place: [], name: [] });
const metadataOf = (day: number[]): Metadata => ({ activities: activitiesOf(day), asOf: "2025-01-01", painting }) as unknown as Metadata;

/** The greatest value of all that the map shows of a field at a zoom. */
function greatest(tracks: Tracks, id: string, weights: Float32Array, zoom: number): number {
  const world = 256 * 2 ** zoom;
  const at = (v: number): number => (v / 2 ** GRID_BITS) * world;
  const b = tracks.bounds;
  const edge = (k: number, pick: (...v: number[]) => number): number => at(pick(...Array.from({ length: tracks.count }, (_, a) => b[4 * a + k]!)));
  const seen = { zoom, west: edge(0, Math.min), north: edge(1, Math.min), east: edge(2, Math.max), south: edge(3, Math.max) };
  const { value } = paintValues(tracks, areaAround(seen, 16), planFor(layerFor(id).field, painting), weights);
  return value.reduce((m, v) => Math.max(m, v), 0);
}

test("the greatest count of a selection is that of its picture", () => {
  const all = outings(60, 120);
  for (const [id, part] of [["visits", 1], ["visits", 0.4], ["visits", 0.1], ["fresh12", 1]] as const) {
    const flags = Uint8Array.from({ length: all.count }, (_, a) => (a < part * all.count ? 1 : 0));
    const { field } = layerFor(id);
    const weights = penWeights(field, flags, Array.from(flags, (_, a) => 18_001 + 33 * a), 20_000);
    for (const zoom of [4, 8, 11, 12, 13, 14]) {
      const [got, want] = [peakOf(loadedOf(all), field, { painting }, weights, zoom), greatest(all, id, weights, zoom)];
      assert.ok(Math.abs(got - want) <= 0.02 * want, `${id}, ${part} of all, zoom ${zoom}: ${got}, the picture has ${want}`);
    }
  }
});

test("the range of counts follows the selection", () => {
  const all = outings(40, 100);
  const ranges = new SelectionRanges(metadataOf(Array.from({ length: 40 }, () => 20_000)), loadedOf(all));
  const { field, layer } = layerFor("visits");
  const whole = { lo: 0, hi: 33 };
  const most = greatest(all, "visits", new Float32Array(40).fill(1), 13);
  assert.ok(Math.abs(ranges.range(layer, field, new Uint8Array(40).fill(1), 13, whole).hi - most) <= 0.02 * most);
  const some = Uint8Array.from({ length: 40 }, (_, a) => (a < 12 ? 1 : 0));
  const { hi } = ranges.range(layer, field, some, 13, whole);
  assert.ok(hi < 0.6 * most && hi >= 1, `${hi}`);
  assert.equal(ranges.range(layer, field, new Uint8Array(40), 13, whole).hi, 1);
});

test("ranges from coarse lines are about those from fine ones, closer up as well", () => {
  const all = outings(80, 400);
  const day = Array.from({ length: 80 }, (_, a) => 18_001 + 25 * a);
  const rough = coarse(all, 32); // as blocks of zoom 9 have them
  assert.ok(rough.x.length < all.x.length / 2);
  const fine = new SelectionRanges(metadataOf(day), loadedOf(all));
  const overview = new SelectionRanges(metadataOf(day), { ...loadedOf(rough), deepest: 11 });
  const parts: Record<string, Uint8Array> = {
    half: Uint8Array.from({ length: 80 }, (_, a) => a % 2),
    tenth: Uint8Array.from({ length: 80 }, (_, a) => Number(a % 10 === 3)),
    late: Uint8Array.from({ length: 80 }, (_, a) => Number(a > 60)),
    one: Uint8Array.from({ length: 80 }, (_, a) => Number(a === 7)),
  };
  const near = (got: number, want: number, what: string): void => assert.ok(Math.abs(got - want) <= 0.15 * want, `${what}: ${got}, not ${want}`);
  for (const [name, flags] of Object.entries(parts)) {
    const { field, layer } = layerFor("visits");
    for (const zoom of [7, 9, 11, 12, 13, 14, 15]) {
      const whole = { lo: 1, hi: peakOf(loadedOf(all), field, { painting }, new Float32Array(80).fill(1), zoom) };
      const got = overview.range(layer, field, flags, zoom, whole).hi;
      assert.ok(got >= 1);
      near(got, fine.range(layer, field, flags, zoom, whole).hi, `visits of ${name} at zoom ${zoom}`);
    }
    for (const id of ["pace", "heartrate"]) {
      const { field: mean, layer: shown, lo, hi } = layerFor(id);
      // So wide that the selection's own is taken.
      const wide = { lo: lo - 20 * (hi - lo), hi: hi + 20 * (hi - lo) };
      const [got, want] = [overview.range(shown, mean, flags, 14, wide), fine.range(shown, mean, flags, 14, wide)];
      assert.notDeepEqual(want, wide);
      near(got.lo, want.lo, `${id} of ${name}`);
      near(got.hi, want.hi, `${id} of ${name}`);
    }
    for (const id of ["visits", "pace", "heartrate", "hills"]) assert.equal(overview.nothing(layerFor(id).field, flags), fine.nothing(layerFor(id).field, flags));
  }
});

test("recency reaches from the first day of the selection to its last", () => {
  const t = tracksOf([0, 1, 2, 3].map(() => [[HOME, [HOME[0] + 900, HOME[1]]] as Line]));
  const ranges = new SelectionRanges(metadataOf([0, 18_000, 19_000, 19_300]), loadedOf(t));
  const { field, layer } = layerFor("recency");
  const whole = { lo: 18_000, hi: 19_300 };
  assert.deepEqual(ranges.range(layer, field, Uint8Array.of(0, 0, 1, 1), 14, whole), { lo: 19_000, hi: 19_300 });
  assert.deepEqual(ranges.range(layer, field, Uint8Array.of(1, 1, 0, 0), 14, whole), { lo: 18_000, hi: 18_000 });
  assert.deepEqual(ranges.range(layer, field, Uint8Array.of(1, 0, 0, 0), 14, whole), whole);
  assert.equal(daysOf({ day: [0] }, Uint8Array.of(1)), undefined);
});

test("means keep their range but where the selection would have one colour", () => {
  const line = (k: number): Line[] => [Array.from({ length: 30 }, (_, i) => [HOME[0] + 90 * i, HOME[1] + 50 * k] as const)];
  // Walks of 2.1 to 2.3 m/s, and runs of 2.5 to 4.5.
  const t = tracksOf([line(0), line(1)], {
    metres: () => 60,
    seconds: (i) => 60 / (i < 30 ? 2.1 + (0.2 * i) / 30 : 2.5 + (2 * (i - 30)) / 30),
  });
  const ranges = new SelectionRanges(metadataOf([18_000, 18_001]), loadedOf(t));
  const { field, layer } = layerFor("pace");
  const whole = { lo: 2.1, hi: 4.5 };
  assert.deepEqual(ranges.range(layer, field, Uint8Array.of(0, 1), 14, whole), whole);
  const walks = ranges.range(layer, field, Uint8Array.of(1, 0), 14, whole);
  assert.ok(Math.abs(walks.lo - 2.11) < 0.03 && Math.abs(walks.hi - 2.29) < 0.03, JSON.stringify(walks));
  // A whole range that the selection lies beyond is one colour, too.
  const beyond = ranges.range(layer, field, Uint8Array.of(0, 1), 14, { lo: 6, hi: 9 });
  assert.ok(beyond.hi < 4.6, JSON.stringify(beyond));
});

test("a selection says why a layer of it is empty", () => {
  const place = (k: number): Line[] => [[HOME, [HOME[0] + 900, HOME[1] + 9 * k]]];
  const t = tracksOf([place(0), place(1)], { heart: (i) => (i < 2 ? 0 : 140), rise: () => NaN, moving: (i) => (i < 2 ? 0 : 20), seconds: (i) => (i < 2 ? 0 : 20) });
  const ranges = new SelectionRanges(metadataOf([16_000, 20_080]), loadedOf(t));
  const why = (id: string, ...flags: number[]): string | undefined => ranges.nothing(layerFor(id).field, Uint8Array.from(flags));
  assert.equal(why("heartrate", 1, 0), "heartrate");
  assert.equal(why("heartrate", 1, 1), undefined);
  assert.equal(why("pace", 1, 0), "pace");
  assert.equal(why("hills", 1, 1), "altitude");
  assert.equal(why("fresh12", 1, 0), "fresh");
  assert.equal(why("fresh12", 0, 1), undefined);
  assert.equal(why("visits", 1, 0), undefined);
  assert.equal(why("recency", 1, 0), undefined);
  assert.equal(why("visits", 0, 0), "selection");
});

test("a day is told as one that somebody was out", () => {
  const day = [0, 18_000, 18_100, 18_300];
  const told = (to: number, ...flags: number[]): number | undefined => nearestDay({ day }, Uint8Array.from(flags), to);
  assert.equal(told(20_000, 1, 1, 1, 1), 18_300);
  assert.equal(told(18_060.5, 1, 1, 1, 1), 18_100);
  assert.equal(told(18_060.5, 1, 1, 0, 1), 18_000);
  assert.equal(told(5, 1, 0, 0, 0), undefined);
});

test("today is the reader's", () => {
  assert.equal(readersDay(new Date(2027, 0, 1, 0, 5)), Date.UTC(2027, 0, 1) / 86_400_000);
  assert.equal(readersDay(new Date(2026, 11, 31, 23, 55)), Date.UTC(2026, 11, 31) / 86_400_000);
});
