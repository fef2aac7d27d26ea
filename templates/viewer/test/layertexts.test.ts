import assert from "node:assert/strict";
import { test } from "node:test";
import type { Layer, Metadata } from "../src/archive/metadata.ts";
import { de } from "../src/text/de.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";
import { layerDescription } from "../src/ui/layerpanel.ts";

const format = new Formatter("en");

test("captions name no colours, whatever an older archive says: the reader may have chosen others", () => {
  const older: Record<string, string> = {
    direction: "Purple where you mostly climb, green where you mostly descend",
    heartrate: "How hard your heart works here, brighter is higher",
    pace: "How fast you move here, brighter is faster",
    recency: "When you were last here, brighter is more recent",
    all: "Everywhere you have been, every outing counts once",
  };
  for (const [id, description] of Object.entries(older)) {
    for (const strings of [en, de]) {
      const caption = layerDescription({ id, description } as Layer, {} as Metadata, format, strings);
      assert.doesNotMatch(caption, /purple|green|bright|lila|gr\u00fcn|hell/i, id);
      assert.ok(caption.length > 10);
    }
  }
  assert.equal(layerDescription({ id: "all", description: older["all"]! } as Layer, {} as Metadata, format, en), older["all"]);
});
