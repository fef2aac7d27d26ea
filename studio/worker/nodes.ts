// What a file system of the worker is made of: folders, files in memory, and files that the user chose. Files on disk are in disk.ts.

/** Codes that Go knows as errors of a system. */
type Code = "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR" | "ENOTEMPTY" | "EBADF" | "EINVAL" | "EROFS" | "EIO" | "ENOSPC";

/** An error as node has them: its code tells Go what it is. */
export class SystemError extends Error {
  constructor(
    readonly code: Code,
    what: string,
  ) {
    super(`${code}: ${what}`);
  }
}

export const DIRECTORY = 0o040000;
export const REGULAR = 0o100000;

/** Bytes of memory that are taken at once; a power of two. */
const PAGE = 1 << 20;
/** How much of a Blob is read at least. Go goes through a zip in steps of some kB. */
const READ_AHEAD = 1 << 18;

let inodes = 1;

export abstract class Node {
  readonly ino = inodes++;
  mtimeMs = Date.now();
  abstract mode: number;
  abstract get size(): number;
}

export class Folder extends Node {
  mode = DIRECTORY | 0o755;
  readonly size = 0;
  readonly children = new Map<string, Node>();
}

/** A file that is written to. It is freed when it has no name any more and nobody has it open. */
export abstract class Written extends Node {
  mode = REGULAR | 0o644;
  /** How many names it has in folders, and how often it is open. */
  names = 0;
  opens = 0;

  /** Reads bytes at an offset into a view; fewer where the file ends. How many. */
  abstract read(into: Uint8Array, at: number): number;
  abstract write(bytes: Uint8Array, at: number): void;
  /** Cuts the file, or has it go on with zeros. */
  abstract resize(size: number): void;
  /** What is in it, as it is; nothing may be written to it afterwards. */
  abstract blob(): Promise<Blob>;
  /** Gives back the room it takes. */
  abstract free(): void;

  /** Frees what can be reached no more. */
  settle(): void {
    if (this.names === 0 && this.opens === 0) this.free();
  }
}

/** How much all files in memory of a tab may hold together: more, and browsers end it without a word. */
export const MAX_MEMORY = 1 << 30;

/** How many bytes a worker may have: of all files, where they are in memory, and of what it keeps for the next build. */
export interface Shares {
  memory: number;
  keep: number;
}

/** What each of so many workers of a tab may have, with files on disk or in memory. */
export function sharesOf(workers: number, onDisk: boolean): Shares {
  const memory = Math.floor(MAX_MEMORY / workers);
  return { memory, keep: onDisk ? memory : Math.floor(memory / 2) };
}

/** A file in memory. */
export class Memory extends Written {
  static #held = 0;
  /** How much the files of this worker may hold. */
  static most = MAX_MEMORY;
  size = 0;
  #pages: Uint8Array<ArrayBuffer>[] = [];

  read(into: Uint8Array, at: number): number {
    const length = Math.max(0, Math.min(into.length, this.size - at));
    for (let done = 0; done < length; ) {
      const from = (at + done) & (PAGE - 1);
      const part = Math.min(length - done, PAGE - from);
      into.set(this.#pages[Math.floor((at + done) / PAGE)]!.subarray(from, from + part), done);
      done += part;
    }
    return length;
  }

  write(bytes: Uint8Array, at: number): void {
    this.resize(Math.max(this.size, at + bytes.length));
    for (let done = 0; done < bytes.length; ) {
      const from = (at + done) & (PAGE - 1);
      const part = Math.min(bytes.length - done, PAGE - from);
      this.#pages[Math.floor((at + done) / PAGE)]!.set(bytes.subarray(done, done + part), from);
      done += part;
    }
    this.mtimeMs = Date.now();
  }

  resize(size: number): void {
    const pages = Math.ceil(size / PAGE);
    const more = pages - this.#pages.length;
    if (more > 0 && Memory.#held + more * PAGE > Memory.most) throw new SystemError("ENOSPC", "files in memory");
    while (this.#pages.length < pages) this.#pages.push(new Uint8Array(PAGE));
    this.#pages.length = pages;
    Memory.#held += more * PAGE;
    if (size < this.size && size % PAGE > 0) this.#pages[pages - 1]!.fill(0, size % PAGE);
    this.size = size;
  }

  async blob(): Promise<Blob> {
    return new Blob(this.#pages.map((page, i) => page.subarray(0, Math.min(PAGE, this.size - i * PAGE))));
  }

  free(): void {
    this.resize(0);
  }
}

/** A file that the user chose, or one that is fetched when it is opened first, and has no size until then. */
export class Chosen extends Node {
  mode = REGULAR | 0o444;
  #blob: Blob | undefined;
  readonly #load: (() => Promise<Blob>) | undefined;
  /** What was read last. */
  #start = 0;
  #bytes = new Uint8Array(0);

  constructor(content: Blob | (() => Promise<Blob>)) {
    super();
    if (typeof content === "function") this.#load = content;
    else this.#blob = content;
    if ("lastModified" in content) this.mtimeMs = Number(content.lastModified);
  }

  get size(): number {
    return this.#blob?.size ?? 0;
  }

  /** Fetches the file, if it is not there; undefined if it is. */
  fetch(): Promise<void> | undefined {
    return this.#blob
      ? undefined
      : this.#load?.().then((blob) => {
          this.#blob = blob;
        });
  }

  read(into: Uint8Array, at: number): number | Promise<number> {
    const length = Math.max(0, Math.min(into.length, this.size - at));
    if (at >= this.#start && at + length <= this.#start + this.#bytes.length) {
      into.set(this.#bytes.subarray(at - this.#start, at - this.#start + length));
      return length;
    }
    return this.#readOn(into, at, length);
  }

  async #readOn(into: Uint8Array, at: number, length: number): Promise<number> {
    const bytes = new Uint8Array(await this.#blob!.slice(at, at + Math.max(length, READ_AHEAD)).arrayBuffer());
    if (bytes.length < length) throw new SystemError("EIO", "the file has changed");
    into.set(bytes.subarray(0, length));
    if (length < READ_AHEAD) [this.#start, this.#bytes] = [at, bytes];
    return length;
  }
}
