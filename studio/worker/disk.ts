// Files on disk: in the origin private file system (https://fs.spec.whatwg.org/), which only pages of this origin see. It has room for what is larger than
// memory. Names and folders are those of files.ts; here is only what is in the files, each under a number.
//
// Every tab has a folder of its own, and holds a lock of its name for as long as it lives (https://w3c.github.io/web-locks/). Browsers take the lock away
// with the tab, however that ends, so a folder whose lock nobody holds is removed by whoever comes next.

import { SystemError, Written } from "./nodes.ts";

/** What the folders of all tabs lie in. */
const PARENT = "heatmapgen-studio";

/** Sync access handles, as workers have them; TypeScript has no types of them outside of workers. */
interface AccessHandle {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  close(): void;
}
type FileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<AccessHandle> };

/** The name of the lock of a tab's folder. */
export const lockOf = (folder: string): string => `${PARENT}/${folder}`;

/** A tab's folder. */
export class Disk {
  readonly #folder: FileSystemDirectoryHandle;
  #next = 1;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /**
   * Opens the folder of a tab that holds its lock, and removes those of tabs that are gone, and what an earlier worker of this tab left but for the
   * files in keep. undefined where the browser has no such disk.
   */
  static async open(name: string, keep: readonly string[]): Promise<Disk | undefined> {
    try {
      const parent = await (await navigator.storage.getDirectory()).getDirectoryHandle(PARENT, { create: true });
      await sweep(parent, name);
      const disk = new Disk(await parent.getDirectoryHandle(name, { create: true }));
      for await (const left of keysOf(disk.#folder)) {
        disk.#next = Math.max(disk.#next, (Number(left) || 0) + 1);
        if (!keep.includes(left)) await disk.#folder.removeEntry(left, { recursive: true }).catch(() => undefined);
      }
      const trial = await disk.make();
      trial.write(new Uint8Array(1), 0);
      trial.free();
      return disk;
    } catch {
      return undefined; // a private window, or an older browser
    }
  }

  /** The disk in a folder that another worker of this tab has made for this one. */
  static in(folder: FileSystemDirectoryHandle): Disk {
    return new Disk(folder);
  }

  /** Makes a folder for another worker, empty. */
  async folder(name: string): Promise<FileSystemDirectoryHandle> {
    await this.#folder.removeEntry(name, { recursive: true }).catch(() => undefined);
    return this.#folder.getDirectoryHandle(name, { create: true });
  }

  /** Makes an empty file. */
  async make(): Promise<Stored> {
    const name = String(this.#next++);
    const file = (await this.#folder.getFileHandle(name, { create: true })) as FileHandle;
    return new Stored(this.#folder, file, await file.createSyncAccessHandle());
  }
}

function keysOf(folder: FileSystemDirectoryHandle): AsyncIterable<string> {
  return (folder as unknown as { keys(): AsyncIterable<string> }).keys();
}

/** Removes the folders of tabs that are gone. */
async function sweep(parent: FileSystemDirectoryHandle, own: string): Promise<void> {
  for await (const name of keysOf(parent)) {
    if (name === own) continue;
    await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => {
      if (lock) await parent.removeEntry(name, { recursive: true }).catch(() => undefined);
    });
  }
}

/** A file on disk. */
class Stored extends Written {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #file: FileHandle;
  readonly #handle: AccessHandle;
  #closed = false;
  size = 0;

  constructor(folder: FileSystemDirectoryHandle, file: FileHandle, handle: AccessHandle) {
    super();
    this.#folder = folder;
    this.#file = file;
    this.#handle = handle;
  }

  read(into: Uint8Array, at: number): number {
    const length = Math.max(0, Math.min(into.length, this.size - at));
    return length === 0 ? 0 : this.#handle.read(into.subarray(0, length), { at });
  }

  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      const n = room(() => this.#handle.write(bytes.subarray(done), { at: at + done }));
      if (n === 0) throw new SystemError("ENOSPC", "writing");
      done += n;
    }
    this.size = Math.max(this.size, at + bytes.length);
    this.mtimeMs = Date.now();
  }

  resize(size: number): void {
    room(() => this.#handle.truncate(size));
    this.size = size;
  }

  async blob(): Promise<Blob> {
    this.#close();
    return this.#file.getFile();
  }

  free(): void {
    this.#close();
    void this.#folder.removeEntry(this.#file.name).catch(() => undefined);
  }

  #close(): void {
    if (!this.#closed) this.#handle.close();
    this.#closed = true;
  }
}

/** Does what needs room on the disk. */
function room<T>(act: () => T): T {
  try {
    return act();
  } catch (e) {
    throw (e as Error).name === "QuotaExceededError" ? new SystemError("ENOSPC", "the browser gives no more room") : e;
  }
}
