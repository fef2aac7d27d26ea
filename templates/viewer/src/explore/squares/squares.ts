// The tool of squares: which the selection has been in, the largest square, the largest cluster, what is new and what to visit next.

import { ZOOM_OFFSET } from "../../map/fit.ts";
import { TOP } from "../../map/style.ts";
import { keepOnMap } from "../../live/keep.ts";
import { retried } from "../../retried.ts";
import { type Selection, withLimits } from "../../selection.ts";
import { current, type PageState } from "../../state.ts";
import { h, icon, ICONS } from "../../ui/dom.ts";
import { saveFile } from "../../ui/savefile.ts";
import type { Tool, ToolGround } from "../tool.ts";
import { BLOCK_ZOOMS, LARGE, SMALL } from "./block.ts";
import { type Board, squareAt } from "./board.ts";
import { drawn } from "./draw.ts";
import { boundsOf, toGPX, toKML } from "./files.ts";
import { type Look, lookAt, missingAround, missingForCluster, missingForSquare, type Target } from "./look.ts";
import { SquaresLayer } from "./overlay.ts";

/** The web's zoom from which small squares are shown where none are chosen. */
const SMALL_FROM = 13.5;

/** Squares to visit next that are listed, and how far around the cluster files have those that are missing; `heatmapgen export` has the same. */
const LISTED = 4;
const WITHIN = 3;

export class SquaresTool implements Tool {
  readonly element: HTMLElement;
  readonly #ground: ToolGround;
  readonly #layer = new SquaresLayer("squares");
  readonly #sizes = new Map<string, HTMLInputElement>();
  readonly #totals = h("div", { role: "status" });
  readonly #next = h("div");
  readonly #told = h("p", { class: "squaretold", "aria-live": "polite" });
  readonly #boards = new Map<number, Board>();
  #loading: number | undefined;
  #takeOff: (() => void) | undefined;
  #state: PageState | undefined;
  /** What is on screen. */
  #shown: { board: Board; look: Look; selection: Selection } | undefined;
  #picked: { x: number; y: number } | undefined;
  readonly #zoomed = (): void => {
    if (this.#state && this.#zoom() !== this.#shown?.board.zoom) this.#update(this.#state);
  };

  constructor(ground: ToolGround) {
    this.#ground = ground;
    const words = ground.strings.squares;
    const size = (of: string, label: string): HTMLElement => {
      const input = h("input", { type: "radio", class: "unseen", name: "squaresize", value: of, on: { change: () => ground.step({ tool: { id: "squares", of } }) } });
      this.#sizes.set(of, input);
      return h("label", {}, input, label);
    };
    const sizes = h("div", { class: "segments", role: "radiogroup", "aria-label": words.size }, size("", words.auto), size(String(LARGE), words.large), size(String(SMALL), words.small));
    this.element = h("div", { class: "squares" }, sizes, this.#totals, this.#told, this.#next);
  }

  get settled(): boolean {
    return this.#loading === undefined;
  }

  open(): void {
    const { map } = this.#ground;
    this.#takeOff = keepOnMap(map, this.#layer, () => TOP);
    map.on("zoomend", this.#zoomed);
  }

  close(): void {
    this.#takeOff?.();
    this.#ground.map.off("zoomend", this.#zoomed);
    this.#state = this.#shown = this.#picked = undefined;
  }

  follow(now: PageState, before: PageState | undefined): void {
    this.#state = now;
    if (before && now.pictures === before.pictures && now.side === before.side && now.tool === before.tool) return;
    this.#update(now);
  }

  click(lon: number, lat: number): void {
    if (!this.#shown) return;
    const n = 2 ** this.#shown.board.zoom;
    const phi = (lat * Math.PI) / 180;
    const x = Math.floor((((lon + 180) / 360) % 1) * n);
    const y = Math.floor((0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI)) * n);
    this.#picked = this.#picked?.x === x && this.#picked.y === y ? undefined : { x, y };
    this.#tell();
    this.#draw();
  }

  relabel(): void {
    if (this.#state) this.#update(this.#state);
  }

  /** The zoom of the squares to show. */
  #zoom(): number {
    const of = this.#state?.tool?.of;
    if (of === String(LARGE) || of === String(SMALL)) return Number(of);
    return this.#ground.map.getZoom() + ZOOM_OFFSET >= SMALL_FROM ? SMALL : LARGE;
  }

  #update(now: PageState): void {
    const zoom = this.#zoom();
    for (const [of, input] of this.#sizes) input.checked = of === (now.tool?.of === String(zoom) ? String(zoom) : "");
    const board = this.#boards.get(zoom);
    if (!board) {
      void this.#load(zoom);
      return;
    }
    const { selection } = current(now);
    const { selected } = this.#ground;
    const earlier = selection.from === undefined ? undefined : selected(withLimits(selection, { from: undefined, to: selection.from - 1 }));
    const look = lookAt(board, selected(selection), earlier);
    if (this.#shown?.board !== board) this.#picked = undefined;
    this.#shown = { board, look, selection };
    this.#list();
    this.#tell();
    this.#draw();
  }

  async #load(zoom: number): Promise<void> {
    const { archive, jobs, strings, signal } = this.#ground;
    if (this.#loading === zoom) return;
    this.#loading = zoom;
    this.#say(h("p", { class: "caption" }, strings.squares.loading));
    try {
      const blocks = await retried(() => archive.squares(...BLOCK_ZOOMS[zoom]!), signal);
      this.#boards.set(zoom, await jobs.board(blocks, zoom, archive.metadata.activities.day.length));
    } catch (e) {
      this.#say();
      this.#ground.failed(e, () => this.relabel());
      return;
    } finally {
      if (this.#loading === zoom) this.#loading = undefined;
    }
    if (this.#state && !signal.aborted) this.#update(this.#state);
  }

  #targets(): { square: Target[]; cluster: Target[] } {
    const { board, look } = this.#shown!;
    return { square: missingForSquare(board, look), cluster: missingForCluster(board, look).slice(0, LISTED) };
  }

  #draw(): void {
    const { board, look } = this.#shown!;
    const { square, cluster } = this.#targets();
    this.#layer.show(board.zoom, drawn(board, look, [...square, ...cluster], this.#picked));
  }

  /** Says what the squares add up to. */
  #list(): void {
    const { strings, format, fit } = this.#ground;
    const words = strings.squares;
    const { board, look } = this.#shown!;
    const { zoom } = board;
    if (look.count === 0) {
      this.#say(h("p", { class: "caption" }, words.nothing));
      return;
    }
    const whole = (n: number): string => format.whole(n);
    const times = (n: number): string => `${whole(n)}\u202f\u00d7\u202f${whole(n)}`;
    const total = (value: string, label: string, show?: () => void): HTMLElement => {
      const inner = [h("b", { class: "number" }, value), h("small", {}, label)];
      return show ? h("button", { type: "button", title: words.show(label), on: { click: show } }, ...inner) : h("div", {}, ...inner);
    };
    const [west, north, east, south] = look.clusterBounds;
    const { square, cluster } = this.#targets();
    const go = (name: string, note: string, bounds: [number, number, number, number]): HTMLElement =>
      h("li", {}, h("button", { type: "button", class: "passage", "aria-label": words.show(`${name}, ${note}`), on: { click: () => fit(bounds) } }, h("span", { class: "what" }, h("b", {}, name)), h("span", { class: "numbers" }, note), icon(ICONS.fit)));
    const around = (t: Target): [number, number, number, number] => boundsOf(zoom, t.x - 2, t.y - 2, 5, 5);
    const next = [
      ...(square.length > 0 ? [go(words.toSquare(times(look.side + 1)), words.missing(whole(square.length)), enclosing(zoom, square))] : []),
      ...cluster.map((t) => go(`${t.x}/${t.y}`, words.gain(whole(t.gain)), around(t))),
    ];
    const save = (ending: string, type: string, write: typeof toGPX): HTMLElement =>
      h("button", { type: "button", on: { click: () => saveFile(new Blob([write(zoom, missingAround(board, look, WITHIN))], { type }), `squares-${zoom}.${ending}`) } }, ending.toUpperCase());
    this.#say(
      h(
        "div",
        { class: "squaretotals" },
        total(whole(look.count), look.count === 1 ? words.count.one : words.count.other),
        look.fresh ? total(whole(look.fresh.count), words.fresh) : h("span"),
        total(times(look.side), words.largest, () => fit(boundsOf(zoom, look.west, look.north, look.side, look.side))),
        look.clusterSize > 0 ? total(whole(look.clusterSize), words.cluster, () => fit(boundsOf(zoom, west, north, east - west + 1, south - north + 1))) : total("0", words.cluster),
      ),
    );
    this.#next.replaceChildren(
      h("h3", {}, words.next),
      h("ul", { class: "passages" }, ...next),
      h("p", { class: "caption squarefiles" }, h("span", {}, words.export), save("gpx", "application/gpx+xml", toGPX), save("kml", "application/vnd.google-earth.kml+xml", toKML)),
    );
  }

  /** Says something in the place of the totals, and nothing of what comes next. */
  #say(...what: HTMLElement[]): void {
    this.#totals.replaceChildren(...what);
    this.#next.replaceChildren();
    this.#told.hidden = !this.#shown;
  }

  /** Says who has been in the square that was picked. */
  #tell(): void {
    const { strings, format, archive, selected } = this.#ground;
    const words = strings.squares;
    if (!this.#picked || !this.#shown) {
      this.#told.textContent = words.ask;
      return;
    }
    const { board, selection } = this.#shown;
    const at = squareAt(board, this.#picked.x, this.#picked.y);
    const flags = selected(selection);
    const { day } = archive.metadata.activities;
    let [count, earliest] = [0, Infinity];
    for (let a = 0; at >= 0 && a < flags.length; a++) {
      if (!flags[a] || !board.squares.subarray(board.first[a], board.first[a + 1]).includes(at)) continue;
      count++;
      if (day[a]) earliest = Math.min(earliest, day[a]!);
    }
    const name = `${this.#picked.x}/${this.#picked.y}`;
    const since = earliest < Infinity ? format.day(earliest, "day") : strings.places.noDate;
    this.#told.textContent = `${name}: ${count > 0 ? words.visited(format.whole(count), count, since) : words.unvisited}`;
  }
}

/** The bounds in degrees of all of some squares, at least one, with one more on every side. */
function enclosing(zoom: number, squares: readonly Target[]): [number, number, number, number] {
  const [xs, ys] = [squares.map((t) => t.x), squares.map((t) => t.y)];
  const [west, north] = [Math.min(...xs) - 1, Math.min(...ys) - 1];
  return boundsOf(zoom, west, north, Math.max(...xs) + 2 - west, Math.max(...ys) + 2 - north);
}
