import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities } from "../src/archive/metadata.ts";
import { boardOf } from "../src/explore/squares/board.ts";
import { CALENDAR, calendarPaths, cornerOf, dayAt } from "../src/explore/year/calendar.ts";
import { type CardContents, cardLayout, cardName, type Shape, SHAPES } from "../src/explore/year/cardlayout.ts";
import { byDay, byMonth, cumulated, dayStreak, daysOf, earliest, eddington, firstOf, inYear, most, newGround, shadeOf, SHADES, shadesOf, sharesOf, weekStreak, yearsOf } from "../src/explore/year/figures.ts";
import { formatChoice, parseChoice, reportOf } from "../src/explore/year/report.ts";
import { random } from "./harness/synthetic.ts";

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
const dated = (d: number): string => new Date(d * 86_400_000).toISOString().slice(0, 10);

/** Activities on random days of some years, oldest first, the first ones without a date. */
function activitiesOf(seed: number, count: number): Activities {
  const next = random(seed);
  const days = Array.from({ length: count }, (_, i) => (i < 3 ? 0 : Math.floor(day("2022-11-20") + 900 * next()))).sort((p, q) => p - q);
  return {
    day: days,
    sport: days.map(() => Math.floor(3 * next())),
    distanceM: days.map(() => Math.round(25_000 * next())),
    movingS: days.map(() => Math.round(9000 * next())),
    ascentM: days.map(() => Math.round(600 * next())),
    sports: ["Run", "Ride", "Hike", "Swim"],
    place: [],
    name: [],
  };
}

const rows = (a: Activities): number[] => a.day.map((_, i) => i);
const sum = (values: readonly number[]): number => values.reduce((n, v) => n + v, 0);
/** Whether two sums are the same but for the order in which they were added up. */
const same = (p: number, q: number): boolean => Math.abs(p - q) < 1e-6;

test("days, months and sums up to a day are what a walk over all activities finds", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const a = activitiesOf(seed, 300);
    const next = random(100 + seed);
    const flags = Uint8Array.from(a.day, () => (next() < 0.7 ? 1 : 0));
    const days = daysOf(a, flags);
    const chosen = rows(a).filter((i) => flags[i] && a.day[i] !== 0);
    const texts = a.day.map(dated);
    assert.deepEqual(days.day, [...new Set(chosen.map((i) => a.day[i]!))]);
    assert.deepEqual(yearsOf(days), [2022, 2023, 2024, 2025].filter((y) => y <= Number(dated(days.day.at(-1)!).slice(0, 4)) && y >= Number(dated(days.day[0]!).slice(0, 4))));
    for (const year of [2021, 2022, 2023, 2024, 2025]) {
      const on = (start: string): number => sum(chosen.filter((i) => texts[i]!.startsWith(start)).map((i) => a.distanceM[i]!));
      const months = Array.from({ length: 12 }, (_, m) => on(`${year}-${String(m + 1).padStart(2, "0")}`));
      assert.deepEqual(byMonth(days, year), months);
      const each = byDay(days, year);
      assert.equal(each.length, year === 2024 ? 366 : 365);
      each.forEach((m, i) => assert.equal(m, on(dated(firstOf(year) + i))));
      const until = day(`${year}-07-19`);
      const sums = cumulated(days, year, until);
      assert.equal(sums.length, 366);
      for (const [i, date] of [[0, "01-01"], [58, "02-28"], [59, year === 2024 ? "02-29" : "02-28"], [60, "03-01"], [200, "07-19"]] as const) {
        assert.ok(same(sums[i]!, sum(chosen.filter((k) => a.day[k]! >= firstOf(year) && texts[k]! <= `${year}-${date}`).map((k) => a.distanceM[k]!))), `${year}-${date}`);
      }
      assert.deepEqual([...new Set(sums.slice(201))], [null]);
    }
  }
});

test("streaks and the Eddington number are the best of all that there could be", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const a = activitiesOf(seed, 40 + 60 * (seed % 10));
    const days = daysOf(a, new Uint8Array(a.day.length).fill(1));
    const out = new Set(days.day);
    let best = 0;
    for (const first of days.day) {
      let n = 0;
      while (out.has(first + n)) n++;
      best = Math.max(best, n);
    }
    const streak = dayStreak(days);
    assert.equal(streak.length, best);
    for (let d = streak.first; d <= streak.last; d++) assert.ok(out.has(d));
    assert.equal(streak.last - streak.first + 1, best);
    // Weeks: every Monday from which each of n weeks has a day.
    const some = (monday: number): boolean => [0, 1, 2, 3, 4, 5, 6].some((k) => out.has(monday + k));
    let weeks = 0;
    for (let monday = day("2022-11-14"); monday < day("2025-06-01"); monday += 7) {
      let n = 0;
      while (some(monday + 7 * n)) n++;
      weeks = Math.max(weeks, n);
    }
    const row = weekStreak(days);
    assert.equal(row.length, weeks);
    assert.equal(new Date(row.first * 86_400_000).getUTCDay(), 1);
    assert.equal(row.last - row.first + 1, 7 * weeks);
    for (const unit of [1000, 1609.344]) {
      const enough = (e: number): boolean => days.metres.filter((m) => m >= e * unit).length >= e;
      const e = eddington(days, unit);
      assert.ok(enough(e) && !enough(e + 1), `${e}`);
    }
  }
  assert.deepEqual([dayStreak({ day: [], metres: [] }).length, weekStreak({ day: [], metres: [] }).length, eddington({ day: [], metres: [] }, 1000)], [0, 0, 0]);
});

test("the longest, sports and shades", () => {
  const a = activitiesOf(7, 200);
  const flags = Uint8Array.from(a.day, (_, i) => (i % 3 === 0 ? 0 : 1));
  const chosen = rows(a).filter((i) => flags[i]);
  assert.equal(a.distanceM[most(flags, a.distanceM)!], Math.max(...chosen.map((i) => a.distanceM[i]!)));
  assert.equal(most(flags, []), undefined, "where no ascent is known");
  assert.equal(earliest(Uint8Array.of(1, 1, 1, 0, 1, 1), [-1, 2, 7, 4, 6, 6]), 4, "two at night is late, four is not asked for");
  assert.equal(earliest(Uint8Array.of(1, 1), [-1, -1]), undefined);
  assert.equal(earliest(Uint8Array.of(1, 1)), undefined, "where no hours are told");
  const shares = sharesOf(a, flags);
  assert.deepEqual(shares.map((s) => s.sport).sort(), [0, 1, 2], "none of the sport that nobody did");
  for (const s of shares) assert.deepEqual([s.count, s.metres], [chosen.filter((i) => a.sport[i] === s.sport).length, sum(chosen.filter((i) => a.sport[i] === s.sport).map((i) => a.distanceM[i]!))]);
  assert.ok(shares.every((s, i) => i === 0 || s.metres <= shares[i - 1]!.metres));
  const days = daysOf(a, flags);
  const least = shadesOf(days);
  const counts = new Array<number>(SHADES + 1).fill(0);
  for (const m of days.metres) counts[shadeOf(m, least)]!++;
  assert.equal(counts[0], 0);
  for (const n of counts.slice(1)) assert.ok(Math.abs(n - days.day.length / SHADES) <= 1, `${counts}`);
  assert.equal(shadeOf(0, least), 0);
});

test("new ground is what no earlier outing of the selection entered", () => {
  const next = random(3);
  // One block of 16 x 16 squares; activity 5 has none.
  const visits = Array.from({ length: 12 }, (_, a) => (a === 5 ? [] : [...new Set(Array.from({ length: 20 }, () => Math.floor(256 * next())))].sort((p, q) => p - q)));
  const with_ = visits.map((v, a) => ({ v, a })).filter(({ v }) => v.length > 0);
  const board = boardOf([{ x: 0, y: 0, bits: 4, activity: Uint32Array.from(with_, ({ a }) => a), count: Uint32Array.from(with_, ({ v }) => v.length), code: Uint32Array.from(with_.flatMap(({ v }) => v)) }], 17, 12);
  const distance = visits.map(() => Math.round(10_000 * next()));
  const chosen = Uint8Array.from(visits, (_, a) => (a >= 4 && a !== 7 ? 1 : 0));
  const earlier = Uint8Array.from(visits, (_, a) => (a !== 2 && a !== 7 ? 1 : 0));
  const known = new Set<number>();
  let [squares, metres] = [0, 0];
  visits.forEach((v, a) => {
    const fresh = v.filter((s) => !known.has(s)).length;
    if (earlier[a] || chosen[a]) v.forEach((s) => known.add(s));
    if (!chosen[a] || v.length === 0) return;
    squares += fresh;
    metres += (distance[a]! * fresh) / v.length;
  });
  const found = newGround(board, distance, chosen, earlier);
  assert.equal(found.squares, squares);
  assert.ok(same(found.metres, metres) && metres > 0);
  assert.ok(newGround(board, distance, chosen, chosen).squares > squares, "without what came before, more is new");
});

test("a year beside the same days of the one before", () => {
  const a = activitiesOf(11, 400);
  const until = day("2024-05-10");
  const known: Activities = { ...a, day: a.day.map((d) => Math.min(d, until)) };
  const total = (from: string, to: string, of = known): number => sum(rows(of).filter((i) => of.day[i]! >= day(from) && of.day[i]! <= day(to)).map((i) => of.distanceM[i]!));
  const report = reportOf(known, {}, undefined, until)!;
  assert.equal(report.year, 2024);
  assert.deepEqual(report.years, [2022, 2023, 2024]);
  assert.equal(report.totals.distanceM, total("2024-01-01", "2024-12-31"));
  assert.equal(report.totalsBefore!.distanceM, total("2023-01-01", "2023-05-10"));
  assert.ok(same(sum(report.daysBefore.metres), total("2023-01-01", "2023-12-31")));
  // A year that is over is beside the whole one before, and a span of it beside the same span.
  assert.equal(reportOf(a, {}, 2024, day("2025-03-01"))!.totalsBefore!.distanceM, total("2023-01-01", "2023-12-31", a));
  const spring = reportOf(a, { from: day("2024-03-01"), to: day("2024-05-31") }, 2024, day("2025-03-01"))!;
  assert.deepEqual(spring.years, [2024]);
  assert.equal(spring.totalsBefore!.distanceM, total("2023-03-01", "2023-05-31", a));
  // All years have none before them, and a year that there is not is the newest.
  const all = reportOf(a, { sports: ["Run"] }, "all", until)!;
  assert.equal(all.totalsBefore, undefined);
  assert.equal(all.totals.count, a.sport.filter((s) => s === 0).length);
  assert.equal(reportOf(a, {}, 1999, until)!.year, Number(dated(a.day.at(-1)!).slice(0, 4)));
  assert.equal(reportOf(a, { minM: 1e9 }, 2024, until), undefined);
  assert.equal(inYear(day("2024-02-29"), 2023), day("2023-03-01"));
});

test("every day has a square of its own on the calendar, and a place leads back to its day", () => {
  for (const year of [2023, 2024, 2000, 2028]) {
    const taken = new Set<string>();
    const count = firstOf(year + 1) - firstOf(year);
    for (let d = firstOf(year); d < firstOf(year + 1); d++) {
      const { x, y } = cornerOf(d, year);
      taken.add(`${x} ${y}`);
      assert.ok(x >= 0 && y >= 0 && x + 10 <= CALENDAR.width && y + 10 <= CALENDAR.height);
      assert.equal(dayAt(x + 9, y + 9, year), d);
      if (new Date(d * 86_400_000).getUTCDay() === 1) assert.equal(y, cornerOf(firstOf(2029), 2029).y, "2029 begins on a Monday");
    }
    assert.equal(taken.size, count);
    const metres = Array.from({ length: count }, (_, i) => (i % 2) * i);
    const paths = calendarPaths(year, metres, [10, 20, 30, 40]);
    assert.deepEqual(paths.map((p) => p.split("z").length - 1), [Math.ceil(count / 2), 5, 5, 5, 5, Math.floor(count / 2) - 20]);
    for (const [x, y] of [[-1, 20], [20, 5], [20, 120], [9999, 50]] as const) assert.equal(dayAt(x, y, year), undefined);
  }
});

test("nothing on the picture of a year leaves it or lies on something else, however long the numbers are", () => {
  const measure = (text: string, size: number, bold: boolean): number => text.length * size * (bold ? 0.62 : 0.56);
  const long: CardContents = {
    title: "Die Karte aller Wege von jemandem mit einem langen Namen",
    year: "Alle Jahre",
    main: { value: "1.234.567", unit: "km", label: "" },
    more: ["Zeit in Bewegung", "Anstieg", "Aktivitäten", "Tage am Stück"].map((label) => ({ value: "1.234.567", unit: "km", label })),
    credits: "\u00a9 Stadia Maps, OpenMapTiles, OpenStreetMap contributors \u00b7 somebody with a rather long name indeed, and all friends",
  };
  for (const shape of Object.keys(SHAPES) as Shape[]) {
    const { texts, shade } = cardLayout(shape, long, measure);
    const { width, height } = SHAPES[shape];
    assert.equal(texts.length, 4 + 1 + 12, "all that is to be said");
    const boxes = texts.map((t) => ({ ...t, right: t.x + measure(t.text, t.size, t.bold), top: t.y - 0.75 * t.size, bottom: t.y + 0.2 * t.size }));
    for (const [i, b] of boxes.entries()) {
      assert.ok(b.x >= 72 && b.right <= width - 72 + 1 && b.top >= 0 && b.bottom <= height, `${shape}: ${b.text}`);
      assert.ok(b.top >= shade.from, `${shape}: ${b.text} stands on the heat`);
      for (const o of boxes.slice(i + 1)) assert.ok(b.right <= o.x || o.right <= b.x || b.bottom <= o.top || o.bottom <= b.top, `${shape}: ${b.text} and ${o.text}`);
    }
  }
  assert.equal(cardName("all", "9:16"), "heatmap-all-9x16.png");
});

test("links say which year, and whether its page is open", () => {
  for (const of of ["", "2025", "all", "2025.charts", ".charts", "all.charts"]) assert.equal(formatChoice(parseChoice(of)), of);
  for (const of of ["20", "2025.x", "2025charts", "every", "2025.charts.charts"]) assert.deepEqual(parseChoice(of), { year: undefined, page: false });
});
