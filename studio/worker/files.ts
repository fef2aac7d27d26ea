// The files of the generator in a page: those a user chose stay where they are, as Blobs that are read by ranges; all else is
// on disk (disk.ts), or in memory where a browser has none for pages. Go's package os calls globalThis.fs as node's callback API (https://nodejs.org/api/fs.html#callback-api), of
// which `fs` is what it uses (src/syscall/fs_js.go of Go). Paths are absolute, there are no links and no other users.

import { Chosen, Folder, Memory, type Node, SystemError, Written } from "./nodes.ts";
import { asFolder, chmod, enter, leave, resolve, type Stats, stats, writable } from "./tree.ts";

/** What Go hands over to hear of a result. Errors have a code, as node's have. */
type Callback<T = void> = (error: Error | null, value?: T) => void;

/** Flags of open, as Linux has them. */
const constants = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_TRUNC: 0o1000, O_APPEND: 0o2000, O_DIRECTORY: 0o200000 };

/** An open file. */
interface Open {
  node: Node;
  at: number;
  append: boolean;
}

export class Files {
  readonly #root = new Folder();
  readonly #open = new Map<number, Open>();
  readonly #make: () => Written | Promise<Written>;
  #nextFD = 3;
  #line = "";

  /** make makes the files that are written. */
  constructor(make: () => Written | Promise<Written> = () => new Memory()) {
    this.#make = make;
  }

  /** Puts a file at an absolute path, in the place of one that is there, and makes its folders. What a function returns is fetched when it is opened first. */
  put(path: string, content: Blob | (() => Promise<Blob>) | Uint8Array | string): void {
    const names = resolve(path);
    const name = names.pop();
    if (!name) throw new SystemError("EINVAL", path);
    const folder = this.mkdir(`/${names.join("/")}`);
    if (folder.children.get(name) instanceof Folder) throw new SystemError("EISDIR", path);
    if (content instanceof Blob || typeof content === "function") {
      enter(folder, name, new Chosen(content));
      return;
    }
    const file = new Memory();
    file.write(typeof content === "string" ? new TextEncoder().encode(content) : content, 0);
    enter(folder, name, file);
  }

  /** Makes a folder, and those it lies in; one that is there stays as it is. */
  mkdir(path: string): Folder {
    let folder = this.#root;
    for (const name of resolve(path)) {
      let next = folder.children.get(name);
      if (!next) folder.children.set(name, (next = new Folder()));
      folder = asFolder(next, path);
    }
    return folder;
  }

  /** Removes a file, or a folder with all in it; nothing where there is none. */
  remove(path: string): void {
    const node = this.#find(path);
    if (!node) return;
    if (node instanceof Folder) for (const name of [...node.children.keys()]) this.remove(`${path}/${name}`);
    const { folder, name } = this.#parent(path);
    leave(folder, name);
  }

  /** The content of a file that was written, undefined where there is none. */
  async blob(path: string): Promise<Blob | undefined> {
    const node = this.#find(path);
    return node instanceof Written ? node.blob() : undefined;
  }

  /** The text of a file that was written, undefined where there is none. */
  async text(path: string): Promise<string | undefined> {
    return (await this.blob(path))?.text();
  }

  /** A copy of a file that was written, in memory; undefined where there is none. */
  copy(path: string): Blob | undefined {
    const node = this.#find(path);
    if (!(node instanceof Written)) return undefined;
    const bytes = new Uint8Array(node.size);
    node.read(bytes, 0);
    return new Blob([bytes]);
  }

  /** The names in a folder, none where there is none. */
  names(path: string): string[] {
    const node = this.#find(path);
    return node instanceof Folder ? [...node.children.keys()] : [];
  }

  /** Takes a file that was written out of the files. What it holds stays until free is called. */
  async take(path: string): Promise<{ blob: Blob; free: () => void } | undefined> {
    const node = this.#find(path);
    if (!(node instanceof Written)) return undefined;
    const blob = await node.blob();
    node.opens++;
    this.remove(path);
    return {
      blob,
      free: () => {
        node.opens--;
        node.settle();
      },
    };
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
        const { node } = this.#fd(fd);
        this.#open.delete(fd);
        if (node instanceof Written) {
          node.opens--;
          node.settle();
        }
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
        leave(folder, name);
      }),
    rename: (from: string, to: string, done: Callback) => answer(done, () => this.#rename(from, to)),
    link: (from: string, to: string, done: Callback) =>
      answer(done, () => {
        const { folder, name } = this.#parent(to);
        if (folder.children.has(name)) {
          throw new SystemError("EEXIST", to);
        }
        enter(folder, name, this.#at(from));
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

  /** What there is at a path, undefined for nothing. */
  #find(path: string): Node | undefined {
    try {
      return this.#at(path);
    } catch {
      return undefined;
    }
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
    if ((flags & constants.O_CREAT) === 0) return this.#openNode(this.#at(path), path, flags);
    const { folder, name } = this.#parent(path);
    const there = folder.children.get(name);
    if (there) {
      if ((flags & constants.O_EXCL) !== 0) throw new SystemError("EEXIST", path);
      return this.#openNode(there, path, flags);
    }
    const create = (made: Written): number | Promise<number> => {
      const since = folder.children.get(name);
      if (since) {
        // Somebody else was quicker while it was made.
        made.settle();
        if ((flags & constants.O_EXCL) !== 0) throw new SystemError("EEXIST", path);
        return this.#openNode(since, path, flags);
      }
      chmod(made, mode);
      enter(folder, name, made);
      return this.#openNode(made, path, flags);
    };
    const made = this.#make();
    return made instanceof Promise ? made.then(create) : create(made);
  }

  #openNode(node: Node, path: string, flags: number): number | Promise<number> {
    if ((flags & constants.O_DIRECTORY) !== 0) asFolder(node, path);
    if ((flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0) {
      const file = writable(node, path);
      if ((flags & constants.O_TRUNC) !== 0) file.resize(0);
    }
    if (node instanceof Written) node.opens++;
    const fd = this.#nextFD++;
    this.#open.set(fd, { node, at: 0, append: (flags & constants.O_APPEND) !== 0 });
    const fetching = node instanceof Chosen ? node.fetch() : undefined;
    if (!fetching) return fd;
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
    if (!(open.node instanceof Written || open.node instanceof Chosen)) {
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
    enter(target.folder, target.name, node);
    leave(source.folder, source.name);
  }
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
