// Planning of range requests: neighbouring byte ranges that are asked for at the
// same time travel together. Pure; store.ts does the asking.

/** Bytes offset .. offset + length - 1. */
export interface Range {
  offset: number;
  length: number;
}

/** One request and the indices of the ranges that it answers. */
export interface Span extends Range {
  parts: number[];
}

/** Ranges that lie at most this many bytes apart travel together: 64 kB cost less than a round trip. */
export const MAX_GAP = 64 * 1024;

/** A span never grows beyond this, so that a wide view still paints in steps. */
export const MAX_SPAN = 4 * 1024 * 1024;

/** Merges ranges, given in any order and free to overlap, into spans ascending by offset. */
export function planSpans(ranges: readonly Range[], maxGap = MAX_GAP, maxSpan = MAX_SPAN): Span[] {
  const order = ranges.map((_, i) => i).sort((a, b) => ranges[a]!.offset - ranges[b]!.offset || a - b);
  const spans: Span[] = [];
  let last: Span | undefined;
  for (const i of order) {
    const r = ranges[i]!;
    const end = r.offset + r.length;
    if (last) {
      const lastEnd = last.offset + last.length;
      const grown = Math.max(end, lastEnd) - last.offset;
      if (r.offset - lastEnd <= maxGap && (grown <= maxSpan || end <= lastEnd)) {
        last.length = grown;
        last.parts.push(i);
        continue;
      }
    }
    last = { offset: r.offset, length: r.length, parts: [i] };
    spans.push(last);
  }
  return spans;
}
