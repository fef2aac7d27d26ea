// What else a selection can be limited by, behind one line: hours, days of the week, gear, kinds, commutes. Of each there is only what the
// heatmap tells.

import type { Activities } from "../archive/metadata.ts";
import { type Choice, HOURS, hasLabelLimit, type HourSpan, LABEL_LIMITS, toggled, WEEKDAYS, weekdayOf, wordChoices } from "../labels.ts";
import { type Selection, withLimits } from "../selection.ts";
import type { Formatter } from "../text/format.ts";
import { kindName } from "../text/labels.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { TimeRing } from "./timering.ts";

/** Spans of hours that are one press away; together they are a day. */
const SPANS = { morning: [5, 9], day: [10, 16], evening: [17, 21], night: [22, 4] } as const satisfies Record<string, HourSpan>;

/** A chip, and whether it is pressed in a selection. */
interface Chip {
  button: HTMLElement;
  pressed(s: Selection): boolean;
}

export class MoreFilters {
  readonly element: HTMLElement;
  readonly #format: Formatter;
  readonly #strings: Strings;
  readonly #choose: (s: Selection, done: boolean) => void;
  readonly #ring: TimeRing | undefined;
  readonly #chips: Chip[] = [];
  readonly #toggle: HTMLElement;
  readonly #used = h("span", { class: "used number" });
  readonly #content: HTMLElement;
  #shown: Selection = {};

  constructor(activities: Activities, strings: Strings, format: Formatter, choose: (s: Selection, done: boolean) => void) {
    const words = strings.filters;
    this.#format = format;
    this.#strings = strings;
    this.#choose = choose;
    const groups = [this.#hours(activities), this.#weekdays(activities), this.#gear(activities), this.#kinds(activities), this.#commutes(activities)];
    if (activities.hour) {
      const all = new Uint32Array(HOURS);
      for (const hour of activities.hour) if (hour >= 0) all[hour]!++;
      this.#ring = new TimeRing(all, format, strings, (hours, done) => this.#limit({ hours }, done));
      groups[0]?.querySelector(".choices")?.before(this.#ring.element);
    }
    const there = groups.filter((g) => g !== undefined);
    this.#content = h("div", { class: "filters", id: "morefilters", hidden: true }, ...there);
    this.#toggle = h(
      "button",
      { type: "button", class: "morefilters", "aria-expanded": "false", "aria-controls": "morefilters", "aria-label": words.title, title: words.title, on: { click: () => this.#open(this.#content.hidden === true) } },
      icon(ICONS.filter),
      h("span", { class: "title" }, words.title),
      this.#used,
      h("span", { class: "chevron" }, icon(ICONS.fold)),
    );
    const close = (e: KeyboardEvent): void => {
      if (e.key !== "Escape" || this.#content.hidden) return;
      e.stopPropagation();
      this.#open(false);
      this.#toggle.focus();
    };
    this.element = h("div", { class: "moreline", on: { keydown: close } }, this.#toggle, this.#content);
    this.element.hidden = there.length === 0;
  }

  /** Whether the ring is being dragged. */
  get moving(): boolean {
    return this.#ring?.moving ?? false;
  }

  /** Shows a selection; hours are those of the activities that all its other limits let through. */
  show(s: Selection, hours: ArrayLike<number>): void {
    this.#shown = s;
    this.#ring?.show(s.hours, hours);
    for (const { button, pressed } of this.#chips) button.setAttribute("aria-pressed", String(pressed(s)));
    const used = LABEL_LIMITS.filter((key) => s[key] !== undefined).length;
    this.#used.textContent = used > 0 ? this.#format.whole(used) : "";
    this.#used.hidden = !hasLabelLimit(s);
  }

  #open(open: boolean): void {
    this.#content.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", String(open));
    // A phone's sheet scrolls, and nothing but it: what is around it is cut off rather than scrolled.
    const sheet = open && this.element.closest(".sheet .body");
    if (sheet) sheet.scrollTop += this.#toggle.getBoundingClientRect().top - sheet.getBoundingClientRect().top;
  }

  #limit(limits: { [K in keyof Selection]?: Selection[K] | undefined }, done = true): void {
    this.#choose(withLimits(this.#shown, limits), done);
  }

  /** A group of chips under its name, with how many activities do not say. */
  #group(name: string, kind: string, unknown: number, chips: readonly Chip[]): HTMLElement {
    this.#chips.push(...chips);
    const hint = unknown > 0 ? this.#strings.filters.unknown(this.#format.whole(unknown)) : "";
    return h(
      "div",
      { class: `filter ${kind}`, role: "group", "aria-label": hint ? `${name}, ${hint}` : name },
      h("p", { class: "filtername", "aria-hidden": "true" }, name, hint !== "" && h("small", {}, hint)),
      h("div", { class: "choices" }, ...chips.map(({ button }) => button)),
    );
  }

  #chip(text: string, value: string, count: number | undefined, pressed: (s: Selection) => boolean, press: () => void, name?: string): Chip {
    const button = h(
      "button",
      { type: "button", class: "chip", "data-value": value, "aria-pressed": "false", "aria-label": name, title: name, on: { click: press } },
      h("span", { class: "name" }, text),
      count !== undefined && h("span", { class: "count number" }, this.#format.whole(count)),
    );
    return { button, pressed };
  }

  #hours({ hour }: Activities): HTMLElement | undefined {
    if (!hour) return undefined;
    const { hours, spans } = this.#strings.filters;
    const chips = (Object.keys(SPANS) as (keyof typeof SPANS)[]).map((id) => {
      const span: HourSpan = SPANS[id];
      const pressed = (s: Selection): boolean => s.hours?.[0] === span[0] && s.hours[1] === span[1];
      return this.#chip(spans[id], id, undefined, pressed, () => this.#limit({ hours: pressed(this.#shown) ? undefined : span }));
    });
    return this.#group(hours, "hours", hour.filter((v) => v < 0).length, chips);
  }

  #weekdays({ day }: Activities): HTMLElement | undefined {
    const counts = new Uint32Array(WEEKDAYS);
    let unknown = 0;
    for (const d of day) {
      if (d === 0) unknown++;
      else counts[weekdayOf(d)]!++;
    }
    if (counts.filter((n) => n > 0).length < 2) return undefined;
    const all = Array.from(counts.keys());
    const chips = all.map((d) =>
      this.#chip(
        this.#format.weekday(d),
        String(d + 1),
        undefined,
        (s) => s.weekdays?.includes(d) ?? false,
        () => this.#limit({ weekdays: toggled(this.#shown.weekdays, d, all) }),
        `${this.#format.weekday(d, "long")}: ${this.#format.whole(counts[d]!)}`,
      ),
    );
    return this.#group(this.#strings.filters.weekdays, "weekdays", unknown, chips);
  }

  #words(name: string, kind: "gear" | "kinds", { choices, unknown }: { choices: Choice[]; unknown: number }, text: (value: string) => string): HTMLElement | undefined {
    if (choices.length + Math.min(unknown, 1) < 2) return undefined; // nothing to choose from
    const all = choices.map(({ value }) => value);
    const toggle = (value: string): readonly string[] | undefined => {
      const wanted = toggled(this.#shown[kind], value, all);
      // Where some do not say, all that is known is a limit, too.
      const now = this.#shown[kind] ?? [];
      return wanted === undefined && unknown > 0 && !now.includes(value) ? all : wanted;
    };
    const chips = choices.map(({ value, count }) =>
      this.#chip(text(value), value, count, (s) => s[kind]?.includes(value) ?? false, () => this.#limit({ [kind]: toggle(value) })),
    );
    return this.#group(name, kind, unknown, chips);
  }

  #gear({ gear, gears }: Activities): HTMLElement | undefined {
    return this.#words(this.#strings.filters.gear, "gear", wordChoices(gear, gears), (name) => name);
  }

  #kinds({ kind, kinds }: Activities): HTMLElement | undefined {
    return this.#words(this.#strings.filters.kind, "kinds", wordChoices(kind, kinds), (name) => kindName(name, this.#strings));
  }

  #commutes({ commute }: Activities): HTMLElement | undefined {
    const yes = (commute ?? []).filter((v) => v === 2).length;
    if (!commute || yes === 0) return undefined;
    const words = this.#strings.filters;
    const chip = (wanted: boolean, text: string, count: number): Chip => {
      const pressed = (s: Selection): boolean => s.commute === wanted;
      return this.#chip(text, wanted ? "yes" : "no", count, pressed, () => this.#limit({ commute: pressed(this.#shown) ? undefined : wanted }));
    };
    return this.#group(words.commute, "commute", commute.filter((v) => v === 0).length, [
      chip(true, words.commutes, yes),
      chip(false, words.noCommutes, commute.length - yes),
    ]);
  }
}
