import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { SectionSource } from "../src/archive/pmtiles.ts";
import { ArchiveError } from "../src/archive/errors.ts";
import { BlobStore, HEAD, HttpStore } from "../src/archive/store.ts";

const file = new Uint8Array(1_000_000).map((_, i) => (i * 2654435761) >>> 24);
const realFetch = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Puts a host in the place of fetch; answers gets the wanted first and last byte, and the number of the request. */
function host(answer: (from: number, to: number, n: number) => Response): { ranges: [number, number][] } {
  const log = { ranges: [] as [number, number][] };
  globalThis.fetch = async (_url, init) => {
    init?.signal?.throwIfAborted();
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("Range") ?? "") ?? [];
    log.ranges.push([Number(from), Number(to)]);
    return answer(Number(from), Number(to), log.ranges.length);
  };
  return log;
}

function part(from: number, to: number, headers: Record<string, string> = {}): Response {
  const body = file.slice(from, to + 1);
  return new Response(body, {
    status: 206,
    headers: { "Content-Range": `bytes ${from}-${from + body.length - 1}/${file.length}`, ...headers },
  });
}

const bytes = (data: ArrayBuffer): number[] => [...new Uint8Array(data)];
const expected = (from: number, length: number): number[] => [...file.slice(from, from + length)];

const fails = (promise: Promise<unknown>, kind: string): Promise<void> =>
  assert.rejects(promise, (e) => e instanceof ArchiveError && e.kind === kind);

test("the first reads share one request", async () => {
  const log = host((a, b) => part(a, b));
  const store = new HttpStore("x");
  const [p, q] = await Promise.all([store.read(0, 127), store.read(200, 300)]);
  assert.deepEqual(bytes(p), expected(0, 127));
  assert.deepEqual(bytes(q), expected(200, 300));
  assert.deepEqual(log.ranges, [[0, HEAD - 1]]);
  assert.equal(store.size, file.length);
});

test("reads of one moment travel together, each gets its own bytes", async () => {
  const log = host((a, b) => part(a, b));
  const store = new HttpStore("x");
  await store.read(0, 1);
  const wanted = [[300_000, 100], [200_000, 5000], [230_000, 10], [999_990, 500]] as const;
  const got = await Promise.all(wanted.map(([o, n]) => store.read(o, n)));
  wanted.forEach(([o, n], i) => assert.deepEqual(bytes(got[i]!), expected(o, n)));
  assert.deepEqual(log.ranges.slice(1), [[200_000, 230_009], [300_000, 300_099], [999_990, 1_000_489]]);
});

test("an aborted read is not asked for, the others are", async () => {
  const log = host((a, b) => part(a, b));
  const store = new HttpStore("x");
  await store.read(0, 1);
  const controller = new AbortController();
  const gone = store.read(500_000, 10, controller.signal);
  const stays = store.read(700_000, 10);
  controller.abort();
  await assert.rejects(gone, { name: "AbortError" });
  assert.deepEqual(bytes(await stays), expected(700_000, 10));
  assert.deepEqual(log.ranges.slice(1), [[700_000, 700_009]]);
});

test("a failed first read does not stay failed", async () => {
  host((a, b, n) => (n === 1 ? new Response("", { status: 503 }) : part(a, b)));
  const store = new HttpStore("x");
  await fails(store.read(0, 10), "status");
  assert.deepEqual(bytes(await store.read(0, 10)), expected(0, 10));
});

test("a changed ETag is told, and forgotten by a reset", async () => {
  host((a, b, n) => part(a, b, { ETag: n === 1 ? '"a"' : '"b"' }));
  const store = new HttpStore("x");
  await store.read(0, 10);
  await fails(store.read(500_000, 10), "changed");
  store.reset();
  await store.read(0, 10);
  assert.deepEqual(bytes(await store.read(500_000, 10)), expected(500_000, 10));
});

test("a weak ETag tells nothing", async () => {
  host((a, b, n) => part(a, b, { ETag: `W/"${n}"` }));
  const store = new HttpStore("x");
  await store.read(0, 10);
  assert.deepEqual(bytes(await store.read(500_000, 10)), expected(500_000, 10));
});

test("the whole file after a part has changed", async () => {
  host((a, b, n) => (n === 1 ? part(a, b) : new Response(file)));
  const store = new HttpStore("x");
  await store.read(0, 10);
  await fails(store.read(500_000, 10), "changed");
});

for (const status of [403, 404, 410]) {
  test(`${status} after a part: the file is gone, until a reset missing`, async () => {
    host((a, b, n) => (n === 1 ? part(a, b) : new Response("", { status })));
    const store = new HttpStore("x");
    await store.read(0, 10);
    await fails(store.read(500_000, 10), "gone");
    store.reset();
    await fails(store.read(0, 10), status === 403 ? "status" : "missing");
  });
}

test("a small file from a host without ranges is kept whole", async () => {
  const log = host(() => new Response(file));
  const store = new HttpStore("x");
  assert.deepEqual(bytes(await store.read(0, 10)), expected(0, 10));
  assert.deepEqual(bytes(await store.read(900_000, 10)), expected(900_000, 10));
  assert.equal(log.ranges.length, 1);
});

const faults: [name: string, kind: string, answer: (a: number, b: number) => Response][] = [
  ["404", "missing", () => new Response("", { status: 404 })],
  ["416 at the start", "truncated", () => new Response("", { status: 416 })],
  ["a large file whole", "ranges", () => new Response(file, { headers: { "Content-Length": "100000000" } })],
  ["a part of a compressed stream", "compressed", (a, b) => part(a, b, { "Content-Encoding": "gzip" })],
  ["more than the part", "compressed", (a) => part(a, a + HEAD + 10)],
];

for (const [name, kind, answer] of faults) {
  test(`a host that answers ${name}: ${kind}`, async () => {
    host(answer);
    await fails(new HttpStore("x").read(0, 10), kind);
  });
}

test("a host that is not there", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await fails(new HttpStore("x").read(0, 10), "network");
});

test("a section reads from its own start and not beyond its end", async () => {
  const section = new SectionSource(new BlobStore(new Blob([file])), 1000, 100, "s");
  assert.deepEqual(bytes((await section.getBytes(0, 10)).data), expected(1000, 10));
  assert.deepEqual(bytes((await section.getBytes(90, 16_384)).data), expected(1090, 10));
  await fails(section.getBytes(100, 1), "truncated");
});
