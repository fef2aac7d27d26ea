// What the page shows, as one value that only `set` changes: panels, pictures and the link all follow it.

import type { Activities } from "./archive/metadata.ts";
import type { Look } from "./heat/look.ts";
import { knownLabels } from "./labels.ts";
import type { LinkedActivity, LinkedTool } from "./link.ts";
import { type Selection, withLimits } from "./selection.ts";

/** What one picture shows. */
export interface PictureState {
  /** Id of a layer that there is. */
  readonly layer: string;
  readonly selection: Selection;
}

/** Which picture: the one on the left, or the only one, and the one on the right while two are compared. */
export type Side = 0 | 1;

export interface PageState {
  readonly pictures: readonly [PictureState] | readonly [PictureState, PictureState];
  /** Where the two meet, 0..1 of the map's width. */
  readonly at: number;
  /** The side that layer card and selection card are about. */
  readonly side: Side;
  /** Whether the difference of the two is shown in their place, where there is one. */
  readonly difference: boolean;
  /** Looks by layer id. */
  readonly looks: Readonly<Record<string, Look>>;
  readonly basemap: string;
  /** Opacity of the heat, 0..1. */
  readonly opacity: number;
  /** Whether activities are shown as lines instead of as heat. */
  readonly routes: boolean;
  /** The place whose activities are listed, in degrees. */
  readonly here: { readonly lat: number; readonly lon: number } | undefined;
  /** The open tool of the explore panel, with what links say of it. Where one is open, no place is asked about. */
  readonly tool: LinkedTool | undefined;
  /** Row of the activity whose line is kept in sight. */
  readonly kept: number | undefined;
  /** Whether the card of layers, and that of the selection, is put away. */
  readonly panelHidden: boolean;
  readonly selectionHidden: boolean;
}

/** Holds the state and tells those who listen what has become another. */
export class Store {
  #state: PageState;
  readonly #listeners: ((now: PageState, before: PageState) => void)[] = [];

  constructor(state: PageState) {
    this.#state = state;
  }

  get now(): PageState {
    return this.#state;
  }

  /** Changes pieces of the state; listeners are called in the order they came, unless nothing has changed. */
  set(change: Partial<PageState>): void {
    const before = this.#state;
    const now = { ...before, ...change };
    if ((Object.keys(change) as (keyof PageState)[]).every((k) => before[k] === now[k])) return;
    this.#state = now;
    for (const listener of this.#listeners) listener(now, before);
  }

  listen(listener: (now: PageState, before: PageState) => void): void {
    this.#listeners.push(listener);
  }
}

/** The picture that the cards are about. */
export function current(s: PageState): PictureState {
  return s.pictures[s.side] ?? s.pictures[0];
}

/** The pictures with the one of a side changed. */
export function withPicture(s: PageState, change: Partial<PictureState>, side: Side = s.side): PageState["pictures"] {
  const [left, right] = s.pictures;
  if (!right) return [{ ...left, ...change }];
  return side === 0 ? [{ ...left, ...change }, right] : [left, { ...right, ...change }];
}

/** A row of the activities as links name it. */
export function linkedActivity(a: Activities, row: number): LinkedActivity {
  const day = a.day[row]!;
  let nth = 0;
  while (row - nth > 0 && a.day[row - nth - 1] === day) nth++;
  return { day, nth };
}

/** The row that a link names; undefined where there is none. */
export function rowOf(a: Activities, { day, nth }: LinkedActivity): number | undefined {
  const row = a.day.indexOf(day) + nth;
  return a.day[row] === day && row >= nth ? row : undefined;
}

/** A selection from a link, of which only what there is counts: sports that no activity has do not limit, nor do labels that are not published. */
export function knownSelection(s: Selection | undefined, a: Activities): Selection {
  if (!s) return {};
  const sports = s.sports?.filter((name) => a.sports.includes(name));
  return knownLabels(withLimits(s, { sports: sports && sports.length > 0 ? sports : undefined }), a);
}
