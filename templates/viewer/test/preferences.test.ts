import assert from "node:assert/strict";
import { test } from "node:test";
import { applyTheme, keepPreference, readPreferences, type Store, unitsFor } from "../src/preferences.ts";

test("miles where roads are measured in miles", () => {
  for (const tag of ["en-US", "en-GB", "en", "my", "en-LR", "es-US"]) assert.equal(unitsFor([tag], ""), "imperial", tag);
  for (const tag of ["de", "de-DE", "en-AU", "fr-CA", "en-IE"]) assert.equal(unitsFor([tag, "en-US"], "America/New_York"), "metric", tag);
  assert.equal(unitsFor([], "UTC"), "metric");
  assert.equal(unitsFor(["not a tag"], "UTC"), "metric");
});

test("a clock of a land of kilometres speaks against miles", () => {
  for (const zone of ["America/New_York", "America/Indiana/Knox", "US/Pacific", "Europe/London", "Pacific/Honolulu", "UTC", "Etc/GMT+5", ""]) {
    assert.equal(unitsFor(["en-US"], zone), "imperial", zone);
  }
  for (const zone of ["Europe/Berlin", "America/Toronto", "America/Mexico_City", "Australia/Sydney", "Asia/Kolkata"]) {
    assert.equal(unitsFor(["en-US"], zone), "metric", zone);
    assert.equal(unitsFor(["en"], zone), "metric", zone);
  }
});

const storeOf = (kept: Record<string, string>): Store => ({
  getItem: (key) => kept[key] ?? null,
  setItem: (key, value) => void (kept[key] = value),
});

test("what was chosen is kept, each for itself", () => {
  const kept: Record<string, string> = {};
  const store = storeOf(kept);
  assert.deepEqual(readPreferences(store, ["de"], ""), { units: "metric", theme: "auto" });
  keepPreference(store, "theme", "light");
  assert.deepEqual(readPreferences(store, ["en-US"], ""), { units: "imperial", theme: "light" }, "units still follow the language");
  keepPreference(store, "units", "metric");
  assert.deepEqual(readPreferences(store, ["en-US"], ""), { units: "metric", theme: "light" });
});

test("what is not a choice is not read", () => {
  const store = storeOf({ "heatmapgen.units": "furlongs", "heatmapgen.theme": "constructor" });
  assert.deepEqual(readPreferences(store, ["de"], ""), { units: "metric", theme: "auto" });
});

test("a browser that keeps nothing is no obstacle", () => {
  const refuse = (): never => {
    throw new DOMException("no", "SecurityError");
  };
  const store: Store = { getItem: refuse, setItem: refuse };
  keepPreference(store, "units", "imperial");
  assert.deepEqual(readPreferences(store, ["de"], ""), { units: "metric", theme: "auto" });
  assert.deepEqual(readPreferences(undefined, ["de"], ""), { units: "metric", theme: "auto" });
});

test("a theme is told to the style by an attribute, that of a dark map too, the system's by none", () => {
  const root = { dataset: {} as DOMStringMap } as HTMLElement;
  applyTheme("light", false, root);
  assert.equal(root.dataset["theme"], "light");
  applyTheme("auto", false, root);
  assert.equal(root.dataset["theme"], "dark");
  applyTheme("auto", true, root);
  assert.deepEqual(root.dataset, {});
});
