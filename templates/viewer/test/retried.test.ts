// What is tried again, and what is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ArchiveError } from "../src/archive/errors.ts";
import { retried } from "../src/retried.ts";

/** Fails as told, then succeeds; tells how often it was asked. */
function failing(...errors: Error[]): { work: () => Promise<string>; asked: () => number } {
  let n = 0;
  return {
    work: async () => {
      const e = errors[n++];
      if (e) throw e;
      return "here";
    },
    asked: () => n,
  };
}

const lost = new ArchiveError("network", "lost");

test("what a network loses twice comes with the third try", async () => {
  const f = failing(lost, new ArchiveError("status", "503"));
  assert.equal(await retried(f.work, undefined, [1, 1]), "here");
  assert.equal(f.asked(), 3);
});

test("the third loss is told", async () => {
  const f = failing(lost, lost, lost);
  await assert.rejects(retried(f.work, undefined, [1, 1]), lost);
  assert.equal(f.asked(), 3);
});

test("what another try cannot mend is told at once", async () => {
  for (const e of [new ArchiveError("changed", "replaced"), new Error("damaged")]) {
    const f = failing(e);
    await assert.rejects(retried(f.work, undefined, [1, 1]), e);
    assert.equal(f.asked(), 1);
  }
});

test("nobody waits for what is not wanted any more", async () => {
  const f = failing(lost, lost);
  const controller = new AbortController();
  const waiting = retried(f.work, controller.signal, [60_000]);
  setTimeout(() => controller.abort(new Error("gone")), 5);
  await assert.rejects(waiting, /gone/);
  assert.equal(f.asked(), 1);
});
