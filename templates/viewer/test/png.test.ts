import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { paletteHead, recolour } from "../src/heat/png.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

// zlib.crc32 came with Node 20.15 and 22.2, later than its types here.
declare module "node:zlib" {
  function crc32(data: Uint8Array | string, value?: number): number;
}

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
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

const rgba = Uint8Array.from([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);

/** Chunks of a PNG whose checksums are right. */
function chunks(png: ArrayBuffer): [type: string, body: Buffer][] {
  const b = Buffer.from(png);
  assert.deepEqual([...b.subarray(0, 8)], SIGNATURE);
  const out: [string, Buffer][] = [];
  for (let at = 8; at < b.length; ) {
    const length = b.readUInt32BE(at);
    const type = b.toString("latin1", at + 4, at + 8);
    assert.equal(b.readUInt32BE(at + 8 + length), crc32(b.subarray(at + 4, at + 8 + length)), `checksum of ${type}`);
    out.push([type, b.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  return out;
}

for (const [name, png] of [
  ["a grey tile", grey],
  ["a tile with a palette of its own", paletted],
] as const) {
  test(`${name} takes the palette and keeps its pixels`, () => {
    const got = chunks(recolour(png, paletteHead(rgba)));
    assert.deepEqual(
      got.map(([type]) => type),
      ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"],
    );
    assert.deepEqual([...got[0]![1]], [...IHDR(3)]);
    assert.deepEqual([...got[1]![1]], [0, 0, 0, 1, 2, 3, 5, 6, 7, 9, 10, 11]);
    assert.deepEqual([...got[2]![1]], [0, 4, 8, 255]);
    assert.ok(inflateSync(got[3]![1]).equals(pixels));
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
  test(`a tile that is ${name} is refused`, () => {
    assert.throws(() => recolour(png, paletteHead(rgba)), /recolouring a tile/);
  });
}
