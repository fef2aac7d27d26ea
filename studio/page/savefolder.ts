// Writes files into a folder of the user's.

/**
 * Writes files into a folder, in the place of those that have their names. Nothing there changes before all of them are written as a whole, beside what is
 * there; then they take their places in the order they are given in. Where that fails before, the folder is as it was.
 */
export async function saveInto(folder: FileSystemDirectoryHandle, files: readonly { name: string; data: Blob }[]): Promise<void> {
  const made: string[] = [];
  const written: FileSystemWritableFileStream[] = [];
  try {
    for (const { name, data } of files) {
      if (!(await has(folder, name))) made.push(name);
      const file = await folder.getFileHandle(name, { create: true });
      // The browser writes to a file of its own, which takes the place of this one when it is closed.
      const out = await file.createWritable();
      written.push(out);
      await data.stream().pipeTo(out, { preventClose: true });
    }
  } catch (e) {
    for (const out of written) await out.abort().catch(() => undefined);
    for (const name of made) await folder.removeEntry(name).catch(() => undefined);
    throw e;
  }
  try {
    for (const out of written) await out.close();
  } catch (e) {
    throw new Error((e as DOMException).message); // some of them may be there
  }
}

async function has(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (e) {
    if ((e as DOMException).name === "NotFoundError") return false;
    throw e;
  }
}
