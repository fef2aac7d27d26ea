import assert from "node:assert/strict";
import { test } from "node:test";
import { commonManner, mannerOf } from "../src/sports.ts";

test("speeds are told as the sport does", () => {
  assert.deepEqual(["Run", "Ride", "E-Bike Ride", "GravelRide", "Indoor Ride", "Handcycle", "Swim", "Pool Swim", "Swimrun", "Hike", ""].map(mannerOf), ["run", "ride", "ride", "ride", "ride", "ride", "swim", "swim", "run", "run", "run"]);
});

test("of several activities as most of the selected ones are told", () => {
  const a = { sports: ["Run", "Ride", "Swim"], sport: [0, 0, 0, 1, 1, 2, 9] };
  const told = (...flags: number[]): string => commonManner(a, Uint8Array.from(flags));
  assert.equal(told(1, 1, 1, 1, 1, 1, 1), "run");
  assert.equal(told(0, 0, 0, 1, 1, 0, 0), "ride");
  assert.equal(told(0, 0, 1, 1, 1, 0, 0), "ride");
  assert.equal(told(0, 0, 1, 1, 0, 0, 0), "run");
  assert.equal(told(0, 0, 0, 0, 0, 1, 0), "swim");
  assert.equal(told(0, 0, 0, 0, 0, 0, 1), "run");
  assert.equal(told(), "run");
});
