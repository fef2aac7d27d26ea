import { h } from "./dom.ts";

/** Hands a file to the reader, under a name. */
export function saveFile(blob: Blob, name: string): void {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
