import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activities, Bounds } from "../src/archive/metadata.ts";
import { awayFrom, holds, openingPlace, placeFacts } from "../src/mapplaces.ts";
import { de } from "../src/text/de.ts";
import { en } from "../src/text/en.ts";
import { Formatter } from "../src/text/format.ts";
import { countOf, jumpText, placeName, yearsText } from "../src/text/placetext.ts";

const around = (lon: number, lat: number): Bounds => [lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1];
const berlin = around(13.4, 52.5);
const fiji: Bounds = [179.9, -18, 180.2, -17.7];
const places = [{ bounds: berlin }, { bounds: fiji }, { bounds: around(9.2, 48.1) }];

/** Days of 2019-07-01 and 2023-03-01. */
const [JULY, MARCH] = [18_078, 19_417];
const activities: Activities = {
  day: [JULY, JULY + 1, 0, MARCH, MARCH],
  sport: [0, 0, 1, 1, 1],
  distanceM: [5000, 6000, 7000, 8000, 9000],
  movingS: [],
  ascentM: [],
  sports: ["Run", "Hike"],
  place: [0, 0, 0, 1, -1],
  name: [],
};
const all = new Uint8Array(5).fill(1);

test("how far and in which direction a place is", () => {
  // Berlin to Stuttgart and around: 509 km by the law of cosines.
  assert.deepEqual([Math.round(awayFrom(berlin, around(9.18, 48.78)).metres / 1000), awayFrom(berlin, around(9.18, 48.78)).direction], [509, 5]);
  for (const [lon, lat, direction] of [[13.4, 54, 0], [15, 53.5, 1], [16, 52.5, 2], [15, 51.5, 3], [13.4, 50, 4], [12, 51.6, 5], [10, 52.5, 6], [12, 53.4, 7]] as const) {
    assert.equal(awayFrom(berlin, around(lon, lat)).direction, direction, `${lon} ${lat}`);
  }
  // Across the antimeridian: Fiji lies to the north of New Zealand, and Tonga to the east of Fiji.
  assert.equal(awayFrom(around(178, -38), fiji).direction, 0);
  assert.equal(awayFrom(fiji, around(-175.2, -18)).direction, 2);
  assert.ok(awayFrom(fiji, around(-175.2, -18)).metres < 600_000);
});

test("places add up what is there, or what of it is selected", () => {
  const [largest, second, third] = placeFacts(places, activities, all);
  assert.deepEqual([largest!.all, largest!.selected, largest!.from, largest!.to, largest!.distanceM, largest!.sport, largest!.away], [3, 3, JULY, JULY + 1, 18_000, 0, undefined]);
  assert.deepEqual([second!.all, second!.from, second!.to, second!.sport], [1, MARCH, MARCH, 1]);
  assert.deepEqual([third!.all, third!.selected, third!.from], [0, 0, 0]);
  const [some, none] = placeFacts(places, activities, Uint8Array.of(1, 0, 0, 0, 1));
  assert.deepEqual([some!.all, some!.selected, some!.to, some!.distanceM], [3, 1, JULY, 5000]);
  assert.deepEqual([none!.all, none!.selected, none!.from], [1, 0, MARCH], "a place without any tells of all");
  const untold = placeFacts(places, { ...activities, place: [] }, all);
  assert.deepEqual([untold[0]!.all, untold[1]!.away!.direction], [undefined, awayFrom(berlin, fiji).direction]);
});

test("a page opens where most of what it shows is", () => {
  const open = (wanted: Partial<Parameters<typeof openingPlace>[2]>, a = activities): number | undefined =>
    openingPlace(places, a, { flags: undefined, here: undefined, kept: undefined, ...wanted });
  assert.equal(open({}), 0);
  assert.equal(open({ flags: Uint8Array.of(0, 0, 0, 1, 0) }), 1);
  assert.equal(open({ flags: Uint8Array.of(1, 0, 0, 1, 0) }), 0, "of equals the larger");
  assert.equal(open({ flags: Uint8Array.of(0, 0, 0, 0, 1) }), undefined, "what is in no place is in everything");
  assert.equal(open({ flags: new Uint8Array(5) }), 0, "nothing is everywhere");
  assert.equal(open({ kept: 3 }), 1);
  assert.equal(open({ kept: 4 }), undefined);
  assert.equal(open({ here: { lon: -179.95, lat: -17.9 } }), 1);
  assert.equal(open({ here: { lon: 0, lat: 0 } }), undefined);
  assert.equal(open({ flags: Uint8Array.of(0, 0, 0, 1, 0) }, { ...activities, place: [] }), 0, "where the archive does not say");
  assert.equal(openingPlace([], activities, { flags: undefined, here: undefined, kept: undefined }), undefined);
  assert.ok(holds(fiji, { lon: -180 + 0.1, lat: -17.8 }) && !holds(fiji, { lon: 179.8, lat: -17.8 }));
});

test("places have no names but where they are", () => {
  const words = (strings: typeof en, locale: string): string[] => {
    const format = new Formatter(locale, "metric");
    const facts = placeFacts(places, activities, Uint8Array.of(1, 0, 0, 1, 0));
    return [placeName(facts[0]!, format, strings), jumpText(facts[0]!, 0, format, strings), yearsText({ from: JULY, to: MARCH }, format), countOf(facts[1]!, format, strings)].map((t) => t.replaceAll(/[\u2009\u202f]/g, " "));
  };
  assert.deepEqual(words(en, "en"), ["Largest", "1 · Largest · 1 of 3", "2019 – 2023", "1 activity"]);
  assert.deepEqual(words(de, "de"), ["Größter", "1 · Größter · 1 von 3", "2019 – 2023", "1 Aktivität"]);
});
