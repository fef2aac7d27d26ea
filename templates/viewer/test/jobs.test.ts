import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Jobs } from "../src/jobs.ts";
import { blocksOf } from "./harness/blocks.ts";
import { outings } from "./harness/synthetic.ts";

const tracks = outings(4, 20);
const blocks = blocksOf(tracks, 14);

interface Asked {
  id: number;
  job: string;
}

/** Stands in for the browser's: answers as `act` has it. */
class FakeWorker {
  static made = 0;
  static act: (worker: FakeWorker, asked: Asked) => void;
  onmessage?: (e: { data: unknown }) => void;
  onerror?: (e: { message: string }) => void;
  terminated = false;

  constructor() {
    FakeWorker.made++;
  }

  postMessage(asked: Asked, transfer: Transferable[] = []): void {
    const copy = structuredClone(asked, { transfer });
    queueMicrotask(() => this.terminated || FakeWorker.act(this, copy));
  }

  terminate(): void {
    this.terminated = true;
  }
}

const real = (globalThis as { Worker?: unknown }).Worker;
const put = (worker: unknown): void => void ((globalThis as { Worker?: unknown }).Worker = worker);

beforeEach(() => {
  FakeWorker.made = 0;
  put(FakeWorker);
});

afterEach(() => put(real));

test("a worker is started once, and its answers find their questions", async () => {
  const asked: Asked[] = [];
  FakeWorker.act = (worker, a) => {
    asked.push(a);
    if (asked.length < 2) return;
    for (const { id } of [...asked].reverse()) worker.onmessage!({ data: { id, result: id } });
  };
  const jobs = new Jobs();
  const answers = await Promise.all([jobs.unpack(blocks, 4), jobs.unpack(blocks, 4)]);
  assert.deepEqual(answers as unknown, asked.map(({ id }) => id));
  assert.equal(FakeWorker.made, 1);
});

test("what a job throws is told, and not tried again here", async () => {
  FakeWorker.act = (worker, { id }) => worker.onmessage!({ data: { id, error: "Error: the tracks are damaged: so they are" } });
  await assert.rejects(new Jobs().unpack(blocks, 4), /so they are/);
});

test("a browser that refuses workers decodes here", async () => {
  put(class {
    constructor() {
      throw new Error("refused");
    }
  });
  const jobs = new Jobs();
  assert.equal((await jobs.unpack(blocks, 4)).tracks.count, 4);
  assert.equal(jobs.painter((await jobs.unpack(blocks, 4)).tracks), undefined);
});

test("a worker whose script is kept out is told of late: then everything is decoded here", async () => {
  FakeWorker.act = (worker) => worker.onerror!({ message: "blocked" });
  const jobs = new Jobs();
  const both = await Promise.all([jobs.unpack(blocks, 4), jobs.unpack(blocks, 4)]);
  assert.deepEqual(both.map(({ tracks }) => tracks.count), [4, 4]);
  // Nobody is asked who does not hear.
  assert.equal((await jobs.unpack(blocks, 4)).tracks.count, 4);
  assert.equal(FakeWorker.made, 1);
});
