import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ArchiveError } from "../src/archive/errors.ts";
import { Database, type Value } from "../src/archive/sqlite.ts";
import type { ByteStore } from "../src/archive/store.ts";

declare const TESTDATA: string;

// Written by SQLite itself: templates/databases_test.go, which has the same rule for what is in them.
const databases: [name: string, rows: number, longest: number, scrambled: boolean, mostReads: number][] = [
  ["deep", 1500, 400, false, 5], // four levels and an overflow chain
  ["scrambled", 120, 4000, true, 7],
  ["reserved", 120, 30_000, false, 3],
  ["wide", 12, 400_000, false, 2],
];

/** Bytes that nothing in them comes to. */
const MOST = 4 * 1024 * 1024;

const unpack = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(gunzipSync(readFileSync(`${TESTDATA}/databases/${name}.db.gz`)));

function row(k: number, longest: number): Value[] {
  const numbers = [0, 1, -1, 127, 128, -32768, 1 << 22, -(2 ** 31), 2 ** 40, -(2 ** 47), 2 ** 52];
  return [null, numbers[k % 12] ?? null, k / 4, "é€".repeat(k % 40), new Uint8Array((k * k * 31) % longest).map((_, i) => (k + i) % 251)];
}

const idOf = (k: number): number => k ** 3 - 1000;

/** A file in memory that counts what is read of it. */
class Memory implements ByteStore {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  reads = 0;
  bytesRead = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  async read(offset: number, length: number): Promise<ArrayBuffer> {
    this.reads++;
    this.bytesRead += length;
    return this.#bytes.slice(offset, offset + length).buffer;
  }

  reset(): void {}

  get size(): number {
    return this.#bytes.length;
  }
}

for (const [name, rows, longest, scrambled, mostReads] of databases) {
  test(`${name}: every row is found, and none that is not there`, async () => {
    const store = new Memory(unpack(name));
    const db = await Database.open(store);
    assert.equal(db.tables.size, 31);
    const root = db.tables.get("t")!;
    for (let k = 0; k < rows; k++) {
      const before = store.reads;
      const found = await db.find(root, idOf(k), MOST);
      if (scrambled && k % 3 === 1) assert.equal(found, undefined);
      else assert.deepEqual(found?.map((v) => (v instanceof Uint8Array ? v.slice() : v)), row(k, longest), `row ${k}`);
      assert.ok(store.reads - before <= mostReads, `${store.reads - before} reads for row ${k}`);
    }
    for (const id of [-1001, 8, 2 ** 50, -(2 ** 50)]) assert.equal(await db.find(root, id, MOST), undefined);
  });

  test(`${name}: all rows, by levels`, async () => {
    const db = await Database.open(new Memory(unpack(name)));
    let k = 0;
    for await (const columns of db.rows(db.tables.get("t")!, MOST)) {
      if (scrambled && k % 3 === 1) k++;
      assert.equal(columns[2], k++ / 4);
    }
    assert.equal(k, rows);
  });
}

/** Opens and looks rows up; what is not an ArchiveError fails. Gives how many rows were as they should be. */
async function survive(bytes: Uint8Array<ArrayBuffer>, what: string): Promise<{ right: number; wrong: number }> {
  const store = new Memory(bytes);
  const result = { right: 0, wrong: 0 };
  for (let k = 0; k < 120; k += 11) {
    try {
      const db = await Database.open(store);
      const found = await db.find(db.tables.get("t") ?? 1, idOf(k), MOST);
      const [, n, x, s, data] = row(k, 4000);
      const same = k % 3 === 1 ? !found : found !== undefined && found[1] === n && found[2] === x && found[3] === s && Buffer.compare(found[4] as Uint8Array, data as Uint8Array) === 0;
      result[same ? "right" : "wrong"]++;
    } catch (e) {
      if (!(e instanceof ArchiveError)) throw new Error(`${what}: ${e}`, { cause: e });
    }
  }
  assert.ok(store.bytesRead < 50 * bytes.length + 10_000, `${what}: ${store.bytesRead} bytes read of ${bytes.length}`);
  return result;
}

test("a file that ends anywhere is an error or right", async () => {
  const whole = unpack("scrambled");
  for (let length = 0; length < whole.length; length += 1999) {
    const cut = whole.slice(0, length);
    assert.equal((await survive(cut, `${length} bytes`)).wrong, 0);
    if (length < 100) continue;
    new DataView(cut.buffer).setUint32(28, Math.floor(length / 1024)); // as if it had always been so short
    assert.equal((await survive(cut, `${length} bytes, as the header says`)).wrong, 0);
  }
});

test("damaged bytes end in an ArchiveError or in data, never otherwise", async () => {
  const bytes = unpack("scrambled");
  const whole = bytes.slice();
  let random = 1;
  const next = (below: number): number => (random = (random * 48271) % 0x7fffffff) % below;
  let right = 0;
  const trials = 500;
  for (let i = 0; i < trials; i++) {
    bytes.set(whole);
    // What steers a reader: the file's header, and the heads of pages.
    for (let n = next(3); n >= 0; n--) bytes[i % 3 ? next(200) : next(whole.length / 1024) * 1024 + next(24)] = next(256);
    right += (await survive(bytes, `trial ${i}`)).right;
  }
  assert.ok(right > trials, "hardly anything was right: nothing is tested");
});

test("pages that lead back to themselves are an error", async () => {
  const bytes = unpack("deep");
  const db = await Database.open(new Memory(bytes.slice()));
  const root = db.tables.get("t")!;
  const file = new DataView(bytes.buffer);
  // Overflow pages first: those that are of no B-tree.
  for (let at = 512; at < bytes.length; at += 512) {
    if (![2, 5, 10, 13].includes(bytes[at]!)) file.setUint32(at, at / 512 + 1);
  }
  const chained = await Database.open(new Memory(bytes.slice()));
  const fails = (what: Promise<unknown>): Promise<void> => assert.rejects(what, (e) => e instanceof ArchiveError && e.kind === "format");
  await fails((async () => {
    for (let k = 0; k < 1500; k++) await chained.find(root, idOf(k), MOST);
  })());
  for (let at = 512; at < bytes.length; at += 512) {
    if (bytes[at] === 5) file.setUint32(at + 8, at / 512 + 1);
  }
  const looped = await Database.open(new Memory(bytes));
  await fails(looped.find(root, 2 ** 50, MOST));
  await fails((async () => {
    for await (const _ of looped.rows(root, MOST));
  })());
});
