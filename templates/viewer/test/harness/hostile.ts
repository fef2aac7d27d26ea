// Archives made byte by byte, so that they may claim what no tool writes.

import { gzipSync } from "node:zlib";
import type { ByteStore } from "../../src/archive/store.ts";

/** A file in memory that counts what is read of it. */
export class Memory implements ByteStore {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  bytesRead = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  async read(offset: number, length: number): Promise<ArrayBuffer> {
    const part = this.#bytes.slice(offset, offset + length);
    this.bytesRead += part.length;
    return part.buffer;
  }

  reset(): void {}

  get size(): number {
    return this.#bytes.length;
  }
}

const LAYER = { id: "all", field: "visits", scale: "linear", ramp: [[0, "#000000"]] };
const FIELD = { id: "visits", scale: { values: [1], presence: [1] }, zooms: [{ zoom: 0, lo: 0, hi: 1 }] };

/** The value of the metadata's key heatmapgen, as JSON. */
export function heat(over: Record<string, unknown> = {}): string {
  return JSON.stringify({ format: 2, min_zoom: 0, max_zoom: 2, bounds: [7, 47, 8, 48], fields: [FIELD], layers: [LAYER], ...over });
}

/** An unsigned number as PMTiles and blocks of lines have it. */
export function leb(n: number): number[] {
  const out: number[] = [];
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) + 128);
  return [...out, n];
}

/** An entry of a directory: a tile, or with a run of 0 a leaf directory. */
export type Entry = [id: number, run: number, length: number, offset: number];

export function directory(entries: Entry[], claimed = entries.length): Uint8Array {
  const ids = entries.map(([id], i) => id - (i > 0 ? entries[i - 1]![0] : 0));
  return Uint8Array.from([claimed, ...ids, ...entries.map((e) => e[1]), ...entries.map((e) => e[2]), ...entries.map((e) => e[3] + 1)].flatMap(leb));
}

export interface Parts {
  root?: Uint8Array;
  metadata?: Uint8Array;
  leaves?: Uint8Array;
  tiles?: Uint8Array;
  /** What the header claims of a section in place of its length. */
  claims?: { metadata?: number; tiles?: number };
}

/** A PMTiles archive of gzip files and tiles. */
export function pmtiles(p: Parts): Uint8Array<ArrayBuffer> {
  const sections = [p.root ?? gzipSync(directory([[0, 1, 1, 0]])), p.metadata ?? gzipSync(`{"heatmapgen":${heat()}}`), p.leaves ?? new Uint8Array(), p.tiles ?? new Uint8Array(1)];
  const lengths = [sections[0]!.length, p.claims?.metadata ?? sections[1]!.length, sections[2]!.length, p.claims?.tiles ?? sections[3]!.length];
  const header = Buffer.alloc(127);
  header.write("PMTiles\x03", "latin1");
  let at = header.length;
  sections.forEach((section, i) => {
    header.writeBigUInt64LE(BigInt(at), 8 + 16 * i);
    header.writeBigUInt64LE(BigInt(lengths[i]!), 16 + 16 * i);
    at += section.length;
  });
  header.set([1, 2, 1, 2, 0, 2], 96); // clustered, gzip inside, tiles as they are, PNG, zooms 0 to 2
  return new Uint8Array(Buffer.concat([header, ...sections]));
}

/** A number as SQLite writes it, below 2 ** 56. */
function varint(n: number): number[] {
  const out = [n % 128];
  for (n = Math.floor(n / 128); n > 0; n = Math.floor(n / 128)) out.unshift((n % 128) + 128);
  return out;
}

/** A row's record; numbers are of one byte. */
export function record(columns: (null | number | string | Uint8Array)[]): Buffer {
  const types: number[] = [];
  const body: Buffer[] = [];
  for (const c of columns) {
    if (typeof c === "number") {
      types.push(1);
      body.push(Buffer.from([c]));
    } else if (c !== null) {
      const bytes = Buffer.from(c);
      types.push(...varint(2 * bytes.length + (typeof c === "string" ? 13 : 12)));
      body.push(bytes);
    } else {
      types.push(0);
    }
  }
  // The head counts the bytes of its own length, too.
  let head = [1];
  while (head.length !== varint(types.length + head.length).length) head.push(0);
  head = varint(types.length + head.length);
  return Buffer.concat([Buffer.from([...head, ...types]), ...body]);
}

/** A leaf cell of a record that lies on its page, or of what is claimed to go on in another. */
export function cell(rowid: number, record: Buffer, claimed = record.length, overflow?: number): Buffer {
  const rest = Buffer.alloc(overflow === undefined ? 0 : 4);
  if (overflow !== undefined) rest.writeUInt32BE(overflow);
  return Buffer.concat([Buffer.from([...varint(claimed), ...varint(rowid)]), record, rest]);
}

/** A page of a table's B-tree: pointers, each to one of the cells by its number; cells of an interior page have four bytes of a child before the key. */
export function page(size: number, cells: Buffer[], pointers = cells.map((_, i) => i), right?: number, first = false): Buffer {
  const out = Buffer.alloc(size);
  const start = first ? 100 : 0;
  out[start] = right === undefined ? 13 : 5;
  out.writeUInt16BE(pointers.length, start + 3);
  if (right !== undefined) out.writeUInt32BE(right, start + 8);
  const list = start + (right === undefined ? 8 : 12);
  let end = size;
  const places = cells.map((c) => {
    end -= c.length;
    out.set(c, end);
    return end;
  });
  if (end < list + 2 * pointers.length) throw new Error("the page is too small for its cells");
  pointers.forEach((p, i) => out.writeUInt16BE(places[p]!, list + 2 * i));
  return out;
}

/** A database of tables by their root pages, behind a first page that lists them. */
export function database(size: number, tables: Record<string, number>, pages: Buffer[]): Uint8Array<ArrayBuffer> {
  const schema = Object.entries(tables).map(([name, root], i) => cell(i + 1, record(["table", name, name, root, ""])));
  const first = page(size, schema, undefined, undefined, true);
  first.write("SQLite format 3\0", "latin1");
  first.writeUInt16BE(size === 65536 ? 1 : size, 16);
  first.set([1, 1, 0, 64, 32, 32], 18);
  first.writeUInt32BE(1, 24);
  first.writeUInt32BE(1 + pages.length, 28);
  first.writeUInt32BE(1, 56);
  first.writeUInt32BE(1, 92);
  return new Uint8Array(Buffer.concat([first, ...pages]));
}
