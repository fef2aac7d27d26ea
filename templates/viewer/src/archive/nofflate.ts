/**
 * Stands in for fflate in the bundle: pmtiles only calls it where a browser has no DecompressionStream, and
 * all that the bundle is written for have it.
 */
export function decompressSync(): never {
  throw new Error("decompressing a directory: this browser has no DecompressionStream");
}
