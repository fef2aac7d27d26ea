// Gives a value tile its colours: colour type 3 and the palette's two chunks are
// written in, the image data is copied as it stands. PNG specification (third
// edition), sections 5.3 (chunk layout), 11.2 (IHDR, PLTE) and 11.3.1 (tRNS).

const CRC_TABLE = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array, from: number, to: number): number {
  let c = 0xffffffff;
  for (let i = from; i < to; i++) c = CRC_TABLE[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

function chunk(type: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32(out, 4, 8 + body.length));
  return out;
}

/**
 * Everything of a paletted 256 x 256 tile that comes before its image data: signature, IHDR, PLTE, tRNS.
 * It is the same for every tile of a layer at a zoom, so it is made once. rgba holds up to 256 entries of four bytes.
 */
export function paletteHead(rgba: Uint8Array): Uint8Array {
  const n = rgba.length / 4;
  const rgb = new Uint8Array(3 * n);
  const alpha = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    rgb.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
    alpha[i] = rgba[4 * i + 3]!;
  }
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", Uint8Array.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 3, 0, 0, 0])),
    chunk("PLTE", rgb),
    chunk("tRNS", alpha),
  ];
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** The bytes from the IDAT chunk to the end of IEND. Throws where the tile is not one that format.md describes. */
export function imageData(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  if (png.length < 8 || SIGNATURE.some((s, i) => png[i] !== s)) throw new Error("recolouring a tile: not a PNG");
  let start = -1;
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 12 + length;
    if (end > png.length) break;
    if (type === IHDR) {
      const isValueTile = length === 13 && view.getUint32(at + 8) === 256 && view.getUint32(at + 12) === 256 && png[at + 16] === 8;
      if (!isValueTile) throw new Error("recolouring a tile: not 256 x 256 pixels of 8 bits");
    } else if (type === IDAT && start < 0) {
      start = at;
    } else if (type === IEND && start >= 0) {
      return png.subarray(start, end);
    }
    at = end;
  }
  throw new Error("recolouring a tile: the PNG breaks off");
}

/** The tile in the colours of a palette head. */
export function recolour(png: ArrayBuffer, head: Uint8Array): ArrayBuffer {
  const data = imageData(new Uint8Array(png));
  const out = new Uint8Array(head.length + data.length);
  out.set(head);
  out.set(data, head.length);
  return out.buffer;
}
