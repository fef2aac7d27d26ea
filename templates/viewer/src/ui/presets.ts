// The row of spans of time that are one press away.

import type { Activities } from "../archive/metadata.ts";
import { type Selection, withLimits } from "../selection.ts";
import { yearSpan } from "../text/describe.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

const DAY_MS = 86_400_000;

/** Pixels at the ends of the row where buttons fade. */
const EDGE_PX = 28;

export interface Preset {
  /** Names the preset for style and tests: all, thisyear, last12 or a year. */
  id: string;
  /** First and last day; undefined is no limit. */
  from: number | undefined;
  to: number | undefined;
}

/** Everything, this year, the last twelve months and each earlier year with activities, newest first. Spans without activities are left out. */
export function presetsOf(days: readonly number[], today: number): Preset[] {
  const year = new Date(today * DAY_MS).getUTCFullYear();
  const tomorrow = new Date((today + 1) * DAY_MS);
  const counted = new Set(days.filter((d) => d !== 0).map((d) => new Date(d * DAY_MS).getUTCFullYear()));
  const from = Date.UTC(tomorrow.getUTCFullYear() - 1, tomorrow.getUTCMonth(), tomorrow.getUTCDate()) / DAY_MS;
  return [
    { id: "all", from: undefined, to: undefined },
    // It ends today: without an end, so that its link holds tomorrow, too, unless a clock is wrong.
    ...(counted.has(year) ? [{ id: "thisyear", from: yearSpan(year).from, to: days.some((d) => d > today) ? today : undefined }] : []),
    ...(days.some((d) => d >= from) ? [{ id: "last12", from, to: undefined }] : []),
    ...[...counted]
      .filter((y) => y !== year)
      .sort((p, q) => q - p)
      .map((y) => ({ id: String(y), ...yearSpan(y) })),
  ];
}

export class PresetRow {
  readonly element: HTMLElement;
  readonly #presets: readonly Preset[];
  readonly #buttons: HTMLElement[];
  #shown: Selection = {};
  #pressed = -1;

  constructor(activities: Activities, today: number, strings: Strings, choose: (s: Selection) => void) {
    const words = strings.selectionPanel;
    const names: Record<string, string> = { all: words.all, thisyear: words.thisYear, last12: words.last12 };
    this.#presets = presetsOf(activities.day, today);
    this.#buttons = this.#presets.map(({ id, from, to }) =>
      h(
        "button",
        { type: "button", class: "preset", "data-preset": id, on: { click: () => choose(withLimits(this.#shown, { from, to })) } },
        names[id] ?? id,
      ),
    );
    this.element = h("div", { class: "presets", role: "group", "aria-label": words.time }, ...this.#buttons);
    // A mouse wheel has one direction, and so has the row.
    this.element.addEventListener(
      "wheel",
      (e) => {
        if (e.deltaX !== 0 || this.element.scrollWidth <= this.element.clientWidth) return;
        e.preventDefault();
        this.element.scrollLeft += e.deltaY * (getComputedStyle(this.element).direction === "rtl" ? -1 : 1);
      },
      { passive: false },
    );
    new ResizeObserver(() => this.#reveal()).observe(this.element);
    // Nothing but everything to choose from is no choice.
    this.element.hidden = this.#presets.length < 3;
  }

  show(s: Selection): void {
    this.#shown = s;
    const pressed = this.#presets.findIndex(({ from, to }) => from === s.from && to === s.to);
    if (pressed === this.#pressed) return;
    this.#pressed = pressed;
    this.#buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(i === pressed)));
    this.#reveal();
  }

  /** Scrolls the row, and nothing but the row, to the pressed button. */
  #reveal(): void {
    const button = this.#buttons[this.#pressed]?.getBoundingClientRect();
    const row = this.element.getBoundingClientRect();
    if (!button || row.width === 0) return;
    if (button.left < row.left + EDGE_PX) this.element.scrollLeft -= row.left + EDGE_PX - button.left;
    else if (button.right > row.right - EDGE_PX) this.element.scrollLeft += button.right - row.right + EDGE_PX;
  }
}
