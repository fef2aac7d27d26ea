// Pictures between two whole zooms.

import assert from "node:assert/strict";
import { test } from "node:test";
import { colourTile, type Ingredient, mixed, neighboursOf, sharesOf } from "../src/heat/mix.ts";
import type { ValueTile } from "../src/heat/valuetile.ts";

const COLOURS = Uint8Array.from([200, 40, 0, 120, 255, 255, 255, 255]);

/** A tile with the presence, in 255ths, that of says for each pixel; the level is the second where it is above 200. */
function tileOf(of: (x: number, y: number) => number): ValueTile {
  const presence = Uint8Array.from({ length: 65536 }, (_, i) => of(i & 255, i >> 8));
  return { level: presence.map((p) => (p === 0 ? 0 : p > 200 ? 2 : 1)), presence };
}

const whole = (tile: ValueTile | undefined, share = 1): Ingredient => ({ of: tile && { tile, colours: COLOURS }, beside: [], share, square: { depth: 0, x: 0, y: 0 } });

/** A soft slope that runs on over the edges of tiles, and the part of it that a tile has. */
const slope = (x: number, y: number): number => Math.round(100 + 60 * Math.sin(x / 5 + y / 9) + 30 * Math.cos(y / 4));
const slopeTile = (column: number, row: number): ValueTile => tileOf((x, y) => slope(256 * column + x, 256 * row + y));

function square(depth: number, x: number, y: number, share = 1): Ingredient {
  const beside = neighboursOf({ depth, x, y }).map((direction) => ({ direction, tile: slopeTile(...direction), colours: COLOURS }));
  return { of: { tile: slopeTile(0, 0), colours: COLOURS }, beside, share, square: { depth, x, y } };
}

test("the shares of a zoom sum to 1, and pass from one zoom to the next", () => {
  assert.deepEqual(sharesOf(12), [{ zoom: 12, share: 1 }]);
  let before = 0;
  for (let zoom = 12.001; zoom < 13; zoom += 0.001) {
    const [finer, coarser] = sharesOf(zoom);
    assert.deepEqual([finer!.zoom, coarser!.zoom], [13, 12]);
    assert.ok(Math.abs(finer!.share + coarser!.share - 1) < 1e-12);
    assert.ok(finer!.share > before && finer!.share < before + 0.01, `zoom ${zoom}`);
    before = finer!.share;
  }
  assert.ok(before > 0.99);
});

test("a tile alone is just its colours", () => {
  const tile = tileOf((x, y) => (x * y) % 256);
  assert.deepEqual(mixed([whole(tile)]), colourTile(tile, COLOURS));
});

test("two shares of one tile are that tile", () => {
  const tile = tileOf((x, y) => (x * y) % 256);
  const [got, want] = [mixed([whole(tile, 0.3), whole(tile, 0.7)]), colourTile(tile, COLOURS)];
  // What is hardly there hardly has a colour.
  for (let i = 0; i < want.length; i++) assert.ok(Math.abs(got[i]! - want[i]!) <= (i % 4 === 3 ? 1 : want[i | 3]! > 4 ? 1 : 255), `byte ${i}: ${got[i]}, want ${want[i]}`);
});

test("what there is of one zoom alone has its share of the picture", () => {
  const got = mixed([whole(tileOf(() => 255), 0.25), whole(undefined, 0.75)]);
  assert.deepEqual([...got.subarray(0, 4)], [255, 255, 255, 64]);
});

test("an enlarged tile is linear between its pixels and has no seams, at its own edges nor at those of its squares", () => {
  for (const depth of [1, 2, 3]) {
    const side = 2 ** depth;
    const last = side - 1;
    const alpha = (picture: Uint8ClampedArray, x: number, y: number): number => picture[4 * (256 * y + x) + 3]!;
    /** The alpha that a place of the enlarged world has. */
    const want = (x: number, y: number): number => {
      const [u, v] = [(x + 0.5) / side - 0.5, (y + 0.5) / side - 0.5];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const at = (i: number, j: number): number => (slope(i, j) * (slope(i, j) > 200 ? 255 : 120)) / 255;
      const along = (j: number): number => at(left, j) + (u - left) * (at(left + 1, j) - at(left, j));
      return along(top) + (v - top) * (along(top + 1) - along(top));
    };
    for (const [x, y] of [[0, 0], [last, 0], [0, last], [last, last], [1 % side, last]] as const) {
      const picture = mixed([square(depth, x, y)]);
      for (const [px, py] of [[0, 0], [255, 0], [0, 255], [255, 255], [100, 3], [0, 77], [255, 200]] as const) {
        assert.ok(Math.abs(alpha(picture, px, py) - want(256 * x + px, 256 * y + py)) <= 1, `depth ${depth}, square ${x}/${y}, pixel ${px}/${py}`);
      }
    }
  }
});

test("a square reaches into the neighbours that it touches, the whole of a tile into none", () => {
  const names = (depth: number, x: number, y: number): string => neighboursOf({ depth, x, y }).map(String).sort().join(" ");
  assert.equal(names(0, 0, 0) + names(-1, 1, 0), "");
  assert.equal(names(1, 0, 0), "-1,-1 -1,0 0,-1");
  assert.equal(names(1, 1, 0), "0,-1 1,-1 1,0");
  assert.equal(names(2, 1, 2), "");
  assert.equal(names(2, 3, 2), "1,0");
});

test("four tiles of the finer zoom, reduced, are a picture whose pixels are the means of four", () => {
  const quarters = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]): Ingredient => ({ ...whole(slopeTile(x!, y!)), square: { depth: -1, x: x!, y: y! } }));
  const picture = mixed(quarters);
  const at = (x: number, y: number): number => (slope(x, y) * (slope(x, y) > 200 ? 255 : 120)) / 255;
  for (const [x, y] of [[0, 0], [127, 127], [128, 127], [255, 255], [30, 200]] as const) {
    const want = (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4;
    assert.ok(Math.abs(picture[4 * (256 * y + x) + 3]! - want) <= 1, `pixel ${x}/${y}`);
  }
});

test("where the zoom is about to change its whole one the mixed picture is that of the coarser zoom", () => {
  const shares = sharesOf(12 + 1e-9);
  const coarse = square(1, 1, 0, shares[1]!.share);
  const [got, want] = [mixed([whole(tileOf(() => 255), shares[0]!.share), coarse]), mixed([square(1, 1, 0)])];
  for (let i = 0; i < want.length; i++) assert.ok(Math.abs(got[i]! - want[i]!) <= 1);
});
