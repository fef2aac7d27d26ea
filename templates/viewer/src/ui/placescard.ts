// The places where one has been: a small picture of the world with a dot for each, and a list to jump from.

import type { Activities, Bounds, MapPlace } from "../archive/metadata.ts";
import { fitView, project, TILE_SIZE } from "../map/fit.ts";
import { coastPieces } from "../map/coasttiles.ts";
import { decodeCoastline } from "../map/coastline.ts";
import { middleOf, type PlaceFacts, placeFacts } from "../mapplaces.ts";
import type { Formatter } from "../text/format.ts";
import { countOf, placeName, yearsText } from "../text/placetext.ts";
import { sportName } from "../text/sportname.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface PlacesCardOptions {
  places: readonly MapPlace[];
  activities: Activities;
  /** Of everything. */
  bounds: Bounds;
  /** The packed coastlines. */
  coastline: string;
  strings: Strings;
  format: Formatter;
  /** Goes to a place, or shows everything. */
  go(place: number | undefined): void;
}

/** Size of the picture in CSS pixels, and how far out and in it goes: all of the world, and some hundred kilometres. */
const WIDTH = 292;
const HEIGHT = 128;
const ZOOMS = { minZoom: 0, maxZoom: 4 };
const EDGE = 12;

/** Digits jump to as many places. */
const BY_DIGIT = 9;

export class PlacesCard {
  readonly element: HTMLElement;
  readonly #options: PlacesCardOptions;
  readonly #list = h("ol", { class: "placelist" });
  readonly #picture = h("div", { class: "world", "aria-hidden": "true" });
  #dots: HTMLElement[] = [];

  constructor(options: PlacesCardOptions) {
    this.#options = options;
    const words = options.strings.mapPlaces;
    this.element = h("section", { class: "card menu mapplaces", id: "map-places", "aria-label": words.title, hidden: true, on: { keydown: (e) => this.#onKey(e) } }, this.#picture, this.#list);
  }

  /** Tells of the places as they are by now; current is the number of the one in view, flags are 1 for each activity that is selected. */
  show(flags: Uint8Array, current: number | undefined): void {
    const { places, activities, strings, go } = this.#options;
    if (this.#dots.length === 0) this.#draw();
    const focused = [...this.#list.children].findIndex((li) => li.contains(document.activeElement));
    const facts = placeFacts(places, activities, flags);
    const all = h("button", { type: "button", class: "everything", on: { click: () => go(undefined) } }, h("span", { class: "badge" }, icon(ICONS.fit)), h("b", {}, strings.fit));
    this.#list.replaceChildren(h("li", {}, all), ...facts.map((f, n) => h("li", {}, this.#row(f, n, n === current, flags.length))));
    this.#dots.forEach((dot, n) => {
      dot.classList.toggle("current", n === current);
      dot.classList.toggle("none", isNone(facts[n]!));
    });
    if (focused >= 0) this.#list.children[focused]?.querySelector("button")?.focus();
  }

  #row(f: PlaceFacts, n: number, current: boolean, listed: number): HTMLElement {
    const { strings, format, activities, go } = this.#options;
    const { value, unit } = format.distance(f.distanceM);
    const sport = f.sport === undefined ? undefined : activities.sports[f.sport];
    const more = f.all === undefined ? [] : [yearsText(f, format), `${value}\u202f${unit}`, sport === undefined ? "" : sportName(sport, strings)];
    return h(
      "button",
      { type: "button", class: isNone(f) ? "none" : "", "aria-current": current && "true", on: { click: () => go(n) } },
      h("span", { class: "badge number" }, String(n + 1)),
      h("span", { class: "what" }, h("b", {}, placeName(f, format, strings)), h("small", {}, more.filter((text) => text !== "").join(" \u00b7 "))),
      f.all !== undefined && listed > 0 && h("span", { class: "count number" }, countOf(f, format, strings)),
    );
  }

  /** Up and down go from row to row, a digit to a place. */
  #onKey(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const rows = [...this.#list.querySelectorAll("button")];
    const at = rows.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
    const digit = /^[1-9]$/.test(e.key) ? Number(e.key) : 0;
    if (to === undefined && digit === 0) return;
    e.preventDefault();
    if (to !== undefined) rows[Math.min(rows.length - 1, Math.max(0, to))]!.focus();
    else if (digit <= Math.min(BY_DIGIT, this.#options.places.length)) {
      rows[digit]!.focus();
      this.#options.go(digit - 1);
    }
  }

  /** Draws the coastlines around everything, and the dots, which a pointer may press, too. */
  #draw(): void {
    const { places, bounds, coastline, go } = this.#options;
    const padding = { top: EDGE, right: EDGE, bottom: EDGE, left: EDGE };
    const { center, zoom } = fitView(bounds, { width: WIDTH, height: HEIGHT }, padding, ZOOMS);
    const world = TILE_SIZE * 2 ** zoom;
    const [cx, cy] = project(...center);
    const place = (x: number, y: number): [number, number] => [(x - cx) * world + WIDTH / 2, (y - cy) * world + HEIGHT / 2];
    const ratio = Math.min(3, Math.max(1, Math.ceil(devicePixelRatio)));
    const sheet = h("canvas", { width: WIDTH * ratio, height: HEIGHT * ratio });
    this.#picture.replaceChildren(sheet);
    const pen = sheet.getContext("2d");
    if (pen) {
      pen.scale(ratio, ratio);
      pen.strokeStyle = "#6f7d8c";
      pen.lineWidth = 0.7;
      pen.lineJoin = "round";
      const turns = [-1, 0, 1].map((turn) => turn + Math.round(cx - 0.5));
      for (const p of coastPieces(decodeCoastline(coastline))) {
        for (const turn of turns) {
          const points = p.x.map((x, i) => place(x + turn, p.y[i]!));
          if (points.every(([x]) => x < 0) || points.every(([x]) => x > WIDTH)) continue;
          points.forEach(([x, y], i) => pen[i === 0 ? "moveTo" : "lineTo"](x, y));
        }
      }
      pen.stroke();
    }
    this.#dots = places.map(({ bounds }, n) => {
      const { lon, lat } = middleOf(bounds);
      const [x, y] = project(lon, lat);
      const [left, top] = place(x - Math.round(x - cx), y);
      return h("span", { class: "dot", style: { left: `${left.toFixed(1)}px`, top: `${top.toFixed(1)}px` }, on: { click: () => go(n) } });
    });
    // The largest lies above the others.
    this.#picture.append(...[...this.#dots].reverse());
  }
}

/** Whether nothing of the selection was at a place. */
function isNone(f: PlaceFacts): boolean {
  return f.all !== undefined && f.selected === 0;
}
