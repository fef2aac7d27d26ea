// How much of an archive is read. A file is of anybody: a small one can unfold to more than a tab holds, so everything that
// grows has an end, and whatever goes beyond it is an ArchiveError that says so. docs/format.md ("Limits") has the same
// numbers; heatmapgen writes no archive that goes beyond them.

import { ArchiveError } from "./errors.ts";

const MIB = 1024 * 1024;

/** Bytes of the metadata, inflated. */
export const MAX_METADATA = 64 * MIB;

/** Numbers, texts, objects and lists in the metadata: room for the columns of a million activities. */
export const MAX_VALUES = 12_000_000;

/** Objects, their keys and lists among these; heatmapgen writes some thousand. An empty list costs twenty times its two bytes. */
export const MAX_PARTS = 50_000;

/** Activities: rows of the columns that tell of them. */
export const MAX_ACTIVITIES = 1_000_000;

/** Sports that activities may be of. */
export const MAX_SPORTS = 10_000;

/** Names of gear, and kinds of outings. */
export const MAX_GEARS = 10_000;
export const MAX_KINDS = 1_000;

/** Fields, and layers. */
export const MAX_FIELDS = 64;

/** Places where one has been. */
export const MAX_PLACES = 1_000;
export const MAX_SEGMENTS = 100;

/** Characters of a name, title or description; the rest of a longer one is cut off. */
export const MAX_TEXT = 2_000;

/** Bytes of a PMTiles directory, and of the same inflated. */
export const MAX_DIRECTORY = MIB;

/** Entries of a PMTiles directory, each of some 60 bytes in memory. */
export const MAX_ENTRIES = 32_768;

/** Bytes of a tile's PNG file: image data that does not compress at all, and a palette. */
export const MAX_TILE = 132_689;

/** Bytes of a block of lines, of the same inflated, and vertices in it, each of 34 bytes in memory. */
export const MAX_BLOCK = 16 * MIB;
export const MAX_BLOCK_INFLATED = 64 * MIB;
export const MAX_BLOCK_VERTICES = 2 ** 22;

/** All blocks of an archive: their number, their bytes with the directories that list them, and their vertices, each of 42 bytes in memory. */
export const MAX_BLOCKS = 2 ** 18;
export const MAX_LINES = 128 * MIB;
export const MAX_VERTICES = 2 ** 24;

/** Squares of all activities, counted once for each. */
export const MAX_SQUARES = 2 ** 24;

/** Rows, and pages of B-trees, of an SQLite table that is read as a whole: the schema and the metadata. */
export const MAX_ROWS = 4_000;
export const MAX_PAGES = 4_000;

/** Columns of an SQLite row that are looked at. */
export const MAX_COLUMNS = 16;

/** The error about a file with more of something than is read. */
export function tooMuch(what: string, most: number): ArchiveError {
  return new ArchiveError("large", `${what}: more than the ${most} that the page reads`);
}

/** Bytes that are handed to the browser's inflater at a time: it unfolds all of them, to a thousand times their size, before it stops. */
const PIECE = 16 * 1024;

/** Inflates data; rejects with ArchiveError where it comes to more than most bytes, having unfolded little more than those. */
export async function inflate(data: Uint8Array<ArrayBuffer>, format: CompressionFormat, most: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
  let at = 0;
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (at < data.length) controller.enqueue(data.subarray(at, (at += PIECE)));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const reader = pieces.pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw tooMuch(`${what}, inflated, in bytes`, most);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** JSON.parse for a text from anywhere; throws ArchiveError for one that would take long to read or much to hold. */
export function parseJSON(text: string): unknown {
  if (text.length > MAX_METADATA) throw tooMuch("characters of the metadata", MAX_METADATA);
  let [values, parts] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 /* " */) {
      i = endOfString(text, i);
    } else if (c === 44 /* , */) {
      if (++values > MAX_VALUES) throw tooMuch("values in the metadata", MAX_VALUES);
    } else if (c === 91 /* [ */ || c === 123 /* { */ || c === 58 /* : */) {
      if (++parts > MAX_PARTS) throw tooMuch("objects, keys and lists in the metadata", MAX_PARTS);
    }
  }
  return JSON.parse(text);
}

/** Where the string that begins at a quote ends: at a quote behind an even number of backslashes. At the text's end for one that never does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 92 /* \ */) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
