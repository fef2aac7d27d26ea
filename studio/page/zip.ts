// A zip of files as they are, uncompressed: what is in an archive of tiles is compressed already. The Blobs are not copied. After
// APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 and 4.4.

export interface Member {
  name: string;
  data: Blob;
}

/** What a zip without the extension for large ones (Zip64) can hold. */
export const MAX_ZIP_BYTES = 0xffff_fffe;

const LOCAL = 0x0403_4b50;
const CENTRAL = 0x0201_4b50;
const END = 0x0605_4b50;
/** Bit 11: names are in UTF-8. */
const UTF8 = 0x0800;
/** 1980-01-01, the first day that a zip knows: the same files give the same zip. */
const DAY = 0x0021;

/** Makes a zip. Members together must not exceed MAX_ZIP_BYTES. */
export async function makeZip(members: readonly Member[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  const directory: ArrayBuffer[] = [];
  let offset = 0;
  for (const { name, data } of members) {
    const bytes = new TextEncoder().encode(name);
    const about = fields([[2, 20], [2, UTF8], [2, 0], [2, 0], [2, DAY], [4, await crc32(data)], [4, data.size], [4, data.size], [2, bytes.length], [2, 0]]);
    parts.push(fields([[4, LOCAL]]), about, bytes, data);
    directory.push(fields([[4, CENTRAL], [2, 20]]), about, fields([[2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), bytes.buffer as ArrayBuffer);
    offset += 4 + about.byteLength + bytes.length + data.size;
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = fields([[4, END], [2, 0], [2, 0], [2, members.length], [2, members.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** Numbers of the given widths in bytes, the lowest byte first. */
function fields(list: readonly (readonly [width: 2 | 4, value: number])[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(list.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of list) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return view.buffer;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb8_8320 : n >>> 1;
  return n;
});

/** How much of a Blob is in memory at a time. */
const STEP = 4 << 20;

/** The checksum that zips have of their members. */
export async function crc32(data: Blob): Promise<number> {
  let crc = ~0;
  for (let at = 0; at < data.size; at += STEP) {
    for (const byte of new Uint8Array(await data.slice(at, at + STEP).arrayBuffer())) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  }
  return ~crc >>> 0;
}
