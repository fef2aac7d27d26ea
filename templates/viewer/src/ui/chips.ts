// Chips of the sports: pressed ones are shown, none pressed means all.

import type { Activities } from "../archive/metadata.ts";
import { type Selection, toggleSport } from "../selection.ts";
import { sportColour } from "../sportcolours.ts";
import type { Formatter } from "../text/format.ts";
import { sportName } from "../text/sportname.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** Sports and how many activities each has, the most frequent first; the order is that of the colours. */
export function sportsByCount(a: Activities): { sport: string; count: number }[] {
  const counts = new Uint32Array(a.sports.length);
  for (const s of a.sport) if (s < counts.length) counts[s]!++;
  return a.sports
    .map((sport, i) => ({ sport, count: counts[i]! }))
    .filter(({ count }) => count > 0)
    .sort((p, q) => q.count - p.count);
}

export class SportChips {
  readonly element: HTMLElement;
  readonly #chips: { sport: string; button: HTMLElement }[];
  readonly #more: HTMLElement;
  readonly #strings: Strings;
  #expanded = false;
  #shown: Selection = {};

  constructor(activities: Activities, strings: Strings, format: Formatter, choose: (s: Selection) => void) {
    this.#strings = strings;
    this.#chips = sportsByCount(activities).map(({ sport, count }, rank) => ({
      sport,
      button: h(
        "button",
        {
          type: "button",
          class: "chip",
          "data-sport": sport,
          "aria-pressed": "false",
          on: { click: () => choose(toggleSport(this.#shown, sport, activities.sports)) },
        },
        h("span", { class: "dot", style: { background: `rgb(${sportColour(rank).join(" ")})` } }),
        h("span", { class: "name" }, sportName(sport, strings)),
        " ",
        h("span", { class: "count number" }, format.whole(count)),
      ),
    }));
    this.#more = h("button", { type: "button", class: "chip more", on: { click: () => this.#expand(!this.#expanded) } });
    // As wide as the row, and no higher for what is left out: what is observed may not change by being observed.
    const width = h("span", { class: "width" });
    this.element = h(
      "div",
      { class: "chips", role: "group", "aria-label": strings.selectionPanel.sports },
      ...this.#chips.map(({ button }) => button),
      this.#more,
      width,
    );
    this.element.hidden = this.#chips.length < 2;
    this.#expand(false);
    new ResizeObserver(() => this.#fit()).observe(width);
  }

  show(s: Selection): void {
    if (s.sports === this.#shown.sports) {
      this.#shown = s;
      return;
    }
    this.#shown = s;
    for (const { sport, button } of this.#chips) button.setAttribute("aria-pressed", String(s.sports?.includes(sport) ?? false));
    if (this.#chips.some(({ button }) => button.hidden && button.getAttribute("aria-pressed") === "true")) this.#expand(true);
  }

  #expand(expanded: boolean): void {
    const { more, less } = this.#strings.selectionPanel;
    this.#expanded = expanded;
    this.element.classList.toggle("expanded", expanded);
    this.#more.textContent = expanded ? less : more;
    this.#more.setAttribute("aria-expanded", String(expanded));
    this.#fit();
  }

  /** Leaves out the last chips until the rest has room; "More" brings them back. */
  #fit(): void {
    const { element } = this;
    for (const { button } of this.#chips) button.hidden = false;
    this.#more.hidden = !this.#expanded;
    if (this.#expanded || element.clientHeight === 0) return;
    const tooHigh = (): boolean => element.scrollHeight > element.clientHeight + 1;
    if (!tooHigh()) return;
    this.#more.hidden = false;
    for (let i = this.#chips.length - 1; i > 0 && tooHigh(); i--) this.#chips[i]!.button.hidden = true;
  }
}
