// Reads tables of an SQLite database by their row ids, a page at a time (https://www.sqlite.org/fileformat2.html). It takes
// bytes of any origin: what is wrong with them becomes an ArchiveError, after a bounded number of steps.

import { ArchiveError } from "./errors.ts";
import { MAX_COLUMNS, MAX_PAGES, MAX_ROWS, tooMuch } from "./limits.ts";
import { Pages } from "./pages.ts";
import type { ByteStore } from "./store.ts";

/** A column of a row; integers beyond 2^53 are rounded. */
export type Value = null | number | string | Uint8Array;

/** What a database begins with. */
export const MAGIC = "SQLite format 3\0";

/** Length of the database header in bytes; on the first page the B-tree page begins behind it. */
const HEADER = 100;

/** Levels of a B-tree, as many as SQLite itself goes down (BTCURSOR_MAX_DEPTH). */
const MAX_DEPTH = 20;

/** The most bytes of all rows of the schema: some hundred tables with long statements. */
const MAX_SCHEMA = 1024 * 1024;

const LEAF = 13;
const INTERIOR = 5;

/** A row as it stands on its leaf page. */
interface Cell {
  rowid: number;
  /** Bytes of the record. */
  length: number;
  /** Its beginning, as far as it lies on the leaf page. */
  local: Uint8Array;
  /** The first page of the rest; 0 for none. */
  overflow: number;
}

const broken = (why: string): ArchiveError => new ArchiveError("format", `the database is damaged: ${why}`);

export class Database {
  /** The root pages of the tables, by name. */
  readonly tables = new Map<string, number>();
  readonly #store: ByteStore;
  readonly #pages: Pages;
  readonly #pageSize: number;
  /** Bytes of a page that are in use; the rest is reserved for extensions. */
  readonly #usable: number;
  readonly #text: TextDecoder;

  private constructor(store: ByteStore, header: DataView) {
    const size = header.getUint16(16);
    this.#pageSize = size === 1 ? 65536 : size;
    this.#usable = this.#pageSize - header.getUint8(20);
    const encoding = ["utf-8", "utf-16le", "utf-16be"][header.getUint32(56) - 1];
    if (this.#pageSize < 512 || (this.#pageSize & (this.#pageSize - 1)) !== 0 || this.#usable < 480 || header.getUint8(19) > 2 || !encoding) {
      throw broken("its header makes no sense");
    }
    this.#text = new TextDecoder(encoding);
    // The header's number of pages is true if whoever wrote last has kept it.
    const told = header.getUint32(24) === header.getUint32(92) ? header.getUint32(28) : 0;
    const count = told || (store.size === undefined ? 0xfffffffe : Math.floor(store.size / this.#pageSize));
    if (store.size !== undefined && store.size < count * this.#pageSize) {
      throw new ArchiveError("truncated", `the file has ${store.size} of ${count * this.#pageSize} bytes`);
    }
    this.#store = store;
    this.#pages = new Pages(store, this.#pageSize, count);
  }

  /** Reads the header and the schema. */
  static async open(store: ByteStore): Promise<Database> {
    const header = new DataView(await store.read(0, HEADER));
    if (header.byteLength < HEADER) throw new ArchiveError("truncated", `the file has only ${header.byteLength} bytes`);
    const db = new Database(store, header);
    // Columns of the schema: type, name, tbl_name, rootpage, sql.
    for await (const [type, name, , root] of db.rows(1, MAX_SCHEMA)) {
      if (type === "table" && typeof name === "string" && typeof root === "number") db.tables.set(name, root);
    }
    return db;
  }

  /**
   * The first columns of the row with a row id, in the B-tree with a root page; undefined where there is none. An INTEGER PRIMARY KEY is null in
   * it. A row of more than most bytes is an error.
   */
  async find(root: number, rowid: number, most: number, signal?: AbortSignal): Promise<Value[] | undefined> {
    let n = root;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const page = await this.#page(n, signal);
      const at = page.search(rowid);
      if (!page.leaf) {
        n = page.child(at);
        continue;
      }
      if (at === page.count) return undefined;
      const cell = page.cell(at);
      if (cell.rowid !== rowid) return undefined;
      if (cell.length > most) throw tooMuch("bytes of a row", most);
      return this.#record(cell, signal);
    }
    throw broken("a table is too deep");
  }

  /**
   * The first columns of all rows of a small table, level by level: the pages of a level travel together, and so do those that its rows go on
   * in. Rows of more than most bytes together are an error, as are more rows or pages than so many, by default those that limits.ts has.
   */
  async *rows(root: number, most: number, mostRows = MAX_ROWS, mostPages = Math.max(mostRows, MAX_PAGES)): AsyncGenerator<Value[]> {
    const seen = new Set<number>();
    let level: number[] = [];
    let [rows, bytes] = [0, 0];
    const visit = (n: number): void => {
      if (seen.has(n)) throw broken(`page ${n} occurs twice in a table`);
      if (seen.size === mostPages) throw tooMuch("pages of a table that is read as a whole", mostPages);
      seen.add(n);
      level.push(n);
    };
    visit(root);
    while (level.length > 0) {
      const pages = await Promise.all(level.map((n) => this.#page(n)));
      level = [];
      const cells: Cell[] = [];
      for (const page of pages) {
        if (page.leaf) {
          for (let i = 0; i < page.count; i++) {
            const cell = page.cell(i);
            if (++rows > mostRows) throw tooMuch("rows of a table that is read as a whole", mostRows);
            bytes += cell.length;
            if (bytes > most) throw tooMuch("bytes of a table that is read as a whole", most);
            cells.push(cell);
          }
        } else {
          for (let i = 0; i <= page.count; i++) visit(page.child(i));
        }
      }
      yield* await Promise.all(cells.map((cell) => this.#record(cell)));
    }
  }

  /** Asks for the root page of a table that will be looked into. */
  warm(root: number): void {
    this.#pages.get(root).catch(() => {}); // who looks hears of it
  }

  async #page(n: number, signal?: AbortSignal): Promise<TreePage> {
    return new TreePage(await this.#pages.get(n, signal), n === 1 ? HEADER : 0, this.#usable, n);
  }

  async #record(cell: Cell, signal?: AbortSignal): Promise<Value[]> {
    const bytes = cell.overflow ? await this.#whole(cell, signal) : cell.local;
    const head = new Cursor(bytes, 0);
    head.end = head.varint();
    if (head.end > bytes.length) throw broken("the head of a row is longer than the row");
    const values: Value[] = [];
    const body = new Cursor(bytes, head.end);
    while (head.at < head.end && values.length < MAX_COLUMNS) values.push(body.value(head.varint(), this.#text));
    return values;
  }

  /**
   * The bytes of a row that goes on beyond its leaf page. Its further pages, each of which names the next, mostly follow each
   * other, so as many as are missing are asked for at once; from where the chain jumps, twice as many as followed each other.
   */
  async #whole({ length, local, overflow }: Cell, signal?: AbortSignal): Promise<Uint8Array> {
    const room = this.#usable - 4;
    if (length > this.#pages.count * room) throw broken(`a row claims ${length} bytes`);
    const whole = new Uint8Array(length);
    whole.set(local);
    const seen = new Set<number>();
    let at = local.length;
    let run = Infinity;
    let next = overflow;
    while (at < length) {
      this.#pages.check(next);
      const first = next;
      const count = Math.min(run, Math.ceil((length - at) / room), this.#pages.count - first + 1);
      const data = new Uint8Array(await this.#store.read((first - 1) * this.#pageSize, count * this.#pageSize, signal));
      if (data.length < count * this.#pageSize) throw new ArchiveError("truncated", `the file ends within the pages from ${first}`);
      let i = 0;
      for (; i < count && next === first + i; i++) {
        if (seen.has(next)) throw broken(`page ${next} occurs twice in a row`);
        seen.add(next);
        const page = new Cursor(data, i * this.#pageSize);
        next = page.u32();
        const part = data.subarray(page.at, page.at + Math.min(room, length - at));
        whole.set(part, at);
        at += part.length;
      }
      run = 2 * i;
    }
    if (next !== 0) throw broken("a row goes on beyond its length");
    return whole;
  }
}

/** A page of a table's B-tree. */
class TreePage {
  readonly leaf: boolean;
  /** Rows of a leaf; of an interior page the keys, of which it has one less than children. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  /** Where the list of cells begins. */
  readonly #cells: number;
  readonly #right: number;
  readonly #name: number;

  constructor(page: Uint8Array, start: number, usable: number, name: number) {
    this.#bytes = page.subarray(0, usable);
    this.#name = name;
    const at = new Cursor(this.#bytes, start);
    const type = at.u8();
    if (type !== LEAF && type !== INTERIOR) throw broken(`page ${name} is not one of a table`);
    this.leaf = type === LEAF;
    at.at += 2;
    this.count = at.u16();
    at.at += 3;
    this.#right = this.leaf ? 0 : at.u32();
    this.#cells = at.at;
    if (this.#cells + 2 * this.count > usable) throw broken(`page ${name} claims ${this.count} cells`);
  }

  /** The index of the first cell whose key is not below a row id: its row, or the child that leads to it. */
  search(rowid: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#cell(middle);
      if (this.leaf) at.varint(); // the record's length
      else at.at += 4;
      if (at.varint() < rowid) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The number of a child page, 0 to count. */
  child(i: number): number {
    return i < this.count ? this.#cell(i).u32() : this.#right;
  }

  cell(i: number): Cell {
    const at = this.#cell(i);
    const length = at.varint();
    const rowid = at.varint();
    const usable = this.#bytes.length;
    let here = length;
    if (length > usable - 35) {
      const least = Math.floor(((usable - 12) * 32) / 255) - 23;
      here = least + ((length - least) % (usable - 4));
      if (here > usable - 35) here = least;
    }
    const local = at.take(here);
    return { rowid, length, local, overflow: here < length ? at.u32() : 0 };
  }

  #cell(i: number): Cursor {
    const at = new Cursor(this.#bytes, this.#cells + 2 * i).u16();
    if (at < this.#cells + 2 * this.count) throw broken(`a cell of page ${this.#name} lies in its head`);
    return new Cursor(this.#bytes, at);
  }
}

/** Reads numbers from bytes, none beyond their end. */
class Cursor {
  readonly #bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = bytes.length;
  }

  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.end - this.at)) throw broken("a number or a row goes beyond its page");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  /** Seven bits a byte, the highest first, and all eight of a ninth: only a number of nine bytes may be negative. */
  varint(): number {
    let n = 0;
    let signed = 0;
    for (let i = 0; i < 8; i++) {
      const b = this.u8();
      n = n * 0x80 + (b & 0x7f);
      if (b < 0x80) return n;
      signed = i === 0 ? n - ((n & 0x40) << 1) : signed * 0x80 + (b & 0x7f);
    }
    return signed * 0x100 + this.u8();
  }

  /** A column's value by its serial type. */
  value(type: number, text: TextDecoder): Value {
    if (type >= 12) {
      const bytes = this.take(Math.floor((type - 12) / 2));
      return type % 2 === 0 ? bytes : text.decode(bytes);
    }
    if (type === 0) return null;
    if (type >= 8) {
      if (type > 9) throw broken(`a column is of the reserved type ${type}`);
      return type - 8;
    }
    const bytes = this.take([0, 1, 2, 3, 4, 6, 8, 8][type]!);
    if (type === 7) return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
    let n = bytes[0]! << 24 >> 24; // the sign is that of the first byte
    for (const b of bytes.subarray(1)) n = n * 0x100 + b;
    return n;
  }
}
