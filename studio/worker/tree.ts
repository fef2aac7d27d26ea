// Paths, names in folders, and what is told of a file.

import { Folder, type Node, SystemError, Written } from "./nodes.ts";

/** What of node's fs.Stats Go reads. */
export interface Stats {
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

/** The names on the way down to a path, without "." and "..". */
export function resolve(path: string): string[] {
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

export function asFolder(node: Node, path: string): Folder {
  if (!(node instanceof Folder)) {
    throw new SystemError("ENOTDIR", path);
  }
  return node;
}

/** Gives a node a name in a folder, in the place of what has it. */
export function enter(folder: Folder, name: string, node: Node): void {
  const before = folder.children.get(name);
  folder.children.set(name, node);
  if (node instanceof Written) node.names++;
  unname(before);
}

/** Takes a name out of a folder. */
export function leave(folder: Folder, name: string): void {
  const node = folder.children.get(name);
  folder.children.delete(name);
  unname(node);
}

/** A node has a name less. */
function unname(node: Node | undefined): void {
  if (!(node instanceof Written)) return;
  node.names--;
  node.settle();
}

export function writable(node: Node, path: string): Written {
  if (!(node instanceof Written)) {
    throw new SystemError(node instanceof Folder ? "EISDIR" : "EROFS", path);
  }
  return node;
}

export function chmod(node: Node, mode: number): void {
  node.mode = (node.mode & ~0o777) | (mode & 0o777);
}

export function stats(node: Node): Stats {
  const { ino, mode, size, mtimeMs } = node;
  return {
    dev: 1, ino, mode, size, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: Math.ceil(size / 512),
    atimeMs: mtimeMs, mtimeMs, ctimeMs: mtimeMs, isDirectory: () => node instanceof Folder,
  };
}
