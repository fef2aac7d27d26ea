// Two fields beside the slider of days, for whoever knows the dates: they are typed, or chosen from a calendar.

import type { Axis } from "../axes.ts";
import { formatDay, parseDay } from "../linkparts.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** Years that are still being typed lie before this day, and count for nothing yet. */
const EARLIEST = "1900-01-01";

/** First and last day, counted from 1970-01-01; undefined is no limit. */
export interface DaySpan {
  from: number | undefined;
  to: number | undefined;
}

export class DateFields {
  readonly element: HTMLElement;
  readonly #axis: Axis;
  readonly #from: HTMLInputElement;
  readonly #to: HTMLInputElement;
  readonly #change: (span: DaySpan) => void;
  #shown: DaySpan = { from: undefined, to: undefined };

  /** axis is that of the slider. */
  constructor(axis: Axis, strings: Strings, change: (span: DaySpan) => void) {
    const { firstDay, lastDay, time } = strings.selectionPanel;
    this.#axis = axis;
    this.#change = change;
    // Left out of the focus a field shows what holds, whatever was begun in it.
    const field = (label: string, edit: (day: number | undefined) => DaySpan): HTMLInputElement => {
      const input = h("input", { type: "date", "aria-label": label, min: EARLIEST, max: "9999-12-31", on: { change: () => this.#edited(input, edit), blur: () => this.show(this.#shown) } });
      return input;
    };
    this.#from = field(firstDay, (from) => ({ from, to: this.#shown.to }));
    this.#to = field(lastDay, (to) => ({ from: this.#shown.from, to }));
    this.element = h("div", { class: "datefields", role: "group", "aria-label": time }, this.#from, h("span", { "aria-hidden": "true" }, "\u2013"), this.#to);
    this.show(this.#shown);
  }

  /** Shows the days of a span, those of all activities where it has no limits. */
  show(span: DaySpan): void {
    this.#shown = span;
    this.#write(this.#from, span.from ?? this.#axis.min);
    this.#write(this.#to, span.to ?? this.#axis.max - 1);
  }

  #write(input: HTMLInputElement, day: number): void {
    const text = formatDay(day);
    // What is written into a field that is typed in would begin anew at its first digit.
    if (input.value !== text && input !== document.activeElement) input.value = text;
  }

  #edited(input: HTMLInputElement, edit: (day: number | undefined) => DaySpan): void {
    if (input.value !== "" && !input.validity.valid) return;
    const span = edit(parseDay(input.value));
    this.#change(limited(span, this.#axis, input === this.#from));
  }
}

/** A span without limits that limit nothing. Where its ends stand the wrong way round, the one that was not just set goes along; first says that the first day was set. */
export function limited({ from, to }: DaySpan, { min, max }: Pick<Axis, "min" | "max">, first: boolean): DaySpan {
  if (from !== undefined && to !== undefined && from > to) {
    if (first) to = from;
    else from = to;
  }
  return { from: from !== undefined && from > min ? from : undefined, to: to !== undefined && to < max - 1 ? to : undefined };
}
