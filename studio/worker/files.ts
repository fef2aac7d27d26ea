// The files of the generator in a page: those a user chose stay where they are, as Blobs that are read by ranges; all else is
// in memory. Go's package os calls globalThis.fs as node's callback API (https://nodejs.org/api/fs.html#callback-api), of
// which `fs` is what it uses (src/syscall/fs_js.go of Go). Paths are absolute, there are no links and no other users.

/** What Go hands over to hear of a result. Errors have a code, as node's have. */
type Callback<T = void> = (error: Error | null, value?: T) => void;

/** Codes that Go knows as errors of a system. */
type Code = "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR" | "ENOTEMPTY" | "EBADF" | "EINVAL" | "EROFS" | "EIO";

class SystemError extends Error {
  constructor(
    readonly code: Code,
    what: string,
  ) {
    super(`${code}: ${what}`);
  }
}

/** Flags of open, as Linux has them. */
const constants = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_TRUNC: 0o1000, O_APPEND: 0o2000, O_DIRECTORY: 0o200000 };

const DIRECTORY = 0o040000;
const REGULAR = 0o100000;

/** Bytes of memory that are taken at once; a power of two. */
const PAGE = 1 << 20;
/** How much of a Blob is read at least. Go goes through a zip in steps of some kB. */
const READ_AHEAD = 1 << 18;

let inodes = 1;

abstract class Node {
  readonly ino = inodes++;
  mtimeMs = Date.now();
  abstract mode: number;
  abstract get size(): number;
}

class Folder extends Node {
  mode = DIRECTORY | 0o755;
  readonly size = 0;
  readonly children = new Map<string, Node>();
}

/** A file in memory. */
class Memory extends Node {
  mode = REGULAR | 0o644;
  size = 0;
  readonly #pages: Uint8Array<ArrayBuffer>[] = [];

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

  /** Cuts the file, or has it go on with zeros. */
  resize(size: number): void {
    const pages = Math.ceil(size / PAGE);
    while (this.#pages.length < pages) {
      this.#pages.push(new Uint8Array(PAGE));
    }
    this.#pages.length = pages;
    if (size < this.size && size % PAGE > 0) {
      this.#pages[pages - 1]!.fill(0, size % PAGE);
    }
    this.size = size;
  }

  blob(): Blob {
    return new Blob(this.#pages.map((page, i) => page.subarray(0, Math.min(PAGE, this.size - i * PAGE))));
  }
}

/** A file that the user chose, or one that is fetched when it is opened first, and has no size until then. */
class Chosen extends Node {
  mode = REGULAR | 0o444;
  #blob: Blob | undefined;
  readonly #load: (() => Promise<Blob>) | undefined;
  /** What was read last. */
  #start = 0;
  #bytes = new Uint8Array(0);

  constructor(content: Blob | (() => Promise<Blob>)) {
    super();
    if (content instanceof Blob) {
      this.#blob = content;
      if ("lastModified" in content) {
        this.mtimeMs = Number(content.lastModified);
      }
    } else {
      this.#load = content;
    }
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
    if (bytes.length < length) {
      throw new SystemError("EIO", "the file has changed");
    }
    into.set(bytes.subarray(0, length));
    if (length < READ_AHEAD) {
      [this.#start, this.#bytes] = [at, bytes];
    }
    return length;
  }
}

/** An open file. */
interface Open {
  node: Node;
  at: number;
  append: boolean;
}

/** What of node's fs.Stats Go reads. */
interface Stats {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  blksize: number;
  blocks: number;
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  isDirectory: () => boolean;
}

export class Files {
  readonly #root = new Folder();
  readonly #open = new Map<number, Open>();
  #nextFD = 3;
  #line = "";

  /** Puts a file at an absolute path, in the place of one that is there, and makes its folders. What a function returns is fetched when it is opened first. */
  put(path: string, content: Blob | (() => Promise<Blob>) | Uint8Array | string): void {
    let folder = this.#root;
    const names = path.split("/").filter(Boolean);
    const name = names.pop();
    if (!name) {
      throw new SystemError("EINVAL", path);
    }
    for (const part of names) {
      let next = folder.children.get(part);
      if (!next) {
        folder.children.set(part, (next = new Folder()));
      }
      folder = asFolder(next, path);
    }
    if (folder.children.get(name) instanceof Folder) {
      throw new SystemError("EISDIR", path);
    }
    if (content instanceof Blob || typeof content === "function") {
      folder.children.set(name, new Chosen(content));
      return;
    }
    const file = new Memory();
    file.write(typeof content === "string" ? new TextEncoder().encode(content) : content, 0);
    folder.children.set(name, file);
  }

  /** The content of a file that was written, undefined where there is none. It stays what it is when the file is written to. */
  blob(path: string): Blob | undefined {
    try {
      const node = this.#at(path);
      return node instanceof Memory ? node.blob() : undefined;
    } catch {
      return undefined;
    }
  }

  /** The text of a file that was written, undefined where there is none. */
  async text(path: string): Promise<string | undefined> {
    return this.blob(path)?.text();
  }

  /** What is to be globalThis.fs before wasm_exec.js and the module are loaded. */
  readonly fs = {
    constants,
    writeSync: (fd: number, bytes: Uint8Array): number => this.#write(fd, bytes, null),
    write: (fd: number, bytes: Uint8Array, from: number, length: number, at: number | null, done: Callback<number>) =>
      answer(done, () => this.#write(fd, bytes.subarray(from, from + length), at)),
    read: (fd: number, into: Uint8Array, from: number, length: number, at: number | null, done: Callback<number>) =>
      answer(done, () => this.#read(fd, into.subarray(from, from + length), at)),
    open: (path: string, flags: number, mode: number, done: Callback<number>) => answer(done, () => this.#openFile(path, flags, mode)),
    close: (fd: number, done: Callback) =>
      answer(done, () => {
        this.#fd(fd);
        this.#open.delete(fd);
      }),
    fsync: (_fd: number, done: Callback) => done(null),
    stat: (path: string, done: Callback<Stats>) => answer(done, () => stats(this.#at(path))),
    lstat: (path: string, done: Callback<Stats>) => answer(done, () => stats(this.#at(path))),
    fstat: (fd: number, done: Callback<Stats>) => answer(done, () => stats(this.#fd(fd).node)),
    truncate: (path: string, size: number, done: Callback) => answer(done, () => writable(this.#at(path), path).resize(size)),
    ftruncate: (fd: number, size: number, done: Callback) => answer(done, () => writable(this.#fd(fd).node, "").resize(size)),
    chmod: (path: string, mode: number, done: Callback) => answer(done, () => chmod(this.#at(path), mode)),
    fchmod: (fd: number, mode: number, done: Callback) => answer(done, () => chmod(this.#fd(fd).node, mode)),
    chown: (_path: string, _uid: number, _gid: number, done: Callback) => done(null),
    fchown: (_fd: number, _uid: number, _gid: number, done: Callback) => done(null),
    lchown: (_path: string, _uid: number, _gid: number, done: Callback) => done(null),
    utimes: (path: string, _atime: number, mtime: number, done: Callback) =>
      answer(done, () => {
        this.#at(path).mtimeMs = mtime * 1000;
      }),
    mkdir: (path: string, mode: number, done: Callback) =>
      answer(done, () => {
        const { folder, name } = this.#parent(path);
        if (folder.children.has(name)) {
          throw new SystemError("EEXIST", path);
        }
        const made = new Folder();
        chmod(made, mode);
        folder.children.set(name, made);
      }),
    readdir: (path: string, done: Callback<string[]>) => answer(done, () => [...asFolder(this.#at(path), path).children.keys()]),
    rmdir: (path: string, done: Callback) =>
      answer(done, () => {
        if (asFolder(this.#at(path), path).children.size > 0) {
          throw new SystemError("ENOTEMPTY", path);
        }
        const { folder, name } = this.#parent(path);
        folder.children.delete(name);
      }),
    unlink: (path: string, done: Callback) =>
      answer(done, () => {
        if (this.#at(path) instanceof Folder) {
          throw new SystemError("EISDIR", path);
        }
        const { folder, name } = this.#parent(path);
        folder.children.delete(name);
      }),
    rename: (from: string, to: string, done: Callback) => answer(done, () => this.#rename(from, to)),
    link: (from: string, to: string, done: Callback) =>
      answer(done, () => {
        const { folder, name } = this.#parent(to);
        if (folder.children.has(name)) {
          throw new SystemError("EEXIST", to);
        }
        folder.children.set(name, this.#at(from));
      }),
    readlink: (path: string, done: Callback<string>) =>
      answer(done, () => {
        this.#at(path);
        throw new SystemError("EINVAL", path);
      }),
    symlink: (_to: string, path: string, done: Callback) => done(new SystemError("EROFS", path)),
  };

  /** What there is at a path. */
  #at(path: string): Node {
    let node: Node = this.#root;
    for (const name of resolve(path)) {
      const next = asFolder(node, path).children.get(name);
      if (!next) {
        throw new SystemError("ENOENT", path);
      }
      node = next;
    }
    return node;
  }

  /** The folder that a path lies in, and its name there. */
  #parent(path: string): { folder: Folder; name: string } {
    const names = resolve(path);
    const name = names.pop();
    if (!name) {
      throw new SystemError("EINVAL", path);
    }
    return { folder: asFolder(this.#at(`/${names.join("/")}`), path), name };
  }

  #fd(fd: number): Open {
    const open = this.#open.get(fd);
    if (!open) {
      throw new SystemError("EBADF", `${fd}`);
    }
    return open;
  }

  #openFile(path: string, flags: number, mode: number): number | Promise<number> {
    let node: Node;
    if ((flags & constants.O_CREAT) !== 0 && resolve(path).length > 0) {
      const { folder, name } = this.#parent(path);
      const there = folder.children.get(name);
      if (there && (flags & constants.O_EXCL) !== 0) {
        throw new SystemError("EEXIST", path);
      }
      node = there ?? new Memory();
      if (!there) {
        chmod(node, mode);
        folder.children.set(name, node);
      }
    } else {
      node = this.#at(path);
    }
    if ((flags & constants.O_DIRECTORY) !== 0) {
      asFolder(node, path);
    }
    if ((flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0) {
      const file = writable(node, path);
      if ((flags & constants.O_TRUNC) !== 0) {
        file.resize(0);
      }
    }
    const fd = this.#nextFD++;
    this.#open.set(fd, { node, at: 0, append: (flags & constants.O_APPEND) !== 0 });
    const fetching = node instanceof Chosen ? node.fetch() : undefined;
    if (!fetching) {
      return fd;
    }
    return fetching.then(
      () => fd,
      (error: unknown) => {
        this.#open.delete(fd);
        throw error;
      },
    );
  }

  #read(fd: number, into: Uint8Array, at: number | null): number | Promise<number> {
    const open = this.#fd(fd);
    if (!(open.node instanceof Memory || open.node instanceof Chosen)) {
      throw new SystemError("EISDIR", "");
    }
    const read = open.node.read(into, at ?? open.at);
    if (at !== null) {
      return read;
    }
    const move = (n: number): number => {
      open.at += n;
      return n;
    };
    return typeof read === "number" ? move(read) : read.then(move);
  }

  #write(fd: number, bytes: Uint8Array, at: number | null): number {
    if (fd === 1 || fd === 2) {
      this.#print(bytes);
      return bytes.length;
    }
    const open = this.#fd(fd);
    const file = writable(open.node, "");
    file.write(bytes, open.append ? file.size : (at ?? open.at));
    if (at === null) {
      open.at = open.append ? file.size : open.at + bytes.length;
    }
    return bytes.length;
  }

  /** What Go prints - only when it crashes - goes to the console, line by line. */
  #print(bytes: Uint8Array): void {
    const lines = (this.#line + new TextDecoder().decode(bytes)).split("\n");
    this.#line = lines.pop()!;
    for (const line of lines) {
      console.error(line);
    }
  }

  #rename(from: string, to: string): void {
    const node = this.#at(from);
    const source = this.#parent(from);
    const target = this.#parent(to);
    const there = target.folder.children.get(target.name);
    if (there === node) {
      return;
    }
    if (there instanceof Folder && (!(node instanceof Folder) || there.children.size > 0)) {
      throw new SystemError(node instanceof Folder ? "ENOTEMPTY" : "EISDIR", to);
    }
    if (node instanceof Folder && `${to}/`.startsWith(`${from}/`)) {
      throw new SystemError("EINVAL", to);
    }
    source.folder.children.delete(source.name);
    target.folder.children.set(target.name, node);
  }
}

/** The names on the way down to a path, without "." and "..". */
function resolve(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") {
      names.pop();
    } else if (name !== "" && name !== ".") {
      names.push(name);
    }
  }
  return names;
}

function asFolder(node: Node, path: string): Folder {
  if (!(node instanceof Folder)) {
    throw new SystemError("ENOTDIR", path);
  }
  return node;
}

function writable(node: Node, path: string): Memory {
  if (!(node instanceof Memory)) {
    throw new SystemError(node instanceof Folder ? "EISDIR" : "EROFS", path);
  }
  return node;
}

function chmod(node: Node, mode: number): void {
  node.mode = (node.mode & ~0o777) | (mode & 0o777);
}

function stats(node: Node): Stats {
  const { ino, mode, size, mtimeMs } = node;
  return {
    dev: 1, ino, mode, size, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: Math.ceil(size / 512),
    atimeMs: mtimeMs, mtimeMs, ctimeMs: mtimeMs, isDirectory: () => node instanceof Folder,
  };
}

/** Calls back with what work returns or throws: at once where it can, so that Go goes on without waiting for an event. */
function answer<T>(done: Callback<T>, work: () => T | Promise<T>): void {
  let value: T | Promise<T>;
  try {
    value = work();
  } catch (error) {
    done(known(error));
    return;
  }
  if (value instanceof Promise) {
    value.then((v) => done(null, v), (error: unknown) => done(known(error)));
    return;
  }
  done(null, value);
}

/** An error that Go understands: a Blob whose file is gone fails in words of the browser. */
function known(error: unknown): SystemError {
  return error instanceof SystemError ? error : new SystemError("EIO", String(error));
}
