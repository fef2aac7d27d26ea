// What a tool of the explore panel is: something to look for on the map that is more than a layer. Each lives in a folder of its own and is listed in tools.ts.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { HeatArchive } from "../archive/archive.ts";
import type { Metadata } from "../archive/metadata.ts";
import type { Jobs } from "../jobs.ts";
import type { Selection } from "../selection.ts";
import type { PageState } from "../state.ts";
import type { Still, StillView } from "../still.ts";
import type { Formatter } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import type { Lines } from "../tracks/lines.ts";

/** A tool, made when it is opened first. At most one is open at a time. */
export interface Tool {
  /** What the panel shows of it. */
  readonly element: HTMLElement;
  /** Whether nothing of it is on its way, so that what it draws is what it has to draw. */
  readonly settled: boolean;
  /** Puts what it has on the map; follow comes right after. */
  open(): void;
  /** Takes everything off the map. */
  close(): void;
  /** Follows the state of the page while it is open; before is undefined right after it was opened. */
  follow(now: PageState, before: PageState | undefined): void;
  /** Answers a click on the map at a place in degrees. Where a tool has no answer, a click asks who was there, and closes the tool. */
  click?(lon: number, lat: number): void;
  /** Writes numbers anew, in other units. */
  relabel?(): void;
}

/** What tools have of the page. */
export interface ToolGround {
  /** The page's title. */
  title: string;
  map: MapLibreMap;
  archive: HeatArchive;
  lines: Lines;
  jobs: Jobs;
  strings: Strings;
  format: Formatter;
  /** 1 for each activity of a selection, 0 for the others; shared, not to be written to. */
  selected(s: Selection): Uint8Array;
  /** Of the tiles in view, whose pixels lines are to be as fine as. */
  tileZoom(): number;
  /** Shows no activities but those whose flag is not 0, of the selections that there are; all of them again with undefined. The ranges of the colours stay. */
  showOnly(flags: Uint8Array | undefined): void;
  /** The view as it is, as a picture to keep: the map, and below it what it shows; throws where it cannot be had. */
  picture(): HTMLCanvasElement;
  /** Copies a text, and says one thing where it could, or another above the text where the reader has to. */
  copy(text: string, copied: string, toCopy: string): void;
  /** Tells that a picture, or a film, could not be made. */
  notKept(e: unknown): void;
  /** Makes a change that the reader can take back by going back. */
  step(change: Partial<PageState>): void;
  /** Makes a change bit by bit; done ends it, and it can be taken back from then on. */
  drag(change: Partial<PageState>, done: boolean): void;
  /** Moves the map so that bounds in degrees (west, south, east, north) are in view beside the panels. */
  fit(bounds: Metadata["bounds"]): void;
  /** Points at an activity's line, or at none. */
  hover(activity: number | undefined): void;
  /** Moves the map so that all of an activity is in view. */
  zoomTo(activity: number): void;
  /** Draws what the map has in view, but of other activities and in another size, until the signal. */
  still(selection: Selection, size: Omit<StillView, "center" | "zoom">, signal: AbortSignal): Promise<Still>;
  /** Tells that something did not arrive, with a way to try again. */
  failed(e: unknown, again: () => void): void;
  /** Aborts when the page takes another archive. */
  signal: AbortSignal;
}

/** A tool that an archive has something for. */
export interface ToolKind {
  /** Its name in links: small letters. */
  id: string;
  /** Its name on its tab. */
  title: string;
  make(ground: ToolGround): Tool;
}
