import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { HeatArchive } from "../src/archive/archive.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import { inflate, MAX_ACTIVITIES, MAX_BLOCK, MAX_DIRECTORY, MAX_ENTRIES, MAX_FIELDS, MAX_LINES, MAX_METADATA, MAX_PARTS, MAX_ROWS, MAX_TEXT, MAX_TILE, MAX_VALUES, parseJSON } from "../src/archive/limits.ts";
import { parseMetadata } from "../src/archive/metadata.ts";
import { Database } from "../src/archive/sqlite.ts";
import { unpack } from "../src/heat/png.ts";
import { cell, database, directory, type Entry, heat, Memory, page, type Parts, pmtiles, record } from "./harness/hostile.ts";

const tooLarge = (what: RegExp) => (e: unknown): boolean => e instanceof ArchiveError && e.kind === "large" && what.test(e.message);
const refuses = (promise: Promise<unknown>, what: RegExp): Promise<void> => assert.rejects(promise, tooLarge(what));

/** Opens a PMTiles archive of such parts. */
const open = (parts: Parts): Promise<HeatArchive> => HeatArchive.open(new Memory(pmtiles(parts)));

const metadata = (over: Record<string, unknown>): Parts => ({ metadata: gzipSync(`{"heatmapgen":${heat(over)}}`) });

test("the archives that these tests are made of are good", async () => {
  const archive = await open({ tiles: Buffer.from("tile"), root: gzipSync(directory([[0, 1, 4, 0]])) });
  assert.equal(new TextDecoder().decode(await archive.tile(archive.metadata.fields.get("visits")!, 0, 0, 0)), "tile");
  const rows = page(512, [cell(1, record(["heatmapgen", heat()]))]);
  const tiles = page(512, [cell(0, record([null, 0, 0, 0, Buffer.from("tile")]))]);
  const db = await HeatArchive.open(new Memory(database(512, { metadata: 2, tiles: 3 }, [rows, tiles])));
  assert.equal(db.metadata.layers[0]!.id, "all");
  const field = { ...db.metadata.fields.get("visits")!, place: { offset: 0, length: 0, table: "tiles" } };
  assert.equal(new TextDecoder().decode(await db.tile(field, 0, 0, 0)), "tile");
});

test("what is inflated is whole up to the limit and refused from there on", async () => {
  for (const size of [0, 1, 100_000, 5_000_000]) {
    const text = Buffer.alloc(size, "some text ");
    const packed = new Uint8Array(gzipSync(text));
    assert.equal(Buffer.compare(await inflate(packed, "gzip", size, "x"), text), 0);
    if (size > 0) await refuses(inflate(packed, "gzip", size - 1, "the text"), /^the text, inflated, in bytes: more than the \d+ that/);
    await assert.rejects(inflate(packed.slice(0, -1), "gzip", size, "x"), (e) => !(e instanceof ArchiveError));
  }
});

test("metadata of 200 kB that inflate to 200 MB", () => refuses(open({ metadata: gzipSync(Buffer.alloc(200 << 20, " ")) }), /^the metadata, inflated.* 67108864 /));

test("metadata that are claimed to go on for ever are not read", async () => {
  const store = new Memory(pmtiles({ claims: { metadata: 2 ** 50 } }));
  await refuses(HeatArchive.open(store), /^bytes of the metadata/);
  assert.ok(store.bytesRead < 50_000);
});

test("metadata that inflate within the limit but would fill the memory", async () => {
  await refuses(open({ metadata: gzipSync(`{"x":[${"[],".repeat(MAX_PARTS)}0]}`) }), /^objects, keys and lists/);
  await refuses(open({ metadata: gzipSync(`{"x":[${"0,".repeat(MAX_VALUES + 1)}0]}`) }), /^values in the metadata/);
  const long = JSON.stringify('},:[{"\\\\"'.repeat(MAX_PARTS));
  assert.equal((parseJSON(`{"a": ${long}, "\\\\": "\\""}`) as Record<string, string>)["\\"], '"', "what stands in a text does not count");
  for (const broken of ['{"a', '"\\"', "", "[", '{"a": "\\\\\\"}']) assert.throws(() => parseJSON(broken), SyntaxError);
  assert.throws(() => parseJSON(" ".repeat(MAX_METADATA + 1)), tooLarge(/^characters of the metadata/));
});

test("more activities, sports, fields or layers than there can be", async () => {
  const most = "1,".repeat(MAX_ACTIVITIES - 1);
  const columns = (day: string): unknown => JSON.parse(`{"heatmapgen":${heat().slice(0, -1)},"activities":{"day":[${day}1]}}}`);
  assert.equal(parseMetadata(columns(most)).activities.day.length, MAX_ACTIVITIES);
  assert.throws(() => parseMetadata(columns(most + "1,")), tooLarge(/^activities in the column day: more than the 1000000/));
  for (const column of ["sport", "distance_m", "moving_s", "ascent_m", "name"]) {
    await refuses(open(metadata({ activities: { [column]: Array(MAX_ACTIVITIES + 1).fill(0) } })), new RegExp(`^activities in the column ${column}`));
  }
  await refuses(open(metadata({ activities: { sports: Array(10_001).fill("Run") } })), /^sports/);
  await refuses(open(metadata({ fields: Array(MAX_FIELDS + 1).fill({}) })), /^fields/);
  await refuses(open(metadata({ layers: Array(MAX_FIELDS + 1).fill({}) })), /^layers/);
});

test("long texts are cut", async () => {
  const text = "x".repeat(1_000_000);
  const layer = { id: "all", title: text, description: text, field: "visits", ramp: [[0, "#000000"]] };
  const { metadata: m } = await open({ metadata: gzipSync(`{"name":"${text}","heatmapgen":${heat({ layers: [layer], activities: { name: [text] } })}}`) });
  for (const shown of [m.name, m.layers[0]!.title, m.layers[0]!.description, m.activities.name[0]!]) assert.equal(shown.length, MAX_TEXT);
});

test("directories", async () => {
  const some = (n: number): Entry[] => Array.from({ length: n }, (_, i) => [i, 1, 1, 0] as Entry);
  await open({ root: gzipSync(directory(some(MAX_ENTRIES))) });
  await refuses(open({ root: gzipSync(directory(some(MAX_ENTRIES + 1))) }), /^entries of a directory/);
  await refuses(open({ root: gzipSync(Buffer.alloc(MAX_DIRECTORY + 1)) }), /^a directory, inflated/);
  await refuses(open({ root: gzipSync(directory(some(1), 2 ** 40)) }), /^entries of a directory/);
  await assert.rejects(open({ root: gzipSync(directory(some(1), 5)) }), (e) => e instanceof ArchiveError && e.kind === "format");
  await assert.rejects(open({ root: gzipSync(Buffer.alloc(1000, 0x80)) }), ArchiveError);
});

test("leaf directories, and tiles of any length", async () => {
  const ask = async (parts: Parts): Promise<{ store: Memory; tile: Promise<unknown> }> => {
    const store = new Memory(pmtiles(parts));
    const archive = await HeatArchive.open(store);
    return { store, tile: archive.tile(archive.metadata.fields.get("visits")!, 0, 0, 0) };
  };
  // A leaf that leads to itself.
  const loop = gzipSync(directory([[0, 0, 40, 0]]));
  const round = gzipSync(directory([[0, 0, loop.length, 0]]));
  const looped = await ask({ root: round, leaves: gzipSync(directory([[0, 0, round.length, 0]])) });
  await assert.rejects(looped.tile, /depth/);
  assert.ok(looped.store.bytesRead < 50_000);
  const bomb = gzipSync(Buffer.alloc(100 << 20));
  await refuses((await ask({ root: gzipSync(directory([[0, 0, bomb.length, 0]])), leaves: bomb })).tile, /^a directory, inflated/);
  // pmtiles reads numbers of up to 2 ** 53.
  for (const length of [MAX_TILE + 1, MAX_DIRECTORY + 1, 2 ** 45]) {
    const { store, tile } = await ask({ root: gzipSync(directory([[0, 1, length, 0]])), tiles: new Uint8Array(MAX_TILE + 1), claims: { tiles: MAX_TILE + 1 } });
    await refuses(tile, length > MAX_DIRECTORY ? /^bytes of outer in one piece/ : /^bytes of a tile/);
    assert.ok(store.bytesRead < 400_000);
  }
  assert.equal(((await (await ask({ root: gzipSync(directory([[0, 1, MAX_TILE, 0]])), tiles: new Uint8Array(MAX_TILE) })).tile) as ArrayBuffer).byteLength, MAX_TILE);
});

test("lines", async () => {
  const lines = (length: number): Record<string, unknown> => ({ lines: { offset: 0, length, zooms: [{ zoom: 1, tiles: 1, bytes: 1 }], max_zoom: 20 } });
  /** Opens an archive whose tiles are the lines alone. */
  const inner = async (parts: Parts): Promise<HeatArchive> => {
    const tiles = pmtiles(parts);
    return open({ ...metadata(lines(tiles.length)), tiles });
  };
  const good = await inner({ root: gzipSync(directory([[1, 1, 5, 0], [3, 1, 4, 5]])), tiles: Buffer.from("northsome") });
  assert.ok(good.hasLines);
  assert.deepEqual(good.zooms, { minZoom: 0, maxZoom: 20 });
  const text = (data: ArrayBuffer | undefined): string => new TextDecoder().decode(data);
  assert.deepEqual((await good.allBlocks(1)).map(({ z, x, y, data }) => [z, x, y, text(data)]), [[1, 0, 0, "north"], [1, 1, 1, "some"]]);
  assert.equal(text(await good.block(1, 1, 1)), "some");
  assert.equal(await good.block(1, 1, 0), undefined);
  // Other zooms are nobody's yet.
  assert.equal((await (await inner({ root: gzipSync(directory([[0, 1, 1, 0]])) })).allBlocks(1)).length, 0);
  await assert.rejects((await inner({ root: gzipSync(directory([[1, 2, 1, 0]])) })).allBlocks(1), /several places/);
  await assert.rejects((await inner({ root: gzipSync(directory([[1, 1, 9, 0]])), tiles: Buffer.from("north") })).allBlocks(1), /beyond their end/);
  await refuses((await inner({ root: gzipSync(directory([[1, 1, MAX_BLOCK + 1, 0]])) })).allBlocks(1), /^bytes of the lines in one piece/);
  await refuses((await inner({ root: gzipSync(directory([[1, 1, MAX_BLOCK + 1, 0]])) })).block(1, 0, 0), /^bytes of the lines in one piece/);
  const loop = gzipSync(directory([[1, 0, 40, 0]]));
  await assert.rejects((await inner({ root: gzipSync(directory([[1, 0, loop.length, 0]])), leaves: loop })).allBlocks(1), /too deep/);
  await assert.rejects(open({ ...metadata(lines(10)), tiles: new Uint8Array(10) }).then((a) => a.allBlocks(1)), /only 10 bytes/);
  // More than lies there, and more than is read.
  assert.equal((await open(metadata(lines(MAX_LINES + 1)))).hasLines, false);
  const archive = await open({ ...metadata(lines(MAX_LINES + 1)), claims: { tiles: 2 ** 40 } }).catch((e: unknown) => e);
  assert.ok(archive instanceof ArchiveError && archive.kind === "truncated");
});

test("the pixels of a tile", async () => {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(type, 4);
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const png = (idat: Uint8Array): ArrayBuffer =>
    new Uint8Array(Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", Buffer.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 3, 0, 0, 0])), chunk("IDAT", idat), chunk("IEND", Buffer.alloc(0))])).buffer;
  assert.equal((await unpack(png(deflateSync(Buffer.alloc(256 * 257))))).length, 65536);
  await refuses(unpack(png(deflateSync(Buffer.alloc(100 << 20)))), /^the pixels of a tile, inflated/);
});

/** Opens a database with a table of metadata whose root is page 2. */
const openRows = (size: number, pages: Buffer[]): Promise<HeatArchive> => HeatArchive.open(new Memory(database(size, { metadata: 2 }, pages)));

test("a page whose rows are all the same one", async () => {
  // Thirty thousand pointers to one row, which claims four thousand columns.
  const wide = cell(1, record(Array(4000).fill(null)));
  await refuses(openRows(65536, [page(65536, [wide], Array(30_000).fill(0))]), /^rows of a table/);
  const long = cell(1, record(["x".repeat(30_000)]));
  await refuses(openRows(65536, [page(65536, [long], Array(MAX_ROWS - 1).fill(0))]), /^bytes of a table.* 67108864 /);
  // Columns beyond those that are looked at cost nothing.
  const columns = cell(1, record(["heatmapgen", heat(), ...Array(30_000).fill(null)]));
  assert.equal((await openRows(65536, [page(65536, [columns])])).metadata.maxZoom, 2);
});

test("a table of more pages than a small one has", async () => {
  const size = 1024;
  const leaf = page(size, [cell(1, record([null]))]);
  const perPage = 50;
  // Three levels: the root, fifty pages with fifty leaves each, over and over.
  const interior = (from: number, n: number): Buffer => page(size, Array.from({ length: n }, (_, i) => Buffer.from([0, 0, (from + i) >> 8, (from + i) & 255, i])), undefined, from + n);
  const inner = 85;
  const pages = [interior(3, inner - 1), ...Array.from({ length: inner }, (_, i) => interior(3 + inner + i * perPage, perPage - 1)), ...Array<Buffer>(inner * perPage).fill(leaf)];
  await refuses(openRows(size, pages), /^pages of a table/);
});

test("rows longer than what they are for, before a byte of their rest is read", async () => {
  const size = 4096;
  const blank = Array<Buffer>(100).fill(Buffer.alloc(size));
  const row = (rowid: number, claimed: number): Buffer => page(size, [cell(rowid, Buffer.alloc(localLength(claimed, size)), claimed, 4)]);
  const tile = database(size, { metadata: 2, tiles: 3 }, [page(size, [cell(1, record(["heatmapgen", heat()]))]), row(0, MAX_TILE + 65), ...blank]);
  const store = new Memory(tile);
  const archive = await HeatArchive.open(store);
  const field = { ...archive.metadata.fields.get("visits")!, place: { offset: 0, length: 0, table: "tiles" } };
  const before = store.bytesRead;
  await refuses(archive.tile(field, 0, 0, 0), /^bytes of a row/);
  assert.ok(store.bytesRead - before <= 2 * size);
  await refuses(openRows(size, [row(1, MAX_METADATA + 1), ...blank]), /^bytes of a table/);
  // One that could be, in a file that has not so many pages.
  await assert.rejects(openRows(size, [row(1, MAX_METADATA), ...blank]), (e) => e instanceof ArchiveError && e.kind === "format");
});

/** How much of a long record lies on its page (file format, section 1.6). */
function localLength(length: number, usable: number): number {
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const here = least + ((length - least) % (usable - 4));
  return here > usable - 35 ? least : here;
}

test("a tree that is deeper than any", async () => {
  const size = 512;
  // Every page has one child, the next.
  const pages = Array.from({ length: 30 }, (_, i) => page(size, [], [], i + 3));
  const db = await Database.open(new Memory(database(size, { t: 2 }, [...pages, page(size, [cell(1, record([null]))])])));
  await assert.rejects(db.find(2, 1, 100), (e) => e instanceof ArchiveError && e.kind === "format");
});
