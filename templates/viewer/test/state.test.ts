import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities } from "../src/archive/metadata.ts";
import { current, knownSelection, linkedActivity, type PageState, rowOf, Store, withPicture } from "../src/state.ts";

const activities: Activities = {
  day: [0, 0, 100, 100, 100, 107],
  sport: [0, 1, 0, 0, 1, 0],
  distanceM: [1, 2, 3, 4, 5, 6],
  movingS: [],
  ascentM: [],
  sports: ["Run", "Hike"],
  place: [],
  name: [],
};

const start: PageState = {
  pictures: [{ layer: "all", selection: {} }],
  at: 0.5,
  difference: false,
  side: 0,
  looks: {},
  basemap: "dark",
  opacity: 0.8,
  routes: false,
  here: undefined,
  tool: undefined,
  kept: undefined,
  panelHidden: false,
  selectionHidden: false,
};

test("every activity is found again by its day and its place on it", () => {
  for (let row = 0; row < activities.day.length; row++) assert.equal(rowOf(activities, linkedActivity(activities, row)), row);
  assert.deepEqual(linkedActivity(activities, 4), { day: 100, nth: 2 });
});

test("an activity that is gone is not another one", () => {
  assert.equal(rowOf(activities, { day: 100, nth: 3 }), undefined);
  assert.equal(rowOf(activities, { day: 101, nth: 0 }), undefined);
  assert.equal(rowOf(activities, { day: 99, nth: 3 }), undefined);
});

test("a store tells of changes, and of nothing else", () => {
  const store = new Store(start);
  const told: [number, number][] = [];
  store.listen((now, before) => told.push([before.opacity, now.opacity]));
  store.set({ opacity: 0.8 });
  store.set({ opacity: 0.5, routes: false });
  assert.deepEqual(told, [[0.8, 0.5]]);
  assert.equal(store.now.opacity, 0.5);
});

test("a change of one picture leaves the other as it is", () => {
  const two: PageState = { ...start, side: 1, pictures: [{ layer: "all", selection: {} }, { layer: "pace", selection: { from: 1 } }] };
  assert.equal(current(two).layer, "pace");
  assert.deepEqual(withPicture(two, { layer: "hills" }), [two.pictures[0], { layer: "hills", selection: { from: 1 } }]);
  assert.deepEqual(withPicture(two, { layer: "hills" }, 0), [{ layer: "hills", selection: {} }, two.pictures[1]]);
  assert.deepEqual(withPicture({ ...start, side: 1 }, { layer: "top" }), [{ layer: "top", selection: {} }]);
});

test("sports that there are not do not limit", () => {
  assert.deepEqual(knownSelection({ from: 3, sports: ["Hike", "Swim"] }, activities), { from: 3, sports: ["Hike"] });
  assert.deepEqual(knownSelection({ from: 3, sports: ["Swim"] }, activities), { from: 3 });
  assert.deepEqual(knownSelection(undefined, activities), {});
});
