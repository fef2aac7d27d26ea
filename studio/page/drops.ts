// What a user drops or chooses, as files with their paths. Nothing is read here but the names.

import type { ChosenFile } from "../worker/messages.ts";

/** Files chosen, and the names at their top that are sources each. */
export interface Chosen {
  files: ChosenFile[];
  sources: string[];
}

/** The folder in which loose recordings are together, as one source. */
export const LOOSE = "recordings";

/** Reads what was dropped. The items are only there while the event is handled, so the entries are taken at once. */
export async function dropped(transfer: DataTransfer): Promise<Chosen> {
  // Only folders need an entry; WebKit's of a file has none to give where that is not on a disk.
  const entries = [...transfer.items]
    .filter((i) => i.kind === "file")
    .map((i) => {
      const entry = i.webkitGetAsEntry();
      return entry?.isDirectory ? entry : i.getAsFile();
    });
  const found: { path: string; file: File }[] = [];
  for (const entry of entries) {
    // What was dropped on the map's frame is of its classes, not of this page's, so instanceof tells nothing.
    if (entry && "isDirectory" in entry) await walk(entry, found);
    else if (entry) found.push({ path: entry.name, file: entry });
  }
  return arrange(found);
}

/** Reads what an <input> has, a folder or files. */
export function picked(files: Iterable<File>): Chosen {
  return arrange([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

async function walk(entry: FileSystemEntry, found: ChosenFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A folder is told in parts, until one is empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const e of part) await walk(e, found);
  }
}

/** A zip is a source, and so is a folder; files of other kinds are one together. */
export function arrange(found: readonly ChosenFile[]): Chosen {
  const files: ChosenFile[] = [];
  const sources = new Set<string>();
  for (const { path, file } of found) {
    const top = topOf(path);
    const loose = path === top && !/\.zip$/i.test(path);
    files.push({ path: loose ? `${LOOSE}/${path}` : path, file });
    sources.add(loose ? LOOSE : top);
  }
  return { files, sources: [...sources] };
}

/** The name at the top of a path. */
export const topOf = (path: string): string => path.split("/")[0]!;

/** Names beside the configuration that a source cannot have. */
const RESERVED = new Set(["public", "heatmap.toml", "privacy-secret", "overrides.json", ".heatmapgen"]);

/** Gives a source another name where another one has its name already. The same file again is the same. */
export function apart({ files, sources }: Chosen, there: readonly ChosenFile[]): Chosen {
  const have = new Map(there.map((f) => [f.path, f.file]));
  const differs = ({ path, file }: ChosenFile): boolean => {
    const other = have.get(path);
    return other !== undefined && (other.size !== file.size || other.lastModified !== file.lastModified);
  };
  const taken = new Set([...have.keys()].flatMap((path) => [path, topOf(path)]));
  const free = (name: string): string => {
    const [, base, ending] = /^(.*?)((?:\.[^./]*)?)$/.exec(name)!;
    for (let n = 2; ; n++) if (!taken.has(`${base} ${n}${ending}`)) return `${base} ${n}${ending}`;
  };
  const renamed = new Map(
    sources.filter((source) => source !== LOOSE && (RESERVED.has(source) || files.some((f) => topOf(f.path) === source && differs(f)))).map((source) => [source, free(source)] as const),
  );
  return {
    files: files
      .map((f) => {
        const top = topOf(f.path);
        if (top === LOOSE) return differs(f) ? { ...f, path: free(f.path) } : f;
        return { ...f, path: (renamed.get(top) ?? top) + f.path.slice(top.length) };
      })
      .filter((f) => !have.has(f.path)),
    sources: sources.map((source) => renamed.get(source) ?? source),
  };
}
