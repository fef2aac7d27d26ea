import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../src/text/en.ts";
import { sportName } from "../src/text/sportname.ts";

test("sports of the table have its names", () => {
  assert.equal(sportName("TrailRun", en), "Trail run");
  assert.equal(sportName("Trail Run", en), "Trail run");
  assert.equal(sportName("EBikeRide", en), "E-bike ride");
  assert.equal(sportName("E-Bike Ride", en), "E-bike ride");
});

test("other sports are taken apart", () => {
  assert.equal(sportName("IceHockey", en), "Ice hockey");
  assert.equal(sportName("HIITWorkout", en), "HIIT workout");
  assert.equal(sportName("trail_running", en), "Trail running");
  assert.equal(sportName("Übungslauf", en), "Übungslauf");
  assert.equal(sportName("constructor", en), "Constructor"); // not what objects have of themselves
  assert.equal(sportName("", en), "Other");
});
