import assert from "node:assert/strict";
import { test } from "node:test";
import { type Activities, parseMetadata } from "../src/archive/metadata.ts";
import { dayBars, Counter, distanceBars } from "../src/histogram.ts";
import { asLimit, type HourSpan, lengthOf, toggled, weekdayOf, withinHours, wordChoices } from "../src/labels.ts";
import { formatLink, parseLink } from "../src/link.ts";
import { dayAxis, distanceAxis } from "../src/axes.ts";
import { isAll, sameSelection, type Selection, select, totalsOf } from "../src/selection.ts";
import { knownSelection } from "../src/state.ts";
import { describeSelection } from "../src/text/describe.ts";
import { de } from "../src/text/de.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";
import { filterRows, searchTexts, sortKeys, sortRows } from "../src/ui/tablerows.ts";
import { dragged, hourAt, turn } from "../src/ui/timering.ts";

let seed = 3;
const random = (below: number): number => Math.floor(((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647) * below);

const N = 400;
const GEARS = ["Red, 50% off", "", "Grün"];
const KINDS = ["", "race", "ordinary"];
const column = (make: () => number): number[] => Array.from({ length: N }, make);
const A: Activities = {
  day: column(() => (random(9) === 0 ? 0 : 20_000 + random(300))),
  sport: column(() => random(2)),
  distanceM: column(() => 1000 + random(30_000)),
  movingS: column(() => random(9000)),
  ascentM: column(() => random(900)),
  sports: ["Run", "Ride"],
  name: [],
  place: [],
  gear: column(() => random(3)),
  gears: GEARS,
  kind: column(() => random(3)),
  kinds: KINDS,
  commute: column(() => random(3)),
  hour: column(() => random(25) - 1),
};

/** A selection with limits that are there or not. */
function anySelection(): Selection {
  const s: Selection = {};
  if (random(3) === 0) s.from = 20_000 + random(200);
  if (random(4) === 0) s.maxM = 5000 + random(20_000);
  if (random(4) === 0) s.sports = ["Ride"];
  if (random(2) === 0) s.gear = random(2) === 0 ? ["Grün"] : ["Red, 50% off", "Grün"];
  if (random(3) === 0) s.kinds = ["race"];
  if (random(3) === 0) s.commute = random(2) === 0;
  if (random(2) === 0) {
    const span: HourSpan = [random(24), random(24)];
    if (asLimit(span)) s.hours = span;
  }
  if (random(3) === 0) s.weekdays = [1, 5, 6];
  return s;
}

/** What is selected, told activity by activity from what the limits mean. */
function wanted(s: Selection, i: number): boolean {
  const day = A.day[i]!;
  const hours: number[] = [];
  if (s.hours) for (let h = s.hours[0]; hours.push(h) && h !== s.hours[1]; h = (h + 1) % 24);
  return (
    (s.from === undefined || (day !== 0 && day >= s.from)) &&
    (s.maxM === undefined || A.distanceM[i]! <= s.maxM) &&
    (!s.sports || s.sports.includes(A.sports[A.sport[i]!]!)) &&
    (!s.gear || (GEARS[A.gear![i]!] !== "" && s.gear.includes(GEARS[A.gear![i]!]!))) &&
    (!s.kinds || s.kinds.includes(KINDS[A.kind![i]!]!)) &&
    (s.commute === undefined || s.commute === (A.commute![i] === 2)) &&
    (!s.hours || hours.includes(A.hour![i]!)) &&
    (!s.weekdays || (day !== 0 && s.weekdays.map((d) => (d + 1) % 7).includes(new Date(day * 86_400_000).getUTCDay())))
  );
}

test("selections, counters and links agree with what the limits mean", () => {
  const [days, metres] = [dayAxis(A.day)!, distanceAxis(A.distanceM)!];
  const counter = new Counter(A, dayBars(A.day, days), distanceBars(A.distanceM, metres));
  for (let round = 0; round < 300; round++) {
    const s = anySelection();
    const flags = A.day.map((_, i) => Number(wanted(s, i)));
    assert.deepEqual([...select(s, A)], flags, JSON.stringify(s));
    const counts = counter.count(s);
    assert.deepEqual(counts.totals, totalsOf(A, Uint8Array.from(flags)));
    const { hours: _, ...others } = s;
    const byHour = new Array<number>(24).fill(0);
    A.hour!.forEach((hour, i) => hour >= 0 && wanted(others, i) && byHour[hour]!++);
    assert.deepEqual([...counts.hours], byHour);
    const back = parseLink(formatLink({ selection: s })).selection ?? {};
    assert.ok(sameSelection(back, s), formatLink({ selection: s }));
    assert.ok(sameSelection(knownSelection(back, A), s));
    assert.equal(isAll(s), Object.keys(s).length === 0);
    assert.equal(sameSelection(s, { ...s, hours: [1, 1] }), false);
  }
});

test("what is not published does not limit", () => {
  const { gear: _g, gears: _n, kind: _k, kinds: _w, commute: _c, hour: _h, ...plain } = A;
  const s: Selection = { from: 20_000, gear: ["Grün"], kinds: ["race"], commute: true, hours: [1, 2], weekdays: [0] };
  assert.deepEqual(knownSelection(s, plain), { from: 20_000, weekdays: [0] });
  assert.deepEqual(knownSelection({ gear: ["", "Gone", "Grün"], kinds: ["x"] }, A), { gear: ["Grün"] });
});

for (const piece of ["hours=24-3", "hours=5-4", "hours=0-23", "hours=5", "hours=-1-4", "days=0", "days=8,1", "days=1,2,3,4,5,6,7", "days=", "commute=maybe", "gear=,", "kind=", "hours=1e1-2"]) {
  test(`${piece} is left out of a link`, () => assert.deepEqual(parseLink(`layer=pace&${piece}`), { layer: "pace" }));
}

test("hours go over midnight, and all of them are no limit", () => {
  const within = (span: HourSpan): number => Array.from({ length: 24 }, (_, h) => h).filter((h) => withinHours(span, h)).length;
  for (let first = 0; first < 24; first++) for (let last = 0; last < 24; last++) assert.equal(within([first, last]), lengthOf([first, last]));
  assert.equal(withinHours([22, 4], -1), false);
  assert.equal(asLimit([7, 6]), undefined);
  assert.deepEqual(asLimit([22, 4]), [22, 4]);
});

test("days of the week", () => {
  for (const [day, want] of [["1970-01-01", 3], ["2026-11-29", 6], ["1969-12-29", 0]] as const) assert.equal(weekdayOf(Date.parse(day) / 86_400_000), want);
});

test("values are added and taken away; none and all are no limit", () => {
  assert.deepEqual(toggled(undefined, "b", ["a", "b", "c"]), ["b"]);
  assert.deepEqual(toggled(["b"], "a", ["a", "b", "c"]), ["a", "b"]);
  assert.equal(toggled(["a", "b"], "c", ["a", "b", "c"]), undefined);
  assert.equal(toggled(["b"], "b", ["a", "b", "c"]), undefined);
});

test("choices stand by how frequent they are, apart from what is not known", () => {
  assert.deepEqual(wordChoices([0, 2, 2, 1, 7], ["a", "", "c"]), { choices: [{ value: "c", count: 2 }, { value: "a", count: 1 }], unknown: 2 });
  assert.deepEqual(wordChoices(undefined, undefined), { choices: [], unknown: 0 });
});

test("the dial has noon on top and midnight below, and a drag goes the way that the pointer went", () => {
  assert.deepEqual([hourAt(1, -20), hourAt(20, 1), hourAt(-1, 20), hourAt(1, 20), hourAt(-20, -1)], [12, 18, 0, 23, 6]);
  assert.deepEqual(dragged(22, 6), [22, 4]);
  assert.deepEqual(dragged(3, -5), [22, 3]);
  assert.equal(asLimit(dragged(3, 40)), undefined);
  assert.deepEqual([turn(23, 1), turn(1, 23), turn(5, 13)], [2, -2, 8]);
});

test("a selection in words", () => {
  const s: Selection = { gear: ["Red"], kinds: ["race", "fartlek"], commute: false, hours: [22, 4], weekdays: [0, 1, 2, 5] };
  const [english, german] = [new Formatter("en-GB"), new Formatter("de")];
  assert.equal(describeSelection(s, String, english, en), "Red \u00b7 Race, fartlek \u00b7 Without commutes \u00b7 22\u2009\u2013\u200905 \u00b7 Mon\u2009\u2013\u2009Wed, Sat");
  assert.equal(describeSelection({ hours: [5, 9], commute: true }, String, german, de), "Arbeitswege \u00b7 05\u00a0Uhr\u2009\u2013\u200910\u00a0Uhr");
});

test("the table finds and sorts by labels", () => {
  const a: Activities = { ...A, day: [1, 2, 3], gear: [2, 1, 0], hour: [20, -1, 4], kind: [1, 0, 1] };
  const kindText = (i: number): string => ["Race", "", "Race"][i]!;
  const texts = searchTexts(a, a.sports, String, kindText);
  assert.deepEqual([...filterRows(3, () => texts, "race grun")], [0]);
  const by = (c: "gear" | "hour"): number[] => [...sortRows(Uint32Array.of(0, 1, 2), sortKeys(a, a.sports, c, (p, q) => p.localeCompare(q), kindText), false)];
  assert.deepEqual(by("gear"), [0, 2, 1]);
  assert.deepEqual(by("hour"), [2, 0, 1]);
});

test("columns that make no sense are not there", () => {
  const parse = (columns: object): Activities => {
    const layers = [{ id: "all", field: "visits", ramp: [[0, "#000000"]] }];
    const heatmapgen = { format: 2, min_zoom: 1, max_zoom: 2, bounds: [0, 0, 1, 1], layers, activities: { day: [1, 2], ...columns } };
    return parseMetadata({ heatmapgen }).activities;
  };
  assert.deepEqual(parse({ gear: [0, 1], gears: ["a", ""], hour: [-1, 23], commute: [0, 2], kind: [0, 0], kinds: ["race"] }), {
    ...parse({}),
    ...{ gear: [0, 1], gears: ["a", ""], hour: [-1, 23], commute: [0, 2], kind: [0, 0], kinds: ["race"] },
  });
  for (const broken of [{ gear: [0, 2], gears: ["a", "b"] }, { gear: [0] }, { hour: [24, 0] }, { hour: [1.5, 2] }, { hour: ["1", 2] }, { commute: [3, 0] }, { commute: { length: 2 } }, { kind: [0, 0] }]) {
    assert.deepEqual(parse(broken), parse({}), JSON.stringify(broken));
  }
  assert.throws(() => parse({ gears: new Array(10_001).fill("x") }), /pieces of gear/);
});
