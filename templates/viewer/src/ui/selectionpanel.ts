// The panel of the selection: what it adds up to, and sliders, chips, spans of time and more filters that limit it.

import type { Activities } from "../archive/metadata.ts";
import { dayAxis, dayTicks, distanceAxis, distanceTicks } from "../axes.ts";
import { Counter, dayBars, distanceBars } from "../histogram.ts";
import { ALL, isAll, sameSelection, type Selection, type Totals, withLimits } from "../selection.ts";
import { describeSelection } from "../text/describe.ts";
import type { Formatter, Measure } from "../text/format.ts";
import { sportName } from "../text/sportname.ts";
import type { Strings } from "../text/strings.ts";
import { SportChips } from "./chips.ts";
import { DateFields } from "./datefields.ts";
import { h, icon, ICONS } from "./dom.ts";
import { MoreFilters } from "./morefilters.ts";
import { PresetRow } from "./presets.ts";
import { RangeSlider, type Span } from "./rangeslider.ts";

export interface SelectionPanelActions {
  /** A new selection: at most once a frame while something is dragged, and with done at the end of it. */
  change(s: Selection, done: boolean): void;
  collapse(collapsed: boolean): void;
}

/** Pixels that a digit of a total takes in each type, from the largest, and a character of a label. */
const TYPES = [["large", 12.6], ["medium", 10.7], ["small", 9.4]] as const;
const LABEL_PX = 6;
/** Pixels that totals have side by side. */
const ROOM_PX = 261;
/** Width of a separator, a digit being 1. */
const SEPARATOR = 0.45;
/** Milliseconds without a change before the totals are spoken. */
const SPEAK_MS = 500;

export class SelectionPanel {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #actions: SelectionPanelActions;
  readonly #counter: Counter;
  readonly #days: RangeSlider | undefined;
  readonly #dates: DateFields | undefined;
  readonly #distances: RangeSlider | undefined;
  readonly #chips: SportChips;
  readonly #presets: PresetRow;
  readonly #more: MoreFilters;
  readonly #toggle: HTMLElement;
  readonly #what = h("span", { class: "what" });
  readonly #reset: HTMLElement;
  readonly #totals = h("dl", { class: "sums" });
  readonly #values: HTMLElement[] = [];
  readonly #labels: HTMLElement[] = [];
  readonly #nothing: HTMLElement;
  readonly #spoken = h("p", { class: "unseen", role: "status" });
  #shown: Selection | undefined;
  #speaking = 0;

  /** today is the reader's day, counted from 1970-01-01. */
  constructor(activities: Activities, today: number, strings: Strings, format: Formatter, actions: SelectionPanelActions) {
    const words = strings.selectionPanel;
    this.#strings = strings;
    this.#format = format;
    this.#actions = actions;
    const days = dayAxis(activities.day);
    const daysInBars = days && dayBars(activities.day, days);
    const distances = distanceAxis(activities.distanceM);
    const distancesInBars = distances && distanceBars(activities.distanceM, distances);
    this.#counter = new Counter(activities, daysInBars, distancesInBars);
    const done = (s: Selection): void => this.#change(s, true);
    if (days && daysInBars) {
      this.#days = new RangeSlider({
        axis: days,
        bars: daysInBars,
        id: "date",
        name: words.time,
        ends: { lo: words.firstDay, hi: words.lastDay },
        text: (end, edge) => format.day(end === "lo" ? edge : edge - 1, "day"),
        ticks: () => dayTicks(days, format),
        // The high edge is the end of the last day.
        change: ({ lo, hi }, done) => this.#change(withLimits(this.#now, { from: lo, to: hi === undefined ? undefined : hi - 1 }), done),
      });
    }
    if (days) this.#dates = new DateFields(days, strings, (span) => done(withLimits(this.#now, { ...span })));
    if (distances && distancesInBars) {
      this.#distances = new RangeSlider({
        axis: distances,
        bars: distancesInBars,
        id: "distance",
        name: words.distance,
        ends: { lo: words.shortest, hi: words.longest },
        text: (_, edge) => joined(format.distance(edge)),
        ticks: () => distanceTicks(distances, format),
        change: ({ lo, hi }, done) => this.#change(withLimits(this.#now, { minM: lo, maxM: hi }), done),
      });
    }
    this.#chips = new SportChips(activities, strings, format, done);
    this.#presets = new PresetRow(activities, today, strings, done);
    this.#more = new MoreFilters(activities, strings, format, (s, done) => this.#change(s, done));
    for (const total of ["count", "distance", "moving", "ascent"]) {
      const value = h("dd", { class: "number" });
      const label = h("dt", {});
      this.#values.push(value);
      this.#labels.push(label);
      this.#totals.append(h("div", { "data-total": total }, label, value));
    }
    const all = (): void => done(ALL);
    this.#nothing = h(
      "p",
      { class: "nothing", hidden: true },
      words.nothing,
      activities.day.length > 0 && h("button", { type: "button", class: "showall", on: { click: all } }, words.showAll),
    );
    this.#toggle = h(
      "button",
      { type: "button", class: "toggle", "aria-expanded": "true", on: { click: () => this.#collapse() } },
      words.title,
      icon(ICONS.fold),
    );
    this.#reset = h("button", { type: "button", class: "reset", on: { click: all } }, words.reset);
    this.element = h(
      "div",
      { class: "card selection" },
      h("div", { class: "selectionhead" }, this.#toggle, this.#what, this.#reset),
      h(
        "div",
        { class: "content" },
        h("div", { class: "sumsrow" }, this.#totals, this.#nothing),
        this.#presets.element,
        this.#days?.element,
        this.#dates?.element,
        this.#distances?.element,
        this.#chips.element,
        this.#more.element,
      ),
      this.#spoken,
    );
    this.show(ALL);
  }

  get collapsed(): boolean {
    return this.element.classList.contains("collapsed");
  }

  set collapsed(collapsed: boolean) {
    this.element.classList.toggle("collapsed", collapsed);
    this.#toggle.setAttribute("aria-expanded", String(!collapsed));
  }

  /** Shows a selection; during a gesture of its own it shows that, and what comes in meanwhile is its echo. */
  show(s: Selection): void {
    if (this.#days?.moving || this.#distances?.moving || this.#more.moving) return;
    if (this.#shown && sameSelection(s, this.#shown)) return;
    const first = this.#shown === undefined;
    this.#draw(s);
    if (!first) this.#speak();
  }

  /** Writes everything with a unit anew. */
  setUnits(): void {
    // Everything is the most there will ever be, so columns made for it never move.
    const most = this.#texts(this.#counter.count(ALL).totals);
    for (const [type, digit] of TYPES) {
      const widths = most.map(({ value, unit }) => Math.max(widthOf(value) * digit, unit.length * LABEL_PX));
      this.#totals.style.gridTemplateColumns = widths.map((w) => `minmax(0, ${w}fr)`).join(" ");
      this.#totals.dataset["type"] = type;
      if (widths.reduce((sum, w) => sum + w, 0) <= ROOM_PX) break;
    }
    this.#distances?.setUnits();
    this.#draw(this.#now);
  }

  get #now(): Selection {
    return this.#shown ?? ALL;
  }

  #change(s: Selection, done: boolean): void {
    this.#draw(s);
    if (done) this.#speak();
    this.#actions.change(s, done);
  }

  #collapse(): void {
    this.collapsed = !this.collapsed;
    this.#actions.collapse(this.collapsed);
  }

  #draw(s: Selection): void {
    const first = this.#shown === undefined;
    this.#shown = s;
    if (first) this.setUnits();
    const { totals, days, distances, hours } = this.#counter.count(s);
    this.#texts(totals).forEach(({ value, unit }, i) => {
      this.#values[i]!.textContent = value;
      this.#labels[i]!.textContent = unit;
    });
    const span = (lo: number | undefined, hi: number | undefined): Span => ({ lo, hi });
    this.#days?.show(span(s.from, s.to === undefined ? undefined : s.to + 1), days);
    this.#dates?.show({ from: s.from, to: s.to });
    this.#distances?.show(span(s.minM, s.maxM), distances);
    this.#presets.show(s);
    this.#chips.show(s);
    this.#more.show(s, hours);
    this.#what.textContent = describeSelection(s, (name) => sportName(name, this.#strings), this.#format, this.#strings);
    this.#what.title = this.#what.textContent; // it may be cut
    this.#reset.hidden = isAll(s);
    this.#nothing.hidden = totals.count > 0;
    this.#totals.classList.toggle("none", totals.count === 0);
  }

  /** The totals, each with the words under it. */
  #texts(t: Totals): Measure[] {
    const { selectionPanel: words, activities } = this.#strings;
    const moving = this.#format.duration(t.movingS);
    const ascent = this.#format.height(t.ascentM);
    return [
      { value: this.#format.whole(t.count), unit: t.count === 1 ? activities.one : activities.other },
      this.#format.distance(t.distanceM),
      { value: moving.value, unit: words.moving(moving.unit) },
      { value: ascent.value, unit: words.ascent(ascent.unit) },
    ];
  }

  /** Speaks the totals once nothing has changed for a moment. */
  #speak(): void {
    clearTimeout(this.#speaking);
    this.#speaking = window.setTimeout(() => {
      const { totals } = this.#counter.count(this.#now);
      this.#spoken.textContent = totals.count === 0 ? this.#strings.selectionPanel.nothing : this.#texts(totals).map(joined).join(", ");
    }, SPEAK_MS);
  }
}

/** Width of a number in digits. */
function widthOf(number: string): number {
  return [...number].reduce((sum, c) => sum + (/\p{Nd}/u.test(c) ? 1 : SEPARATOR), 0);
}

function joined({ value, unit }: Measure): string {
  return `${value}\u202f${unit}`;
}
