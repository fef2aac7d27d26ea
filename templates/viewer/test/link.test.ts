import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLink, type Link, parseLink } from "../src/link.ts";

test("a map alone, as in a frame, is a piece without a value", () => {
  assert.deepEqual(parseLink("#12/47/9&layer=pace&embed"), { view: { zoom: 12, lat: 47, lon: 9 }, layer: "pace", embed: true });
  assert.equal(formatLink({ layer: "pace", embed: true }), "layer=pace&embed");
});

test("a link says all there is to say", () => {
  const link: Link = { view: { zoom: 14.25, lat: 47.503, lon: 9.747 }, layer: "pace", basemap: "none", opacity: 0.7, panelHidden: true };
  assert.equal(formatLink(link), "14.25/47.5030/9.7470&layer=pace&map=none&heat=70&panel=hidden");
  assert.deepEqual(parseLink("#14.25/47.5030/9.7470&layer=pace&map=none&heat=70&panel=hidden"), link);
});

test("a link holds filters, looks, places and a comparison", () => {
  const link: Link = {
    view: { zoom: 14.25, lat: 47.503, lon: 9.747 },
    layer: "pace",
    basemap: "none",
    look: { ramp: "viridis", reversed: true },
    selection: { from: 20_089, to: 20_453, minM: 5000, maxM: 42_200, sports: ["Run", "Trail Run"] },
    routes: true,
    other: { layer: "all", selection: { to: 20_088 } },
    at: 0.25,
    right: true,
    difference: true,
    here: { lat: 47.5, lon: 9.75 },
    kept: { day: 20_100, nth: 1 },
    selectionHidden: true,
  };
  const text = formatLink(link);
  assert.ok(text.startsWith("14.25/47.5030/9.7470&layer=pace&map=none&look="), text);
  assert.ok(
    text.endsWith(
      "&when=2025-01-01..2025-12-31&dist=5..42.2&sport=Run,Trail%20Run&show=routes&layer2=all&when2=..2024-12-31&at=25&side=right&compare=difference&here=47.50000/9.75000&activity=2025-01-12.1&selection=hidden",
    ),
    text,
  );
  assert.deepEqual(parseLink(text), link);
});

test("a link names the open tool, with what that says of itself", () => {
  for (const [tool, text] of [
    [{ id: "squares", of: "" }, "explore=squares"],
    [{ id: "squares", of: "17" }, "explore=squares:17"],
    [{ id: "replay", of: "2025:a/b,&c" }, "explore=replay:2025:a/b,%26c"],
  ] as const) {
    assert.equal(formatLink({ tool }), text);
    assert.deepEqual(parseLink(text), { tool });
  }
  for (const piece of ["explore=", "explore=Squares", "explore=:17", "explore=a b", `explore=squares:${"x".repeat(1501)}`]) assert.deepEqual(parseLink(piece), {}, piece);
});

test("what is by default is left out", () => {
  assert.equal(formatLink({}), "");
  assert.equal(formatLink({ layer: "all", panelHidden: false }), "layer=all");
  assert.deepEqual(parseLink(""), {});
  assert.deepEqual(parseLink("#"), {});
});

test("pieces may stand in any order, and escaped", () => {
  const want: Link = { view: { zoom: 3, lat: -4.5, lon: 170 }, basemap: "a&b=c/d é" };
  assert.deepEqual(parseLink("map=a%26b%3Dc%2Fd%20%C3%A9&3/-4.5/170"), want);
  assert.deepEqual(parseLink("#3%2F-4.5%2F170&map%3Da%26b%3Dc%2Fd%20%C3%A9"), want);
  assert.equal(parseLink(formatLink({ layer: "a&b=c/d é'%#" })).layer, "a&b=c/d é'%#");
});

for (const piece of [
  "14.25/47.5",
  "14.25/47.5/9.7/3",
  "14.25/47.5/",
  "14.25//9.7",
  "14,25/47,5/9,7",
  "1e9/47.5/9.7",
  "Infinity/NaN/0",
  "99999/47.5/9.7",
  "0x10/47.5/9.7",
  "layer",
  "layer=",
  "map=",
  "heat=",
  "heat=much",
  "heat=1e1",
  "panel=open",
  "when=yesterday..",
  "when=2025-02-30..",
  "when=2025-03-01..2025-01-01",
  "when=2025-03-01",
  "dist=-3..5",
  "dist=..",
  "dist=5..x",
  "sport=,",
  "show=everything",
  "here=95/3",
  "here=47",
  "activity=2025-13-01",
  "activity=12",
  "at=left",
  "selection=open",
  "=",
  "&",
  "%",
  "layer=%E0%A4%A",
  "__proto__=1",
  "constructor=1",
  "🏃",
]) {
  test(`${piece} is left out and the rest is kept`, () => {
    assert.deepEqual(parseLink(`#${piece}`), {});
    assert.deepEqual(parseLink(`#layer=pace&${piece}&heat=40`), { layer: "pace", opacity: 0.4 });
  });
}

test("an opacity beyond its range is the nearest there is, in whole percents", () => {
  assert.equal(parseLink("heat=700").opacity, 1);
  assert.equal(parseLink("heat=-1").opacity, 0);
  assert.equal(parseLink("heat=33.6").opacity, 0.34);
});

test("longitudes are those of one world, and nothing has a needless sign", () => {
  const at = (lon: number, lat = 0): string => formatLink({ view: { zoom: 8, lat, lon } });
  assert.equal(at(181.25), "8.00/0.00/-178.75");
  assert.equal(at(-541), "8.00/0.00/179.00");
  assert.equal(at(179.999), "8.00/0.00/-180.00");
  assert.equal(at(-0.001, -0.001), "8.00/0.00/0.00");
});

test("a link is as precise as a pixel and stays the same when it is passed on", () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let i = 0; i < 2000; i++) {
    const view = { zoom: random() * 22, lat: random() * 170 - 85, lon: random() * 360 - 180 };
    const text = formatLink({ view });
    const back = parseLink(text).view!;
    assert.equal(formatLink({ view: back }), text);
    const pixel = 360 / (256 * 2 ** view.zoom);
    const off = Math.abs(back.lon - view.lon);
    // To within the hundredth of a zoom that decides about the last decimal.
    assert.ok(Math.min(off, 360 - off) <= pixel * 1.01 && Math.abs(back.lat - view.lat) <= pixel * 1.01, text);
    assert.ok(Math.abs(back.zoom - view.zoom) <= 0.0051, text);
  }
});
