import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { unpack } from "../src/heat/png.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length); // its checksum is nobody's business here
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  return out;
}

const IHDR = (colourType: number, size = 256): Uint8Array => Uint8Array.from([0, 0, size >> 8, size & 255, 0, 0, size >> 8, size & 255, 8, colourType, 0, 0, 0]);

const pixels = new Uint8Array(257 * 256).map((_, i) => (i % 257 === 0 ? 0 : i % 7));
const IDAT = deflateSync(pixels);

function toArrayBuffer(...parts: Uint8Array[]): ArrayBuffer {
  const all = Buffer.concat(parts);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length) as ArrayBuffer;
}

const grey = toArrayBuffer(Uint8Array.from(SIGNATURE), chunk("IHDR", IHDR(0)), chunk("IDAT", IDAT), chunk("IEND", new Uint8Array()));
const paletted = toArrayBuffer(
  Uint8Array.from(SIGNATURE),
  chunk("IHDR", IHDR(3)),
  chunk("PLTE", new Uint8Array(9)),
  chunk("tRNS", new Uint8Array(3)),
  chunk("IDAT", IDAT),
  chunk("IEND", new Uint8Array()),
);

for (const [name, png] of [
  ["a grey tile", grey],
  ["a tile with a palette of its own", paletted],
] as const) {
  test(`${name} is read`, async () => {
    const got = await unpack(png);
    assert.ok(got.every((index, i) => index === pixels[257 * (i >> 8) + 1 + (i & 255)]));
  });
}

const broken: [string, ArrayBuffer][] = [
  ["empty", new ArrayBuffer(0)],
  ["not a PNG", toArrayBuffer(Buffer.from("<!doctype html>"))],
  ["cut off", grey.slice(0, grey.byteLength - 20)],
  ["of another size", toArrayBuffer(Uint8Array.from(SIGNATURE), chunk("IHDR", IHDR(0, 512)), chunk("IDAT", IDAT), chunk("IEND", new Uint8Array()))],
  ["without image data", toArrayBuffer(Uint8Array.from(SIGNATURE), chunk("IHDR", IHDR(0)), chunk("IEND", new Uint8Array()))],
];

for (const [name, png] of broken) {
  test(`a tile that is ${name} is refused`, async () => {
    await assert.rejects(unpack(png), /reading a tile/);
  });
}

/** What the tile holds at a pixel. */
const index = (x: number, y: number): number => (x * 7 + y * 13 + (x * y) % 5) % 251;

/** A tile whose row y has the filter that filterOf says. */
function tile(filterOf: (y: number) => number): ArrayBuffer {
  const rows = new Uint8Array(257 * 256);
  for (let y = 0; y < 256; y++) {
    const filter = filterOf(y);
    rows[257 * y] = filter;
    for (let x = 0; x < 256; x++) {
      const from = filter === 1 && x > 0 ? index(x - 1, y) : filter === 2 && y > 0 ? index(x, y - 1) : 0;
      rows[257 * y + 1 + x] = index(x, y) - from;
    }
  }
  return toArrayBuffer(Uint8Array.from(SIGNATURE), chunk("IHDR", IHDR(0)), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array()));
}

const wanted = new Uint8Array(256 * 256).map((_, i) => index(i % 256, i >> 8));

for (const filter of [0, 1, 2]) {
  test(`a tile whose rows have filter ${filter}`, async () => {
    assert.deepEqual(await unpack(tile(() => filter)), wanted);
  });
}

test("a tile with all filters", async () => {
  assert.deepEqual(await unpack(tile((y) => y % 3)), wanted);
});

test("a tile with another filter is refused", async () => {
  await assert.rejects(unpack(tile((y) => (y === 9 ? 4 : 0))), /filter 4/);
});
