import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureLayout, pictureName, type PictureParts } from "../src/ui/picturelayout.ts";

const measure = (text: string, face: string): number => text.length * (face === "title" ? 8 : face === "name" ? 7 : 6);

const parts: PictureParts = {
  title: "My heatmap",
  layer: "All activities",
  unit: "visits",
  marks: [{ t: 0, label: "1" }, { t: 0.5, label: "10" }, { t: 1, label: "1,000" }],
  scale: { label: "500 m", pixels: 80 },
  credits: "\u00a9 OpenStreetMap contributors \u00a9 CARTO \u00b7 heatmapgen",
};

for (const width of [320, 390, 640, 1280]) {
  test(`all of it stands inside the band, and nothing on another text, ${width} px`, () => {
    const long = { ...parts, title: "A very long title of a heatmap that somebody wrote ".repeat(3), credits: parts.credits.repeat(4) };
    for (const p of [parts, long]) {
      const layout = pictureLayout(p, width, measure);
      const boxes = layout.texts.map((t) => {
        const w = measure(t.text, t.face);
        const from = t.align === "left" ? t.x : t.align === "right" ? t.x - w : t.x - w / 2;
        return { text: t.text, from, to: from + w, top: t.y - 9, bottom: t.y + 3 };
      });
      for (const b of [layout.ramp, layout.scale]) boxes.push({ text: "a box", from: b.x, to: b.x + b.width, top: b.y, bottom: b.y + b.height });
      for (const [i, b] of boxes.entries()) {
        assert.ok(b.from >= 0 && b.to <= width + 1e-6 && b.top >= 0 && b.bottom <= layout.height, JSON.stringify(b));
        for (const c of boxes.slice(i + 1)) {
          assert.ok(b.to <= c.from || c.to <= b.from || b.bottom <= c.top || c.bottom <= b.top, `${JSON.stringify(b)} and ${JSON.stringify(c)}`);
        }
      }
      const said = layout.texts.map((t) => t.text).join(" ");
      for (const word of p.credits.split(" ")) assert.ok(said.includes(word), `${word} is owed`);
    }
  });
}

test("marks stand at their place on the ramp", () => {
  const { texts, ramp } = pictureLayout(parts, 1280, measure);
  const middle = texts.find((t) => t.text === "10")!;
  assert.equal(middle.x, ramp.x + ramp.width / 2);
  assert.equal(texts.find((t) => t.text === "1,000")!.x, ramp.x + ramp.width - 15, "pushed inwards");
});

test("a title without room ends in an ellipsis", () => {
  const { texts } = pictureLayout({ ...parts, title: "x".repeat(400) }, 390, measure);
  assert.match(texts.find((t) => t.face === "title")!.text, /^x+\u2026$/);
});

test("the file is named by layer and the reader's day", () => {
  assert.equal(pictureName("pace", new Date(2026, 0, 5, 23, 59)), "heatmap-pace-2026-01-05.png");
});
