// Reads the indices out of a value tile (docs/format.md, "Value tiles"). PNG specification (third edition), sections 5.3 (chunk layout),
// 9 (filters) and 11.2 (IHDR).

import { inflate } from "../archive/limits.ts";
import { TILE_SIZE } from "../map/fit.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x49484452;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

/** The bytes from the IDAT chunk to the end of IEND. Throws where the tile is not one that format.md describes. */
function imageData(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  if (png.length < 8 || SIGNATURE.some((s, i) => png[i] !== s)) throw new Error("reading a tile: not a PNG");
  let start = -1;
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 12 + length;
    if (end > png.length) break;
    if (type === IHDR) {
      const isValueTile = length === 13 && view.getUint32(at + 8) === 256 && view.getUint32(at + 12) === 256 && png[at + 16] === 8;
      if (!isValueTile) throw new Error("reading a tile: not 256 x 256 pixels of 8 bits");
    } else if (type === IDAT && start < 0) {
      start = at;
    } else if (type === IEND && start >= 0) {
      return png.subarray(start, end);
    }
    at = end;
  }
  throw new Error("reading a tile: the PNG breaks off");
}

/** The indices of a tile, row by row. Rejects where the tile is not one that format.md describes. */
export async function unpack(png: ArrayBuffer): Promise<Uint8Array> {
  const data = imageData(new Uint8Array(png));
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0);
  return unfilter(await inflate(data.slice(8, 8 + length), "deflate", TILE_SIZE * (TILE_SIZE + 1), "the pixels of a tile"));
}

/** Undoes the filters of rows: None, Sub and Up (PNG specification, section 9). */
function unfilter(rows: Uint8Array): Uint8Array {
  if (rows.length !== TILE_SIZE * (TILE_SIZE + 1)) throw new Error(`reading a tile: ${rows.length} bytes of pixels`);
  const out = new Uint8Array(TILE_SIZE * TILE_SIZE);
  for (let y = 0; y < TILE_SIZE; y++) {
    const filter = rows[y * (TILE_SIZE + 1)]!;
    if (filter > 2) throw new Error(`reading a tile: filter ${filter}`);
    const back = filter === 1 ? 1 : TILE_SIZE;
    for (let x = 0; x < TILE_SIZE; x++) {
      const at = y * TILE_SIZE + x;
      const inside = filter === 1 ? x > 0 : filter === 2 && y > 0;
      out[at] = rows[y * (TILE_SIZE + 1) + 1 + x]! + (inside ? out[at - back]! : 0);
    }
  }
  return out;
}
