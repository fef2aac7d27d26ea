import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveError } from "../src/archive/errors.ts";
import { parseMetadata, rangeAt } from "../src/archive/metadata.ts";

const good = {
  name: "Mine",
  heatmapgen: {
    format: 2,
    min_zoom: 9,
    max_zoom: 17,
    bounds: [7, 47, 8, 48],
    default_layer: "all",
    fields: [
      {
        id: "visits",
        kind: "count",
        unit: "visits",
        scale: { values: [0.35, 1, 2], presence: [1] },
        zooms: [
          { zoom: 10, lo: 0, hi: 20 },
          { zoom: 9, lo: 0, hi: 30 },
        ],
      },
    ],
    layers: [{ id: "all", group: "frequency", title: "All routes", field: "visits", scale: "log", from: 1, ramp: [[0, "#fc4c0380"], [1, "#ffffff"]] }],
    activities: { day: [1, 2], sport: [0, 0], distance_m: [1000, 2000], sports: ["Run"] },
  },
};

type Heat = Record<string, unknown>;
const withHeat = (over: Heat): unknown => ({ ...good, heatmapgen: { ...good.heatmapgen, ...over } });

test("what the page needs is read", () => {
  const m = parseMetadata(good);
  assert.equal(m.name, "Mine");
  assert.deepEqual(m.bounds, [7, 47, 8, 48]);
  assert.deepEqual(m.layers[0]!.ramp, [[0, [252, 76, 3, 128]], [1, [255, 255, 255, 255]]]);
  const field = m.fields.get("visits")!;
  assert.equal(field.values[0], Math.fround(0.35));
  assert.equal(field.place, undefined);
  assert.equal(rangeAt(field, 9)!.hi, 30);
  assert.equal(rangeAt(field, 15)!.hi, 20);
});

const refused: [name: string, raw: unknown, kind: string][] = [
  ["nothing", undefined, "plain"],
  ["a list", [], "plain"],
  ["another archive", { name: "Roads" }, "plain"],
  ["a later format", withHeat({ format: 3 }), "newer"],
  ["an earlier format", withHeat({ format: 1 }), "format"],
  ["lines up to no zoom", withHeat({ lines: { offset: 0, length: 9, zooms: [{ zoom: 13 }], max_zoom: 20.5 } }), "format"],
  ["no zooms", withHeat({ min_zoom: undefined }), "format"],
  ["zooms upside down", withHeat({ min_zoom: 17, max_zoom: 9 }), "format"],
  ["bounds upside down", withHeat({ bounds: [8, 47, 7, 48] }), "format"],
  ["bounds of text", withHeat({ bounds: ["a", 47, 8, 48] }), "format"],
  ["no layers", withHeat({ layers: [] }), "format"],
  ["only broken layers", withHeat({ layers: [{ id: "x" }, 7, null] }), "format"],
];

for (const [name, raw, kind] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => parseMetadata(raw),
      (e) => e instanceof ArchiveError && e.kind === kind,
    );
  });
}

test("a broken field is left out, not the whole archive", () => {
  const fields = [{ id: "huge", scale: { values: Array(200).fill(1), presence: [0.5, 1] } }, { id: 7 }, ...good.heatmapgen.fields];
  assert.deepEqual([...parseMetadata(withHeat({ fields })).fields.keys()], ["visits"]);
});

test("segments are texts, and not too many", () => {
  assert.deepEqual(parseMetadata(withHeat({ segments: ["25.A", 7, null, "25.B.x"] })).segments, ["25.A", "25.B.x"]);
  assert.deepEqual(parseMetadata(good).segments, []);
  assert.throws(() => parseMetadata(withHeat({ segments: Array(101).fill("25.A") })), ArchiveError);
});

test("missing activities are none", () => {
  assert.deepEqual(parseMetadata(withHeat({ activities: undefined })).activities.day, []);
});

test("the zooms of blocks of lines ascend, in either kind of archive, and what is none is left out", () => {
  const zooms = [{ zoom: 13, tiles: 12, bytes: 345 }, { zoom: 9 }, { zoom: 40 }, { zoom: 2.5 }, 7];
  const lines = (raw: unknown): unknown => parseMetadata(withHeat({ lines: raw })).lines;
  assert.deepEqual(lines({ offset: 5, length: 9, zooms, max_zoom: 20 }), { place: { offset: 5, length: 9, table: "" }, zooms: [9, 13], bytes: [Infinity, 345], maxZoom: 20 });
  assert.deepEqual(lines({ table: "lines", zooms, max_zoom: 19 }), { place: { offset: 0, length: 0, table: "lines" }, zooms: [9, 13], bytes: [Infinity, 345], maxZoom: 19 });
  for (const raw of [undefined, 7, {}, { offset: 0, length: 9, max_zoom: 20 }, { zooms, max_zoom: 20 }]) assert.equal(lines(raw), undefined);
});

test("blocks that keep tiles are told whole, or the archive is refused", () => {
  const told = { x: [1, 2], y: [3, 4], margin_px: 16, max_zoom: 17 };
  const kept = (raw: unknown): unknown => parseMetadata(withHeat({ lines: { offset: 5, length: 9, zooms: [{ zoom: 14 }], max_zoom: 20, kept: raw } })).lines!.kept;
  assert.deepEqual(kept(told), { x: [1, 2], y: [3, 4], marginPX: 16, maxZoom: 17 });
  assert.equal(kept(undefined), undefined);
  for (const bad of [{ ...told, x: [1] }, { ...told, margin_px: 257 }, { ...told, margin_px: -1 }, { ...told, max_zoom: 16.5 }, { x: [1], y: [1] }, {}]) {
    assert.throws(() => kept(bad), (e) => e instanceof ArchiveError && e.kind === "format");
  }
});

test("what is told in the place of a list of activities is read, whatever stands there", () => {
  const told = (summary: unknown) => parseMetadata(withHeat({ activities: undefined, summary })).summary;
  assert.deepEqual(told({ count: 510, of: "athletes", least: 5, speeds: "ride" }), { count: 510, of: "athletes", least: 5, speeds: "ride" });
  assert.deepEqual(told({ count: "many", of: 3, least: -2, speeds: "fly" }), { count: 0, of: "activities", least: 0, speeds: "run" });
  assert.equal(told(undefined), undefined);
  assert.equal(told("none"), undefined);
  assert.deepEqual(parseMetadata(withHeat({ activities: undefined, summary: {} })).activities.day, []);
});
