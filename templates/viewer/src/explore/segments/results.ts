// The efforts over a way: how many there and back, the best, the trend, the profile, and a table of all.

import type { Activities } from "../../archive/metadata.ts";
import { mannerOf } from "../../sports.ts";
import { type Formatter, stopwatch } from "../../text/format.ts";
import { sportName } from "../../text/sportname.ts";
import type { Strings } from "../../text/strings.ts";
import { countText } from "../../text/values.ts";
import { h } from "../../ui/dom.ts";
import { measure } from "../../ui/measure.ts";
import type { Tracks } from "../../tracks/tracks.ts";
import { profileChart, trendChart } from "./charts.ts";
import { type Effort, profileOf } from "./follow.ts";

/** Rows that are made at first. */
const ROWS = 50;

export interface ResultsActions {
  hover(activity: number | undefined): void;
  /** Keeps an activity's line in sight, or lets it go. */
  keep(activity: number | undefined): void;
  /** Tells the best of what is listed, undefined for none. */
  best(effort: Effort | undefined): void;
}

/** Efforts, the fastest first; those without times last, in their order. */
export const ranked = (efforts: readonly Effort[]): Effort[] => [...efforts].sort((a, b) => (a.seconds || Infinity) - (b.seconds || Infinity) || a.activity - b.activity);

/** Metres up of a profile. */
export function metresUp(altitude: readonly number[]): number {
  let up = 0;
  for (let i = 1; i < altitude.length; i++) up += Math.max(0, altitude[i]! - altitude[i - 1]!);
  return up;
}

export class Results {
  readonly element = h("div", { class: "segmentresults" });
  readonly #activities: Activities;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #actions: ResultsActions;
  #forward = true;
  #byDay = false;
  #all = false;
  #shown: { efforts: readonly Effort[]; tracks: Tracks; metres: number; kept: number | undefined } | undefined;

  constructor(activities: Activities, strings: Strings, format: Formatter, actions: ResultsActions) {
    this.#activities = activities;
    this.#strings = strings;
    this.#format = format;
    this.#actions = actions;
  }

  /** Begins anew, for another way. */
  reset(): void {
    this.#forward = true;
    this.#all = this.#byDay = false;
  }

  /** Lists efforts of tracks over a way so many metres long; kept is the activity that is kept lit. */
  show(efforts: readonly Effort[], tracks: Tracks, metres: number, kept: number | undefined): void {
    this.#shown = { efforts, tracks, metres, kept };
    const focused = this.element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["effort"] : undefined;
    this.#draw();
    if (focused !== undefined) this.element.querySelector<HTMLElement>(`[data-effort="${focused}"]`)?.focus();
  }

  #draw(): void {
    const { efforts, tracks, metres } = this.#shown!;
    const [strings, format] = [this.#strings, this.#format];
    const words = strings.segments;
    const count = (forward: boolean): number => efforts.filter((e) => e.forward === forward).length;
    const forward = count(this.#forward) > 0 ? this.#forward : !this.#forward && count(true) > 0 ? true : count(false) === 0;
    const mine = ranked(efforts.filter((e) => e.forward === forward));
    const best = mine[0] && mine[0].seconds > 0 ? mine[0] : undefined;
    this.#actions.best(best);
    if (efforts.length === 0) {
      this.element.replaceChildren(h("p", { class: "caption" }, words.nothing));
      return;
    }
    const way = (value: boolean, label: string): HTMLElement =>
      h("label", {}, h("input", { type: "radio", class: "unseen", name: "segmentway", checked: value === forward, on: { change: () => this.#turn(value) } }), label);
    const profile = profileOf(tracks, mine[0]!);
    const up = format.height(metresUp(profile.altitude));
    const total = (value: string | HTMLElement, label: string): HTMLElement => h("div", {}, h("b", { class: "number" }, value), h("small", {}, label));
    const counted = countText(mine.length, words.efforts, format);
    const timed = mine.filter((e) => e.seconds > 0 && this.#activities.day[e.activity]! > 0);
    this.element.replaceChildren(
      h("div", { class: "segments", role: "radiogroup", "aria-label": words.direction }, way(true, words.there(format.whole(count(true)))), way(false, words.back(format.whole(count(false))))),
      h(
        "div",
        { class: "segmenttotals", role: "status" },
        total(best ? stopwatch(best.seconds) : "\u2013", best ? `${words.best} \u00b7 ${this.#date(best)}` : words.best),
        total(format.whole(mine.length), mine.length === 1 ? words.efforts.one : words.efforts.other),
        total(measure(format.distance(metres)), profile.altitude.length > 1 ? `${up.value}\u202f${up.unit} ${words.climb}` : ""),
      ),
      ...(best && timed.length > 1
        ? [trendChart(timed.map((e) => ({ day: this.#activities.day[e.activity]!, seconds: e.seconds, best: e === best })), words.trend(counted, stopwatch(best.seconds), this.#date(best))) as unknown as HTMLElement]
        : []),
      ...(profile.altitude.length > 1 ? [profileChart(profile, words.profile(`${up.value} ${up.unit}`)) as unknown as HTMLElement] : []),
      this.#table(mine, best),
    );
  }

  #turn(forward: boolean): void {
    this.#forward = forward;
    this.#draw();
    this.element.querySelector<HTMLElement>("input:checked")?.focus();
  }

  #date({ activity }: Effort): string {
    const day = this.#activities.day[activity]!;
    return day === 0 ? this.#strings.places.noDate : this.#format.day(day, "day");
  }

  #table(mine: readonly Effort[], best: Effort | undefined): HTMLElement {
    const words = this.#strings.segments;
    const rank = new Map(mine.map((e, i) => [e, i + 1]));
    const sorted = this.#byDay ? [...mine].sort((a, b) => b.activity - a.activity || b.from - a.from) : mine;
    const sorting = (byDay: boolean, label: string): HTMLElement =>
      h("th", { scope: "col", "aria-sort": byDay === this.#byDay ? (byDay ? "descending" : "ascending") : false }, h("button", { type: "button", on: { click: () => this.#sort(byDay) } }, label));
    const rows = sorted.slice(0, this.#all ? sorted.length : ROWS).map((e) => this.#row(e, rank.get(e)!, e === best));
    const table = h(
      "table",
      { "aria-label": words.list, on: { pointerleave: () => this.#actions.hover(undefined) } },
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, h("span", { class: "unseen" }, words.rank)), sorting(true, words.date), sorting(false, words.time), h("th", { scope: "col" }, words.speed), h("th", { scope: "col" }, words.heart)),
      ),
      h("tbody", {}, ...rows),
    );
    const more = h("button", { type: "button", class: "more", on: { click: () => this.#more() } }, words.showAll(this.#format.whole(sorted.length)));
    return h("div", { class: "segmenttable" }, table, rows.length < sorted.length && more);
  }

  #sort(byDay: boolean): void {
    this.#byDay = byDay;
    this.#draw();
    this.element.querySelector<HTMLElement>("[aria-sort] button")?.focus();
  }

  #more(): void {
    this.#all = true;
    this.#draw();
  }

  #row(e: Effort, rank: number, best: boolean): HTMLElement {
    const words = this.#strings.segments;
    const a = this.#activities;
    const { metres, kept } = this.#shown!;
    const sport = a.sports[a.sport[e.activity]!] ?? "";
    const time = e.seconds > 0 ? stopwatch(e.seconds) : "\u2013";
    const { keep, hover } = this.#actions;
    const lit = e.activity === kept;
    const date = this.#date(e);
    return h(
      "tr",
      { class: best ? "best" : "", on: { pointerenter: () => hover(e.activity) } },
      h("td", { class: "number" }, e.seconds > 0 ? this.#format.whole(rank) : ""),
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          { type: "button", "data-effort": `${e.activity} ${e.from}`, "aria-pressed": String(lit), "aria-label": words.keepLit(date, time), on: { click: () => keep(lit ? undefined : e.activity), focus: () => hover(e.activity), blur: () => hover(undefined) } },
          h("span", {}, date),
          h("small", {}, [sportName(sport, this.#strings), a.name[e.activity]].filter(Boolean).join(" \u00b7 ")),
        ),
      ),
      h("td", { class: "number" }, time),
      h("td", { class: "number" }, measure(this.#format.speed(e.seconds > 0 ? metres / e.seconds : 0, mannerOf(sport)))),
      h("td", { class: "number" }, e.heart > 0 ? this.#format.whole(e.heart) : "\u2013"),
    );
  }
}
