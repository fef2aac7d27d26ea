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
  const entries = [...transfer.items].filter((i) => i.kind === "file").map((i) => i.webkitGetAsEntry() ?? i.getAsFile());
  const found: { path: string; file: File }[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (entry) await walk(entry, found);
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
    const top = path.split("/")[0]!;
    const loose = path === top && !/\.zip$/i.test(path);
    files.push({ path: loose ? `${LOOSE}/${path}` : path, file });
    sources.add(loose ? LOOSE : top);
  }
  return { files, sources: [...sources] };
}
