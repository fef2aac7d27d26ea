// The list of who was here: all activities that passed a place, the newest first, with what they did there.

import type { Activities } from "../archive/metadata.ts";
import { rankOfSport } from "../pictures.ts";
import { sportColour } from "../sportcolours.ts";
import { mannerOf } from "../sports.ts";
import type { Formatter } from "../text/format.ts";
import { sportName } from "../text/sportname.ts";
import type { Strings } from "../text/strings.ts";
import type { Passage } from "../tracks/passage.ts";
import { h, icon, ICONS } from "./dom.ts";
import { measure } from "./measure.ts";

export interface PlacesActions {
  /** Points at an activity's line, or at none. */
  hover(activity: number | undefined): void;
  /** Keeps an activity's line in sight, or lets it go. */
  keep(activity: number | undefined): void;
  zoomTo(activity: number): void;
  /** Lists all that went the same way; missing where that cannot be told. */
  route?(activity: number): void;
  close(): void;
}

/** Rows that are made at once; the rest follows as the list is scrolled. */
const PAGE = 100;

export class PlacesPanel {
  readonly element: HTMLElement;
  readonly #activities: Activities;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #actions: PlacesActions;
  readonly #title = h("h2", { "aria-live": "polite" });
  readonly #close: HTMLElement;
  readonly #list = h("ul", { class: "passages" });
  readonly #ranks: number[];
  #passages: readonly Passage[] = [];
  #kept: number | undefined;

  constructor(activities: Activities, strings: Strings, format: Formatter, actions: PlacesActions) {
    this.#activities = activities;
    this.#strings = strings;
    this.#format = format;
    this.#actions = actions;
    this.#ranks = activities.sports.map((_, i) => rankOfSport(activities, i));
    this.#close = h("button", { type: "button", class: "close", "aria-label": strings.places.close, title: strings.places.close, on: { click: actions.close } }, icon(ICONS.close));
    this.element = h("section", { class: "card places" }, h("header", {}, this.#title, this.#close), this.#list);
    this.#list.addEventListener("scroll", () => this.#fill());
    this.#list.addEventListener("pointerleave", () => actions.hover(undefined));
    this.#list.addEventListener("keydown", (e) => this.#onKey(e));
    this.clear();
  }

  /** Rows of the activities listed. */
  get activities(): number[] {
    return this.#passages.map((p) => p.activity);
  }

  /** Lists passages; kept is the row of the activity whose line is kept. */
  show(passages: readonly Passage[], kept: number | undefined): void {
    const focused = this.#list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["activity"] : undefined;
    const same = passages.length === this.#passages.length && passages.every((p, i) => p.activity === this.#passages[i]!.activity && p.metres === this.#passages[i]!.metres);
    const scrolled = same ? this.#list.scrollTop : 0;
    const made = same ? this.#list.childElementCount : 0;
    this.#passages = passages;
    this.#kept = kept;
    const { here, hereNone } = this.#strings.places;
    this.#title.textContent = passages.length === 0 ? hereNone : here(this.#format.whole(passages.length), passages.length);
    this.#close.hidden = false;
    this.#list.replaceChildren();
    do this.#fill();
    while (this.#list.childElementCount < made);
    this.#list.scrollTop = scrolled;
    if (focused !== undefined) this.#list.querySelector<HTMLElement>(`.passage[data-activity="${focused}"]`)?.focus();
  }

  /** Says how one asks. */
  clear(): void {
    this.#passages = [];
    this.#title.textContent = this.#strings.places.ask;
    this.#close.hidden = true;
    this.#list.replaceChildren();
  }

  /** Makes rows until the list reaches a page beyond what is in view. */
  #fill(): void {
    const { scrollTop, clientHeight, scrollHeight, childElementCount: made } = this.#list;
    if (made >= this.#passages.length || (made > 0 && scrollTop + clientHeight < scrollHeight - 400)) return;
    this.#list.append(...this.#passages.slice(made, made + PAGE).map((p) => this.#row(p)));
  }

  #row(p: Passage): HTMLElement {
    const a = this.#activities;
    const sport = a.sports[a.sport[p.activity]!] ?? "";
    const day = a.day[p.activity]!;
    const date = day === 0 ? this.#strings.places.noDate : this.#format.day(day, "day");
    const name = a.name[p.activity];
    const colour = sportColour(this.#ranks[a.sport[p.activity]!] ?? 0);
    const there = [
      ...(p.speed > 0 ? [measure(this.#format.speed(p.speed, mannerOf(sport), p.doubt))] : []),
      ...(p.heart > 0 ? [measure({ value: this.#format.whole(p.heart), unit: this.#strings.units.bpm })] : []),
    ];
    const line = (what: HTMLElement, number: HTMLElement): HTMLElement => h("span", { class: "line" }, what, " ", h("span", { class: "number" }, number));
    const main = h(
      "button",
      {
        type: "button",
        class: "passage",
        "data-activity": p.activity,
        "aria-pressed": String(p.activity === this.#kept),
        on: {
          click: () => this.#actions.keep(p.activity === this.#kept ? undefined : p.activity),
          focus: () => this.#actions.hover(p.activity),
          blur: () => this.#actions.hover(undefined),
        },
      },
      h("span", { class: "dot", style: { "background-color": `rgb(${colour.join()})` } }),
      h(
        "span",
        { class: "what" },
        line(h("b", {}, date), measure(this.#format.distance(a.distanceM[p.activity]!))),
        " ",
        line(h("small", {}, [sportName(sport, this.#strings), name].filter(Boolean).join(" \u00b7 ")), h("small", {}, ...there.flatMap((m, i) => (i > 0 ? [" \u00b7 ", m] : [m])))),
      ),
    );
    const deed = (label: string, path: string, run: () => void, title = label): HTMLElement => h("button", { type: "button", class: "zoomto", "aria-label": label, title, on: { click: run } }, icon(path));
    const { sameWay } = this.#strings.segments;
    const { route, hover, zoomTo } = this.#actions;
    return h(
      "li",
      { on: { pointerenter: () => hover(p.activity) } },
      main,
      route && deed(`${sameWay}: ${date}`, ICONS.route, () => route(p.activity), sameWay),
      deed(this.#strings.places.zoomTo(date), ICONS.fit, () => zoomTo(p.activity)),
    );
  }

  /** Up and down go from row to row. */
  #onKey(e: KeyboardEvent): void {
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    const row = (document.activeElement as HTMLElement | null)?.closest("li");
    if (step === 0 || !row) return;
    e.preventDefault();
    if (step > 0 && !row.nextElementSibling) this.#fill();
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector<HTMLElement>(".passage")?.focus();
  }
}
