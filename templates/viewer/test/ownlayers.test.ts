import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchiveError } from "../src/archive/errors.ts";
import type { Field, Layer } from "../src/archive/metadata.ts";
import { parseOwnLayers } from "../src/archive/ownlayers.ts";

const ten = [{ id: "all" }] as Layer[];
const fields = new Map([["visits", {} as Field]]);
const ramp = [[0, "#000000"], [1, "#ffffff"]];
const parse = (raw: unknown, activities = 11): Layer[] => parseOwnLayers(raw, ten, new Map(fields), Array.from({ length: activities }, () => 0));

test("a layer is of the activities whose bits are set", () => {
  for (let round = 0; round < 50; round++) {
    const n = Math.floor(Math.random() * 40);
    const want = Uint8Array.from({ length: n }, () => Math.round(Math.random()));
    const bytes = new Uint8Array(Math.ceil(n / 8));
    want.forEach((f, a) => (bytes[Math.floor(a / 8)]! += f * 2 ** (a % 8)));
    const [layer] = parse([{ id: "own", field: "visits", group: "pace", ramp, activities: btoa(String.fromCharCode(...bytes)) }], n);
    assert.deepEqual(layer!.of, want);
    assert.equal(layer!.group, "own");
  }
  assert.deepEqual(parse([{ id: "own", field: "visits", ramp }])[0]!.of, new Uint8Array(11).fill(1));
});

test("what makes no sense is left out, and the others stay", () => {
  const good = { id: "own", field: "visits", ramp };
  const bad = [
    null,
    7,
    { ...good, id: 7 },
    { ...good, id: "all" },
    { ...good, id: "a", field: "unheard" },
    { ...good, id: "b", ramp: [] },
    { ...good, id: "c", activities: "AA==" }, // of eight
    { ...good, id: "d", activities: "no base64" },
    { ...good, id: "e", activities: { length: 2 } },
    { ...good, id: "f", activities: null },
  ];
  assert.deepEqual(parse([...bad, good, good, { ...good, id: "more" }]).map((l) => l.id), ["own", "more"]);
  for (const raw of [undefined, null, {}, "own_layers"]) assert.deepEqual(parse(raw), []);
});

test("there is an end to layers", () => {
  assert.throws(() => parse(Array.from({ length: 65 }, (_, i) => ({ id: `l${i}`, field: "visits", ramp }))), (e: ArchiveError) => e.kind === "large");
});
