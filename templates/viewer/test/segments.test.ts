import assert from "node:assert/strict";
import { test } from "node:test";
import { runningMedian } from "../src/explore/segments/charts.ts";
import { type Effort, effortOf, efforts, followers, profileOf } from "../src/explore/segments/follow.ts";
import { fromGeoJSON, toGeoJSON } from "../src/explore/segments/geojson.ts";
import { mostTravelled, passings } from "../src/explore/segments/pick.ts";
import { metresUp, ranked } from "../src/explore/segments/results.ts";
import { sameRoute } from "../src/explore/segments/route.ts";
import { formatSegment, lengthOf, MAX_POINTS, parseSegment, type Polyline, type Segment, segmentOf, toTOML, tracksOf } from "../src/explore/segments/segment.ts";
import { Shelf } from "../src/explore/segments/shelf.ts";
import { GRID_BITS, metresPerUnit, type Tracks } from "../src/tracks/tracks.ts";
import { random } from "./harness/synthetic.ts";

const M = 2 ** (GRID_BITS - 1);
const UNITS = 1 / metresPerUnit(M);

type Points = readonly (readonly [x: number, y: number])[];

/** Places in metres around the middle of the map as a line. */
const line = (points: Points): Polyline => ({ x: points.map(([x]) => M + x * UNITS), y: points.map(([, y]) => M + y * UNITS) });

const segment = (points: Points, toleranceM = 25): Segment => ({ ...line(points), name: "", toleranceM });

/** Tracks of lines in metres, of which each metre takes as many seconds as told (a quarter by default). */
function tracks(all: readonly Points[], pace: readonly number[] = []): Tracks {
  const t = tracksOf(all.map(line));
  for (let v = 0; v < t.x.length; v++) {
    if (!t.joined[v]) continue;
    t.metres[v] = Math.hypot(t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!) / UNITS;
    t.seconds[v] = t.moving[v] = t.metres[v]! * (pace[t.activity[v]!] ?? 0.25);
    t.heart[v] = 140;
  }
  return t;
}

const all = (t: Tracks): Uint8Array => new Uint8Array(t.count).fill(1);
const told = (t: Tracks, s: Segment): string[] => efforts(t, all(t), s).map((e) => `${e.activity}${e.forward ? ">" : "<"}${Math.round(e.seconds)}`);

test("efforts are timed from gate to gate, both ways told apart", () => {
  const s = segment([[0, 0], [400, 0]]);
  const t = tracks(
    [
      [[-300, 0], [300, 5], [900, 0]],
      [[900, -10], [-300, -10]],
      [[-300, 100], [900, 100]], // the street beside it
      [[-300, 0], [200, 0], [200, 300], [300, 0], [900, 0]], // leaves it
      [[50, 0], [900, 0]], // begins behind the gate
      [[-300, 0], [900, 0], [900, 10], [-300, 10], [-300, -5], [900, -5]], // there, back and there
    ],
    [0.25, 0.5],
  );
  assert.deepEqual(told(t, s), ["0>100", "1<200", "5>100", "5<100", "5>100"]);
  const [first] = efforts(t, all(t), s);
  assert.ok(Math.abs(first!.metres - 400) < 0.5 && Math.round(first!.heart) === 140);
  assert.deepEqual(efforts(t, new Uint8Array(t.count), s), []);
});

test("laps are efforts of their own, rounds of a segment that ends where it begins too", () => {
  const lap: Points = [[0, 0], [300, 0], [300, 200], [0, 200], [0, 0]];
  const laps = [...Array.from({ length: 4 }, () => lap.slice(0, 4)).flat(), [0, 0], [100, 0]] as unknown as Points;
  const t = tracks([[[-50, 0], ...laps], [...laps].reverse()]);
  assert.deepEqual(told(t, segment([[50, 0], [250, 0]])), ["0>50", "0>50", "0>50", "0>50", "1<50", "1<50", "1<50", "1<50"]);
  const round = segment([[100, 0], [300, 0], [300, 200], [0, 200], [0, 0], [100, 0]]);
  assert.deepEqual(told(t, round).slice(0, 3), ["0>250", "0>250", "0>250"]);
});

test("a break is no effort; neither is turning back, but wavering within the tolerance is", () => {
  const s = segment([[0, 0], [400, 0]]);
  const broken = tracks([[[-100, 0], [200, 0], [210, 0], [500, 0]]]);
  broken.joined[1] = 0;
  assert.deepEqual(told(broken, s), []);
  assert.deepEqual(told(tracks([[[-100, 0], [300, 0], [200, 0], [500, 0]]]), s), []);
  assert.deepEqual(told(tracks([[[-100, 0], [220, 0], [200, 0], [500, 0]]]), s), ["0>110"]);
  // Who crosses the gate back and forth starts when he crosses it last.
  assert.deepEqual(told(tracks([[[-100, 0], [10, 0], [-5, 0], [8, 0], [-2, 0], [500, 0]]]), s), ["0>100"]);
});

/** Whether a part of a line follows a way, by a walk over both in steps: a pair of steps is reached from those before it. */
function follows(way: Polyline, l: Polyline, radius: number): boolean {
  const steps = ({ x, y }: Polyline): [number, number][] => {
    const out: [number, number][] = [];
    for (let i = 0; i + 1 < x.length; i++) {
      const n = Math.ceil(Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!) / (4 * UNITS));
      for (let k = 0; k < n; k++) out.push([x[i]! + (k / n) * (x[i + 1]! - x[i]!), y[i]! + (k / n) * (y[i + 1]! - y[i]!)]);
    }
    return [...out, [x[x.length - 1]!, y[y.length - 1]!]];
  };
  const [w, p] = [steps(way), steps(l)];
  let before = new Uint8Array(w.length);
  for (const [j, [px, py]] of p.entries()) {
    const now = new Uint8Array(w.length);
    for (const [i, [wx, wy]] of w.entries()) {
      if (Math.hypot(px - wx, py - wy) > radius) continue;
      now[i] = j === 0 ? Number(i === 0 || now[i - 1] === 1) : Number(before[i] || (i > 0 && (now[i - 1] || before[i - 1])));
    }
    before = now;
  }
  return before.at(-1) === 1;
}

test("what follows a way is what a walk in small steps finds", () => {
  const next = random(11);
  let [yes, no, near] = [0, 0, 0];
  for (let round = 0; round < 200; round++) {
    // A way that turns, and a line along it that strays, goes back and cuts corners.
    let [x, y, turn] = [0, 0, 0];
    const way: [number, number][] = [[0, 0]];
    for (let i = 0; i < 8; i++) {
      turn += (next() - 0.5) * (i === 0 ? 0 : 2.4);
      way.push([(x += Math.cos(turn) * 60), (y += Math.sin(turn) * 60)]);
    }
    const stray = 10 + 20 * next();
    const points: [number, number][] = [];
    for (const [i, [px, py]] of way.entries()) {
      points.push([px + (next() - 0.5) * stray * (i % 8 ? 2 : 0), py + (next() - 0.5) * stray * (i % 8 ? 2 : 0)]);
      if (next() < 0.15 && i > 1 && i < 8) points.push(points.at(-2)!, points.at(-1)!);
    }
    const ends = ([a, b]: [[number, number], [number, number]]): [number, number] => [2 * a[0] - b[0], 2 * a[1] - b[1]];
    const outer = [ends([way[0]!, way[1]!]), ...points, ends([way.at(-1)!, way.at(-2)!])];
    const radius = 25 * UNITS;
    const t = tracks([outer]);
    let found: [number, number] | undefined;
    followers(t, all(t), line(way), radius, (_, from, to) => (found = [from, to]));
    // The walk from gate to gate; lines cross each gate once or in a tangle, so it may begin at any crossing of it.
    const inner = found && effortOf(t, 0, found[0], found[1], true);
    const [narrow, wide] = [0.88, 1.12].map((f) => follows(line(way), line(points), f * radius));
    if (narrow !== wide) {
      near++;
      continue;
    }
    assert.equal(found !== undefined, wide, `round ${round}`);
    if (inner) assert.ok(inner.metres > 200);
    if (wide) yes++;
    else no++;
  }
  assert.ok(yes > 25 && no > 25, `${yes} do, ${no} do not, ${near} nearly`);
});

test("two places give the way that most took between them, in the order of the places", () => {
  const direct: Points = [[-200, 0], [600, 0]];
  const around: Points = [[-200, 0], [0, 0], [0, 150], [400, 150], [400, 0], [600, 0]];
  const t = tracks([around, direct, [...around].reverse(), around.map(([x, y]) => [x + 4, y - 5] as const), [[-200, 300], [600, 300]]]);
  const [a, b] = [{ x: M, y: M }, { x: M + 400 * UNITS, y: M }];
  const found = passings(t, all(t), a, b, 20 * UNITS);
  assert.deepEqual(found.map((p) => p.activity), [0, 1, 2, 3]);
  const best = mostTravelled(found, 25 * UNITS)!;
  assert.notEqual(best.activity, 1);
  assert.ok(Math.abs(lengthOf(best.line) - 695) < 8 && best.line.x[0]! < best.line.x[best.line.x.length - 1]!);
  // Of a picked activity its own way, and from the other end the other way round.
  const [own] = passings(t, Uint8Array.of(0, 1, 0, 0, 0), b, a, 20 * UNITS);
  assert.ok(Math.abs(lengthOf(own!.line) - 400) < 1 && own!.line.x[0]! > own!.line.x[own!.line.x.length - 1]!);
  assert.deepEqual(passings(t, all(t), a, { x: M, y: M + 2000 * UNITS }, 20 * UNITS), []);
  // One place twice is a round.
  const lap: Points = [[0, 0], [300, 0], [300, 200], [0, 200], [0, 0], [300, 0]];
  const rounds = passings(tracks([lap]), Uint8Array.of(1), { x: M + 150 * UNITS, y: M }, { x: M + 152 * UNITS, y: M }, 20 * UNITS);
  assert.deepEqual(rounds.map(({ line: l }) => Math.round(lengthOf(l))), [1000]);
});

test("links have segments as they are, and nothing else is one", () => {
  const points = Array.from({ length: 900 }, (_, i): [number, number] => [8 * i, 300 * Math.sin(i / 9)]);
  const made = segmentOf(line(points), " Up\tthe \u202ehill ", 15)!;
  assert.ok(made.x.length <= MAX_POINTS && Math.abs(lengthOf(made) / lengthOf(line(points)) - 1) < 0.05);
  assert.equal(made.name, "Up the hill");
  const text = formatSegment(made);
  assert.ok(text.length < 1000, `${text.length} characters`);
  assert.deepEqual(parseSegment(text), made);
  assert.deepEqual(parseSegment(formatSegment({ ...made, name: "a.b" }))?.name, "a.b");
  assert.equal(segmentOf(line([[0, 0], [10, 0]])), undefined);
  for (const bad of ["", "25.", "26" + text.slice(2), "25.AAAA", "25." + "_".repeat(40), "25.!!!!", text.slice(0, 40) + "_", "25." + "A".repeat(5000)]) assert.equal(parseSegment(bad), undefined, bad.slice(0, 20));
});

test("heatmap.toml and archives have the text that links have", () => {
  // As layers/segments/segments_test.go has it.
  const made: Segment = { name: "K\u00fche & H\u00fcgel. 2", toleranceM: 25, x: [M, M + 400, M + 390], y: [M, M, M - 1000] };
  assert.equal(formatSegment(made), "25.gggggBgggggBwMAJnf.K\u00fche & H\u00fcgel. 2");
  assert.equal(toTOML([{ ...made, name: 'A "\\b"' }, { ...made, name: "" }]), '[[segment]]\nname = "A \\"\\\\b\\""\nlink = "25.gggggBgggggBwMAJnf"\n\n[[segment]]\nlink = "25.gggggBgggggBwMAJnf"\n');
  // Names end between characters, however these are stored.
  assert.equal(segmentOf(line([[0, 0], [300, 0]]), `${"x".repeat(59)}\u{1f600}\u{1f600}`)?.name, `${"x".repeat(59)}\u{1f600}`);
});

test("the profile of an effort begins and ends at the gates", () => {
  const t = tracks([[[-100, 0], [100, 0], [300, 0], [500, 0]]]);
  t.altitude.set([0, 20, 40, 10]);
  const [e] = efforts(t, all(t), segment([[0, 0], [400, 0]]));
  const { metres, altitude } = profileOf(t, e!);
  assert.deepEqual(altitude.map(Math.round), [10, 20, 40, 25]);
  assert.deepEqual(metres.map(Math.round), [0, 100, 300, 400]);
});

test("a file of segments is read as it was written, and nothing in it does harm", () => {
  const made = [segmentOf(line([[0, 0], [300, 40], [500, 0]]), "Hill <1>", 50)!, segmentOf(line([[0, 0], [0, 900]]))!];
  const again = fromGeoJSON(toGeoJSON(made));
  assert.deepEqual(again.map(({ name, toleranceM }) => [name, toleranceM]), [["Hill <1>", 50], ["", 25]]);
  for (const [i, s] of made.entries()) assert.ok(Array.from(s.x).every((x, k) => Math.abs(x - again[i]!.x[k]!) <= 2 && Math.abs(s.y[k]! - again[i]!.y[k]!) <= 2));
  const feature = (coordinates: unknown, properties: unknown = {}): string => JSON.stringify({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
  assert.equal(fromGeoJSON(feature([[8, 48], [8.01, 48]], { name: 7, tolerance_m: "wide" }))[0]!.toleranceM, 25);
  assert.equal(fromGeoJSON(feature([[8, 48, 300], [8.01, 48, 310]], null)).length, 1);
  for (const bad of ["", "{", "null", "[]", "[".repeat(100_000), feature([]), feature([[8, 48]]), feature([[8, 48], [8, 91]]), feature([[8, 48], ["8", 48]]), feature([[8, 48], [1e300, 48]]), feature([[8, 48], null]), feature("x"), '{"type":"FeatureCollection","features":{"length":9}}']) {
    assert.deepEqual(fromGeoJSON(bad), [], bad.slice(0, 60));
  }
});

test("the browser keeps segments, the newest first, and bears whatever it finds", () => {
  const kept = new Map<string, string>();
  const store = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) };
  const [a, b] = [segmentOf(line([[0, 0], [300, 0]]), "a")!, segmentOf(line([[0, 0], [0, 300]]), "b")!];
  const shelf = new Shelf(store);
  shelf.put(a);
  shelf.put(b);
  shelf.put({ ...a, name: "c" });
  assert.deepEqual(new Shelf(store).segments.map((s) => s.name), ["c", "b"]);
  shelf.remove(b);
  assert.deepEqual(new Shelf(store).segments.map((s) => s.name), ["c"]);
  for (const bad of ["", "{}", "[1,null,\"25.x\"]", "[["]) {
    kept.set("heatmapgen.segments", bad);
    assert.deepEqual(new Shelf(store).segments, []);
  }
  const full = new Shelf({ getItem: () => null, setItem: () => { throw new Error("full"); } });
  full.put(a);
  assert.equal(full.segments.length, 1);
});

test("the same route is all of it, either way round, whoever starts at another door", () => {
  const loop: Points = [[0, 0], [1000, 0], [1000, 800], [0, 800], [0, 40]];
  const t = tracks([
    loop,
    loop.map(([x, y]) => [x + 15, y - 20] as const),
    [...loop].reverse(),
    [[0, 100], ...[...loop].reverse().slice(1), [0, 60]], // another door
    [...loop.slice(0, 4), [0, 500], [400, 500], [0, 480], [0, 40]], // a way of its own
    loop.slice(0, 3), // half of it
    [[0, 0], [1000, 0], [0, 0], [1000, 0]],
  ]);
  assert.deepEqual(sameRoute(t, all(t), 0).map((e) => `${e.activity}${e.forward ? ">" : "<"}`), ["0>", "1>", "2<", "3<"]);
  assert.deepEqual(sameRoute(t, all(t), 6).map((e) => e.activity), [6]);
  assert.deepEqual(sameRoute(t, Uint8Array.of(0, 1, 0, 0, 0, 0, 0), 0).map((e) => Math.round(e.seconds)), [890]);
});

test("ranks are by time, those without times last; the middle of a trend bears a single slow day", () => {
  const e = (activity: number, seconds: number): Effort => ({ activity, forward: true, from: 0, to: 1, seconds, moving: seconds, metres: 1, heart: 0 });
  assert.deepEqual(ranked([e(0, 90), e(1, 0), e(2, 80), e(3, 90)]).map((r) => r.activity), [2, 0, 3, 1]);
  assert.deepEqual(runningMedian([100, 98, 300, 96, 94]), [100, 99, 98, 97, 96]);
  assert.equal(metresUp([0, 10, 5, 25]), 30);
});
