// The segments that a reader keeps in the browser, as links write them.

import { browserStore, type Store } from "../../preferences.ts";
import { formatSegment, parseSegment, type Segment } from "./segment.ts";

const KEY = "heatmapgen.segments";

/** So many are kept at most: the newest. */
const MOST = 100;

/** Whether two segments are one but for name and tolerance. */
export const sameWay = (a: Segment, b: Segment): boolean => a.x.length === b.x.length && Array.from(a.x).every((x, i) => x === b.x[i] && a.y[i] === b.y[i]);

export class Shelf {
  readonly #store: Store | undefined;
  #segments: Segment[];

  constructor(store: Store | undefined = browserStore()) {
    this.#store = store;
    this.#segments = read(store);
  }

  /** The newest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Keeps a segment, in place of one that goes the same way. Without a store it is kept for this visit. */
  put(segment: Segment): void {
    this.#set([segment, ...this.#segments.filter((s) => !sameWay(s, segment))].slice(0, MOST));
  }

  remove(segment: Segment): void {
    this.#set(this.#segments.filter((s) => !sameWay(s, segment)));
  }

  #set(segments: Segment[]): void {
    this.#segments = segments;
    try {
      this.#store?.setItem(KEY, JSON.stringify(segments.map(formatSegment)));
    } catch {
      // Full, or refused after all: they are kept for this visit.
    }
  }
}

function read(store: Store | undefined): Segment[] {
  try {
    const kept: unknown = JSON.parse(store?.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.slice(0, MOST).flatMap((text) => (typeof text === "string" ? (parseSegment(text) ?? []) : [])) : [];
  } catch {
    return [];
  }
}
