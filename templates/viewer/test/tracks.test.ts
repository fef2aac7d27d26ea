import assert from "node:assert/strict";
import { test } from "node:test";
import { activitiesNear, CELL_BITS, cellsOf, crowded } from "../src/tracks/cells.ts";
import { marks } from "../src/tracks/marks.ts";
import { gridOf, lonLat } from "../src/tracks/measure.ts";
import { near } from "../src/tracks/near.ts";
import { GRID_BITS, metresPerUnit, type Tracks } from "../src/tracks/tracks.ts";

/** Tracks of lines in grid units; of every segment a metre takes as many seconds as the pace says. */
function lines(all: { points: [number, number][]; heart?: number; secondsPerMetre?: number }[]): Tracks {
  const n = all.reduce((sum, l) => sum + l.points.length, 0);
  const f = (): Float32Array => new Float32Array(n);
  const t: Tracks = {
    count: all.length,
    first: new Uint32Array(all.length + 1),
    x: new Int32Array(n),
    y: new Int32Array(n),
    activity: new Uint32Array(n),
    joined: new Uint8Array(n),
    heart: new Uint8Array(n),
    readings: {},
    bounds: new Int32Array(4 * all.length),
    ...{ seconds: f(), moving: f(), metres: f(), rise: f(), steep: f(), hill: f(), altitude: f() },
  };
  let v = 0;
  all.forEach(({ points, heart = 0, secondsPerMetre = 0.25 }, a) => {
    t.first[a] = v;
    points.forEach(([x, y], i) => {
      [t.x[v], t.y[v], t.activity[v]] = [x, y, a];
      const next = points[i + 1];
      if (next) {
        t.joined[v] = 1;
        t.metres[v] = Math.hypot(next[0] - x, next[1] - y) * metresPerUnit(y);
        t.seconds[v] = t.moving[v] = t.metres[v]! * secondsPerMetre;
        t.heart[v] = heart;
      }
      v++;
    });
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    t.bounds.set([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 4 * a);
  });
  t.first[all.length] = v;
  return t;
}

const M = 2 ** (GRID_BITS - 1);

test("who was here: all who passed within the radius, the newest first, with what they did there", () => {
  const t = lines([
    { points: [[M - 1000, M], [M + 1000, M]], heart: 120, secondsPerMetre: 0.25 },
    { points: [[M - 1000, M + 30], [M + 1000, M + 30]] },
    { points: [[M - 1000, M + 5], [M, M + 5], [M + 1000, M + 5]], heart: 160, secondsPerMetre: 0.5 },
    { points: [[M + 5000, M], [M + 6000, M]] },
  ]);
  const all = Uint8Array.from([1, 1, 1, 1]);
  const found = near(t, all, { x: M, y: M }, 10);
  assert.deepEqual(found.map((p) => p.activity), [2, 0]);
  const [slow, fast] = found as [(typeof found)[0], (typeof found)[0]];
  assert.ok(Math.abs(fast.speed - 4) < 0.01 && Math.abs(slow.speed - 2) < 0.01);
  // The fewer seconds a segment has, the less is known.
  assert.ok(fast.doubt > 0.02 && fast.doubt > slow.doubt);
  assert.ok(Math.abs(fast.heart - 120) < 1e-6 && Math.abs(slow.heart - 160) < 1e-6);
  // The chord of the circle: 20 units, and 2 sqrt(100 - 25).
  const metre = metresPerUnit(M);
  assert.ok(Math.abs(fast.metres - 20 * metre) < 0.01);
  assert.ok(Math.abs(slow.metres - 2 * Math.sqrt(75) * metre) < 0.01);
  assert.deepEqual(near(t, Uint8Array.from([0, 1, 1, 1]), { x: M, y: M }, 10).map((p) => p.activity), [2]);
  assert.deepEqual(near(t, all, { x: M, y: M + 3000 }, 10), []);
});

test("a place is found across the antimeridian", () => {
  const world = 2 ** GRID_BITS;
  const t = lines([{ points: [[world - 500, M], [world + 500, M]] }]);
  assert.equal(near(t, Uint8Array.of(1), { x: 100, y: M }, 5).length, 1);
  assert.equal(near(t, Uint8Array.of(1), { x: world - 100, y: M }, 5).length, 1);
});

test("cells miss nobody that a search of all segments finds", () => {
  let seed = 3;
  const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const t = lines(
    Array.from({ length: 60 }, () => {
      let [x, y] = [M + random(4000), M + random(4000)];
      return { points: Array.from({ length: 30 }, (): [number, number] => [(x += random(401) - 200), (y += random(401) - 200)]) };
    }),
  );
  const cells = cellsOf(t);
  const all = new Uint8Array(t.count).fill(1);
  for (let i = 0; i < 300; i++) {
    const [x, y, r] = [M + random(4000), M + random(4000), 1 + random(60)];
    const want: number[] = [];
    for (let a = 0; a < t.count; a++) {
      for (let v = t.first[a]!; v < t.first[a + 1]! - 1; v++) {
        const [dx, dy] = [t.x[v + 1]! - t.x[v]!, t.y[v + 1]! - t.y[v]!];
        const k = Math.max(0, Math.min(1, ((x - t.x[v]!) * dx + (y - t.y[v]!) * dy) / (dx * dx + dy * dy || 1)));
        if (Math.hypot(t.x[v]! + k * dx - x, t.y[v]! + k * dy - y) <= r && want.at(-1) !== a) want.push(a);
      }
    }
    assert.deepEqual(near(t, all, { x, y }, r).map((p) => p.activity), want.reverse());
    assert.ok(want.every((a) => activitiesNear(cells, x, y, r).includes(a)));
  }
});

test("lines without end are told before they fill the memory", () => {
  const there: [number, number] = [2 ** 30, M];
  const damaged = lines([{ points: Array.from({ length: 1000 }, (_, i) => (i % 2 ? there : [0, M])) }]);
  assert.throws(() => cellsOf(damaged), /damaged: their lines are too long/);
  // A few long ones are none of that: 1000 km on a ferry, told by its harbours.
  const cells = cellsOf(lines([{ points: [[M, M], [M + Math.round(1_000_000 / metresPerUnit(M)), M]] }]));
  assert.ok(cells.keys.length > 13_000);
});

test("crowds are of activities, not of passes, the fullest first", () => {
  const there: [number, number] = [M + 10, M + 10];
  const back: [number, number] = [M + 10 + 3 * 2 ** CELL_BITS, M + 10];
  const t = lines([{ points: [there, back, there, back] }, { points: [there, back] }, { points: [back, there] }]);
  const cells = cellsOf(t);
  assert.equal(crowded(cells, [1, 1, 1], 0, 1)[0]!.visits, 3);
  assert.equal(crowded(cells, [1, 0, 1], 0, 1)[0]!.visits, 2);
  assert.deepEqual(crowded(cells, [0, 0, 0], 0, 1), []);
  const far = lines([{ points: [there, back] }, { points: [there, back] }, { points: [[2 * M - 99, M], [2 * M - 90, M]] }]);
  for (const bits of [0, 3, 9]) {
    const squares = crowded(cellsOf(far), [1, 1, 1], bits, 50);
    const side = 2 ** (CELL_BITS + bits);
    assert.deepEqual(squares[0], { x: Math.floor(there[0] / side), y: Math.floor(there[1] / side), visits: 2 });
    assert.deepEqual(squares.at(-1), { x: Math.floor((2 * M - 99) / side), y: Math.floor(M / side), visits: 1 });
  }
});

test("marks lie at every kilometre of the way", () => {
  const km = 1000 / metresPerUnit(M);
  const t = lines([{ points: [[M, M], [Math.round(M + 1.5 * km), M], [Math.round(M + 3.25 * km), M]] }]);
  const found = marks(t, 0, 1000);
  assert.equal(found.length, 3);
  found.forEach(({ lon, lat, metres }, i) => {
    const { x } = gridOf(lon, lat);
    assert.ok(Math.abs(x - M - (i + 1) * km) < 2, `${i}`);
    assert.equal(metres, 1000 * (i + 1));
  });
});

test("places on the grid and in degrees are the same", () => {
  for (const [lon, lat] of [[8.45, 49.01], [-179.9, -60], [0, 0]] as const) {
    const { x, y } = gridOf(lon, lat);
    const [lon2, lat2] = lonLat(x, y);
    assert.ok(Math.abs(lon - lon2) < 1e-9 && Math.abs(lat - lat2) < 1e-9);
  }
});
