import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { HeatArchive } from "../src/archive/archive.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import { BlobStore, DATABASE_HEAD, HttpStore } from "../src/archive/store.ts";

declare const TESTDATA: string;

// What is in it is told where it is written: templates/databases_test.go.
const file = new Uint8Array(gunzipSync(readFileSync(`${TESTDATA}/databases/small.mbtiles.gz`)));
const PAGE = 32768;
const realFetch = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Puts a host of the file in the place of fetch and lists the pages that are asked for: first and last, from 1. */
function host(): { pages: [number, number][]; etag: string } {
  const log = { pages: [] as [number, number][], etag: '"1"' };
  globalThis.fetch = async (_url, init) => {
    init?.signal?.throwIfAborted();
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("Range") ?? "")!;
    log.pages.push([Number(from) / PAGE + 1, (Number(to) + 1) / PAGE]);
    const body = file.slice(Number(from), Number(to) + 1);
    return new Response(body, { status: 206, headers: { "Content-Range": `bytes ${from}-${Number(from) + body.length - 1}/${file.length}`, ETag: log.etag } });
  };
  return log;
}

const httpStore = (): HttpStore => new HttpStore("x", DATABASE_HEAD);
const fileStore = (bytes: Uint8Array<ArrayBuffer>): BlobStore => new BlobStore(new Blob([bytes]));
const [X, Y] = [536 << 4, 356 << 4]; // the first tile of zoom 14

/** Tiles of zoom 14, columns and rows from the first. */
function ask(archive: HeatArchive, field: string, columns: number[], rows: number[], signal?: AbortSignal): Promise<ArrayBuffer | undefined>[] {
  return columns.flatMap((x) => rows.map((y) => archive.tile(archive.metadata.fields.get(field)!, 14, X + x, Y + y, signal)));
}

const fails = (promise: Promise<unknown>, kind: string): Promise<void> => assert.rejects(promise, (e) => e instanceof ArchiveError && e.kind === kind);

test("every tile is found as it was written, and none that is not there", async () => {
  const archive = await HeatArchive.open(fileStore(file));
  for (const field of ["visits", "pace"]) {
    for (let i = 0; i < 256; i++) {
      const [x, y] = [i >> 4, i & 15];
      const png = new Uint8Array((await ask(archive, field, [x], [y])[0]!)!);
      const image = png.subarray(-16 - (1000 + x + 4 * y), -16); // before its checksum and the chunk IEND
      assert.ok(image.length === 1000 + x + 4 * y && image.every((b) => b === x * 16 + y), `${field} ${x} ${y}`);
    }
    assert.deepEqual(await Promise.all(ask(archive, field, [-1, 16], [0, 16])), Array(4).fill(undefined));
  }
});

/** The bytes of the i-th block. */
const isBlock = (data: ArrayBuffer | undefined, i: number): boolean => data?.byteLength === 1000 + 10_000 * i && new Uint8Array(data).every((b) => b === i);

test("every block is found as it was written, one by one and all at once", async () => {
  const archive = await HeatArchive.open(fileStore(file));
  for (let i = 0; i < 16; i++) assert.ok(isBlock(await archive.block(14, X + (i & 3), Y + (i >> 2)), i), `${i}`);
  assert.equal((await archive.block(12, X >> 2, Y >> 2))!.byteLength, 6);
  assert.equal(await archive.block(14, X + 4, Y), undefined);
  const all = await archive.allBlocks();
  assert.equal(all.length, 16);
  for (const { z, x, y, data } of all) assert.ok(z === 14 && isBlock(data, x - X + 4 * (y - Y)));
});

test("metadata come through, and so does what is missing", async () => {
  const archive = await HeatArchive.open(fileStore(file));
  assert.deepEqual([archive.metadata.name, archive.metadata.attribution, archive.hasLines, archive.zooms.maxZoom], ["Small", "nobody", true, 20]);
  // Of a text that takes four pages its beginning is shown.
  assert.equal(archive.metadata.activities.name[0], "long ".repeat(400));
  const absences = ["visits", "pace", "hills", "gone", "never"].map((f) => archive.absence(f));
  assert.deepEqual(absences, [undefined, undefined, "empty", "dropped", "empty"]);
});

test("a view takes few requests", async () => {
  const log = host();
  const archive = await HeatArchive.open(httpStore());
  // The rest of the metadata's overflow chain, and the root page of the tiles with it.
  assert.deepEqual(log.pages, [[1, 4], [4, 7]]);
  log.pages.length = 0;
  await Promise.all(ask(archive, "visits", [0, 1, 2, 3, 4], [0, 1, 2, 3]));
  assert.equal(log.pages.length, 1);
  const [first, last] = log.pages[0]!;
  // Its neighbours lie on the same pages or the next ones; what is there is not asked for again.
  log.pages.length = 0;
  await Promise.all(ask(archive, "visits", [0, 1, 2, 3, 4, 5], [0, 1, 2, 3]));
  assert.ok(log.pages.length <= 1 && log.pages.every(([from, to]) => from > last || to < first), JSON.stringify(log.pages));
  // Another field: its root page, then the tiles.
  log.pages.length = 0;
  await Promise.all(ask(archive, "pace", [0, 1, 2, 3, 4], [0, 1, 2, 3]));
  assert.deepEqual([log.pages.length, log.pages[0]], [2, [8, 8]]);
  // All lines: the table's root page, its leaves with what lies between them, and what the long ones go on in.
  log.pages.length = 0;
  assert.equal((await archive.allBlocks()).length, 16);
  assert.ok(log.pages.length <= 5, JSON.stringify(log.pages));
});

test("a page that several wait for is given up when all of them are gone", async () => {
  const log = host();
  const archive = await HeatArchive.open(httpStore());
  log.pages.length = 0;
  const [one, two] = [new AbortController(), new AbortController()];
  const first = Promise.allSettled(ask(archive, "visits", [0], [0, 1], one.signal));
  const second = Promise.all(ask(archive, "visits", [1], [0, 1], two.signal));
  one.abort();
  assert.ok((await first).every((r) => r.status === "rejected" && r.reason.name === "AbortError"));
  assert.ok((await second).every((tile) => tile));
  assert.equal(log.pages.length, 1);
  // Nobody is left: nothing is asked for, and whoever comes later is served.
  log.pages.length = 0;
  const gone = Promise.allSettled(ask(archive, "visits", [15], [15], two.signal));
  two.abort();
  assert.equal((await gone)[0]!.status, "rejected");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(log.pages.length, 0);
  assert.ok((await ask(archive, "visits", [15], [15])[0])!.byteLength > 1000);
});

test("a file that is replaced while it is read", async () => {
  const log = host();
  const store = httpStore();
  const archive = await HeatArchive.open(store);
  log.etag = '"2"';
  await fails(ask(archive, "visits", [0], [0])[0]!, "changed");
  store.reset();
  assert.ok(await ask(await HeatArchive.open(store), "visits", [0], [0])[0]);
});

const refused: [name: string, kind: string, bytes: Uint8Array<ArrayBuffer>][] = [
  ["a broken-off upload", "truncated", file.slice(0, 300_000)],
  ["one broken off early", "truncated", file.slice(0, 50)],
  ["nothing behind the header", "format", new Uint8Array(file.length).map((_, i) => (i < 100 ? file[i]! : 0))],
  ["a database without heat", "plain", new Uint8Array(gunzipSync(readFileSync(`${TESTDATA}/databases/wide.db.gz`)))],
  ["another version of PMTiles", "foreign", new TextEncoder().encode("PMTiles\x02 and so on ............")],
  ["nothing", "foreign", new Uint8Array()],
];

for (const [name, kind, bytes] of refused) {
  test(`${name}: ${kind}`, () => fails(HeatArchive.open(fileStore(bytes)), kind));
}

test("a tile under another's id is an error", async () => {
  const bytes = file.slice();
  // The column of a tile's row, as it stands before its image: 2 bytes each for column and row.
  const at = Buffer.from(bytes.buffer).indexOf(Buffer.from([X >> 8, X & 255, (16383 - Y) >> 8, (16383 - Y) & 255, 0x89, 0x50]));
  bytes[at + 1]!++;
  const archive = await HeatArchive.open(fileStore(bytes));
  await fails(ask(archive, "visits", [0], [0])[0]!, "format");
});
