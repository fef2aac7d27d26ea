import assert from "node:assert/strict";
import { test } from "node:test";
import { Files } from "../files.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND } = new Files().fs.constants;

/** Calls a function of fs as Go does, and waits for it. */
function call<T>(files: Files, name: keyof Files["fs"], ...args: unknown[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const f = files.fs[name] as unknown as (...all: unknown[]) => void;
    f(...args, (error: Error | null, value: T) => (error ? reject(error) : resolve(value)));
  });
}

const fails = (work: Promise<unknown>, code: string): Promise<void> => assert.rejects(work, { code });

/** Numbers that do not repeat within a page. */
const bytes = (length: number, from = 0): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => ((i + from) * 2654435761) >>> 24);

async function readAll(files: Files, path: string, step: number): Promise<Uint8Array> {
  const fd = await call<number>(files, "open", path, O_RDONLY, 0);
  const parts: number[] = [];
  for (;;) {
    const part = new Uint8Array(step);
    const n = await call<number>(files, "read", fd, part, 0, step, null);
    if (n === 0) {
      await call(files, "close", fd);
      return Uint8Array.from(parts);
    }
    parts.push(...part.subarray(0, n));
  }
}

test("what is written is read, across pages, in any steps", async () => {
  const files = new Files();
  const content = bytes((1 << 20) + 4097);
  const fd = await call<number>(files, "open", "/a", O_RDWR | O_CREAT | O_EXCL, 0o600);
  for (let at = 0; at < content.length; at += 70_001) {
    const part = content.subarray(at, at + 70_001);
    assert.equal(await call(files, "write", fd, part, 0, part.length, null), part.length);
  }
  assert.deepEqual(await readAll(files, "/a", 65_536), content);
  assert.deepEqual(new Uint8Array(await (await files.blob("/a"))!.arrayBuffer()), content);
  await call(files, "write", fd, Uint8Array.of(7), 0, 1, (1 << 20) - 1);
  const two = new Uint8Array(2);
  await call(files, "read", fd, two, 0, 2, (1 << 20) - 1);
  assert.deepEqual([...two], [7, content[1 << 20]]);
  // What was cut off is zero when the file grows again.
  await call(files, "ftruncate", fd, 10);
  await call(files, "ftruncate", fd, 20);
  assert.deepEqual(await readAll(files, "/a", 100), Uint8Array.from([...content.subarray(0, 10), ...new Array<number>(10).fill(0)]));
});

test("a Blob is read by ranges, and never written to", async () => {
  const content = bytes(700_000, 5);
  const asked: number[] = [];
  class Watched extends Blob {
    override slice(from?: number, to?: number): Blob {
      asked.push(to! - from!);
      return super.slice(from, to);
    }
  }
  const files = new Files();
  files.put("/in/export.zip", new Watched([content]));
  assert.deepEqual(await readAll(files, "/in/export.zip", 4096), content);
  assert.ok(asked.length <= 4, `${asked.length} ranges for 700 kB in steps of 4 kB`);
  const fd = await call<number>(files, "open", "/in/export.zip", O_RDONLY, 0);
  const end = new Uint8Array(50);
  assert.equal(await call(files, "read", fd, end, 0, 50, 699_990), 10);
  assert.deepEqual(end.subarray(0, 10), content.subarray(699_990));
  assert.equal(await call(files, "read", fd, end, 0, 50, 800_000), 0);
  await fails(call(files, "open", "/in/export.zip", O_RDWR, 0), "EROFS");
  await fails(call(files, "truncate", "/in/export.zip", 0), "EROFS");
});

test("what is fetched is fetched once, when it is opened first", async () => {
  const content = bytes(300_000);
  let fetched = 0;
  const files = new Files();
  files.put("/beside/table", async () => {
    fetched++;
    return new Blob([content]);
  });
  await call(files, "stat", "/beside/table");
  assert.equal(fetched, 0);
  assert.deepEqual(await readAll(files, "/beside/table", 1000), content);
  assert.deepEqual(await readAll(files, "/beside/table", 50_000), content);
  assert.equal((await call<{ size: number }>(files, "stat", "/beside/table")).size, content.length);
  assert.equal(fetched, 1);
  files.put("/beside/gone", () => Promise.reject(new TypeError("Failed to fetch")));
  await fails(readAll(files, "/beside/gone", 10), "EIO");
});

test("a Blob whose file has gone is an error of the disk", async () => {
  class Gone extends Blob {
    override slice(): Blob {
      return { arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) } as Blob;
    }
  }
  const files = new Files();
  files.put("/x", new Gone([bytes(10)]));
  const fd = await call<number>(files, "open", "/x", O_RDONLY, 0);
  await fails(call(files, "read", fd, new Uint8Array(4), 0, 4, 0), "EIO");
});

test("errors have the codes that Go knows", async () => {
  const files = new Files();
  files.put("/d/f", "text");
  await fails(call(files, "open", "/none", O_RDONLY, 0), "ENOENT");
  await fails(call(files, "open", "/none/f", O_RDWR | O_CREAT, 0o600), "ENOENT");
  await fails(call(files, "open", "/d/f", O_RDWR | O_CREAT | O_EXCL, 0o600), "EEXIST");
  await fails(call(files, "open", "/d/f/g", O_RDONLY, 0), "ENOTDIR");
  await fails(call(files, "open", "/d", O_RDWR, 0), "EISDIR");
  await fails(call(files, "unlink", "/d"), "EISDIR");
  await fails(call(files, "rmdir", "/d"), "ENOTEMPTY");
  await fails(call(files, "mkdir", "/d", 0o777), "EEXIST");
  await fails(call(files, "readdir", "/d/f"), "ENOTDIR");
  await fails(call(files, "readlink", "/d/f"), "EINVAL");
  await fails(call(files, "fstat", 99), "EBADF");
  await fails(call(files, "rename", "/d", "/d/e"), "EINVAL");
  await fails(call(files, "rename", "/d/f", "/none/f"), "ENOENT");
});

test("names are given, taken and moved as on a disk", async () => {
  const files = new Files();
  files.put("/d/new", "new");
  files.put("/d/old", "old");
  const held = await call<number>(files, "open", "/d/old", O_RDONLY, 0);
  await call(files, "link", "/d/old", "/d/kept");
  await call(files, "rename", "/d/new", "/d/old");
  assert.deepEqual(await call(files, "readdir", "/d"), ["old", "kept"]);
  assert.equal(await files.text("/d/old"), "new");
  assert.equal(await files.text("/d/kept"), "old");
  await call(files, "unlink", "/d/kept");
  const content = new Uint8Array(3);
  await call(files, "read", held, content, 0, 3, 0);
  assert.equal(new TextDecoder().decode(content), "old"); // who has it open keeps it
  const a = await call<{ ino: number }>(files, "stat", "/d/../d/./old");
  const b = await call<{ ino: number }>(files, "stat", "/d/old");
  assert.equal(a.ino, b.ino);
  const appended = await call<number>(files, "open", "/d/old", O_RDWR | O_APPEND, 0);
  await call(files, "write", appended, new TextEncoder().encode("er"), 0, 2, null);
  assert.equal(await files.text("/d/old"), "newer");
  await call(files, "open", "/d/old", O_RDWR | O_TRUNC, 0);
  assert.equal(await files.text("/d/old"), "");
});
