import assert from "node:assert/strict";
import { test } from "node:test";
import { counterpart, describeSelection, wholeYear, yearSpan } from "../src/text/describe.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";

const describe = (s: Parameters<typeof describeSelection>[0]): string => describeSelection(s, (sport) => sport, new Formatter("en-GB"), en);

test("a selection in words", () => {
  assert.equal(describe({}), "Everything");
  assert.equal(describe(yearSpan(2025)), "2025");
  assert.equal(describe({ ...yearSpan(2024), sports: ["Run", "Hike"] }), "2024 \u00b7 Run, Hike");
  assert.match(describe({ from: 20_000, to: 20_010 }), /^4\s?\u2013\s?14 Oct 2024$/);
  assert.equal(describe({ from: 20_000 }), "since 4 Oct 2024");
  assert.equal(describe({ to: 20_000, minM: 5000, maxM: 42_195 }), "until 4 Oct 2024 \u00b7 5\u2009\u2013\u200942.2\u202fkm");
  assert.equal(describe({ minM: 19_956 }), "from 20\u202fkm");
  assert.equal(describe({ maxM: 19_956 }), "up to 20\u202fkm");
});

test("a year is one only to the day", () => {
  const { from, to } = yearSpan(2024);
  assert.equal(to - from + 1, 366);
  assert.equal(wholeYear(from, to), 2024);
  assert.equal(wholeYear(from + 1, to), undefined);
  assert.equal(wholeYear(from, to + 1), undefined);
  assert.equal(wholeYear(from, undefined), undefined);
});

test("beside a year stands the one before, beside a span the span before", () => {
  assert.deepEqual(counterpart({ ...yearSpan(2025), sports: ["Run"] }, 20_700), {
    left: { ...yearSpan(2024), sports: ["Run"] },
    right: { ...yearSpan(2025), sports: ["Run"] },
  });
  assert.deepEqual(counterpart(yearSpan(2024), 20_700).left, yearSpan(2023), "a leap year");
  // What there is of this year stands beside the same days of the last; 20,700 is 2026-09-04.
  const { from, to } = yearSpan(2025);
  assert.deepEqual(counterpart({ from: to + 1 }, 20_700), { left: { from, to: 20_700 - 365 }, right: { from: to + 1 } });
  assert.deepEqual(counterpart({ from: 101, to: 110 }, 20_700), { left: { from: 91, to: 100 }, right: { from: 101, to: 110 } });
  assert.deepEqual(counterpart({ from: 20_691 }, 20_700), { left: { from: 20_681, to: 20_690 }, right: { from: 20_691 } });
  assert.deepEqual(counterpart({ maxM: 9 }, 20_700), { left: { maxM: 9, ...yearSpan(2025) }, right: { maxM: 9, ...yearSpan(2026) } });
});
