// The hours of the day as a dial: noon on top, midnight below, a bar for every hour, and an arc of those that are wanted, which may go over
// midnight. One drags over it, or moves the two ends by the arrow keys.

import { asLimit, HOURS, type HourSpan, lengthOf } from "../labels.ts";
import type { Formatter } from "../text/format.ts";
import { hoursText } from "../text/labels.ts";
import type { Strings } from "../text/strings.ts";
import { h, s } from "./dom.ts";

/** The dial in its own units: half its side, where bars begin and end, and where the arc runs. */
const HALF = 60;
const INNER = 31;
const OUTER = 50;
const ARC = 26;
/** A single activity shows. */
const LOWEST = 2;
/** Hours that the arrow and the page keys move an end by. */
const KEYS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 6, PageDown: -6 };

const ALL_DAY: HourSpan = [0, HOURS - 1];
const ENDS = ["first", "last"] as const;
type End = (typeof ENDS)[number];

/** A place on the dial at a time of day in hours. */
function at(hour: number, radius: number): [x: number, y: number] {
  const angle = ((hour + 12) / HOURS) * 2 * Math.PI;
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

/** The path of a ring's piece between two times, less than a day apart. */
function piece(from: number, to: number, inner: number, outer: number): string {
  const large = to - from > HOURS / 2 ? 1 : 0;
  const point = (hour: number, radius: number): string => at(hour, radius).map((v) => v.toFixed(2)).join(" ");
  return `M${point(from, outer)}A${outer} ${outer} 0 ${large} 1 ${point(to, outer)}L${point(to, inner)}A${inner} ${inner} 0 ${large} 0 ${point(from, inner)}z`;
}

/** The hour, 0..23, at a place of a dial, from its middle; y grows downwards. */
export function hourAt(x: number, y: number): number {
  const turn = Math.atan2(x, -y) / (2 * Math.PI) + 0.5;
  return Math.floor((turn - Math.floor(turn)) * HOURS) % HOURS;
}

/** The span after a drag from one hour to another by way of what lies between: the way round that the pointer went, turned hours clockwise. */
export function dragged(start: number, turned: number): HourSpan {
  const hours = Math.max(1 - HOURS, Math.min(HOURS - 1, turned));
  const end = (((start + hours) % HOURS) + HOURS) % HOURS;
  return hours < 0 ? [end, start] : [start, end];
}

/** The hours that an hour is turned clockwise from another, -12..11. */
export function turn(from: number, to: number): number {
  return ((((to - from + HOURS / 2) % HOURS) + HOURS) % HOURS) - HOURS / 2;
}

export class TimeRing {
  readonly element: HTMLElement;
  readonly #format: Formatter;
  readonly #strings: Strings;
  readonly #change: (hours: HourSpan | undefined, done: boolean) => void;
  readonly #most: number;
  readonly #lit: SVGElement[] = [];
  readonly #arc = s("path", { class: "arc" });
  readonly #text = h("span", { class: "number" });
  readonly #handles: Record<End, HTMLElement>;
  #shown: HourSpan | undefined;
  /** A drag: where it began, the hour under the pointer, how far it has turned, and the span that is moved as a whole or at one end. */
  #drag: { start: number; hour: number; turned: number; span: HourSpan | undefined; end: End | undefined } | undefined;

  /** all has the number of activities of each hour. */
  constructor(all: ArrayLike<number>, format: Formatter, strings: Strings, change: (hours: HourSpan | undefined, done: boolean) => void) {
    this.#format = format;
    this.#strings = strings;
    this.#change = change;
    this.#most = Math.max(1, ...Array.from(all));
    const bars = Array.from({ length: HOURS }, (_, hour) => {
      const lit = s("path", { class: "lit" });
      this.#lit.push(lit);
      return [s("path", { class: "bar", d: this.#bar(hour, all[hour] ?? 0) }), lit];
    }).flat();
    const names = [0, 6, 12, 18].map((hour) => {
      const [x, y] = at(hour, OUTER + 5.5);
      const text = s("text", { x, y: y + 2.6, "text-anchor": "middle" });
      text.textContent = String(hour);
      return text;
    });
    const dial = s(
      "svg",
      { viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`, "aria-hidden": "true" },
      s("path", { class: "night", d: piece(18, 30, ARC - 2, ARC + 2) }),
      ...bars,
      this.#arc,
      ...names,
    );
    const { firstHour, lastHour } = strings.filters;
    this.#handles = { first: this.#handle("first", firstHour), last: this.#handle("last", lastHour) };
    this.element = h("div", { class: "timering", role: "group", "aria-label": strings.filters.hours }, dial, this.#text, this.#handles.first, this.#handles.last);
    this.element.addEventListener("pointerdown", (e) => this.#press(e));
    this.element.addEventListener("pointermove", (e) => this.#move(e));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) this.element.addEventListener(type, () => this.#release());
  }

  get moving(): boolean {
    return this.#drag !== undefined;
  }

  /** Shows the hours wanted, and how many of the selected activities each hour has. */
  show(hours: HourSpan | undefined, counts: ArrayLike<number>): void {
    this.#shown = hours;
    const span = hours ?? ALL_DAY;
    this.element.classList.toggle("limited", hours !== undefined);
    this.#lit.forEach((bar, hour) => {
      const wanted = !hours || (hour - span[0] + HOURS) % HOURS < lengthOf(span);
      bar.setAttribute("d", wanted ? this.#bar(hour, counts[hour] ?? 0) : "");
    });
    this.#arc.setAttribute("d", hours ? piece(span[0], span[0] + lengthOf(span), ARC - 2, ARC + 2) : "");
    this.#text.textContent = hours ? hoursText(hours, this.#format) : this.#strings.filters.allDay;
    for (const end of ENDS) {
      const handle = this.#handles[end];
      const hour = end === "first" ? span[0] : span[1];
      const [x, y] = at(end === "first" ? hour : hour + 1, ARC);
      handle.style.left = `${50 + (x / HALF) * 50}%`;
      handle.style.top = `${50 + (y / HALF) * 50}%`;
      handle.setAttribute("aria-valuenow", String(hour));
      handle.setAttribute("aria-valuetext", this.#format.hour(end === "first" ? hour : (hour + 1) % HOURS));
    }
  }

  #bar(hour: number, count: number): string {
    if (count === 0) return "";
    return piece(hour + 0.12, hour + 0.88, INNER, INNER + LOWEST + (count / this.#most) * (OUTER - INNER - LOWEST));
  }

  #handle(end: End, name: string): HTMLElement {
    const handle = h("div", { class: "hourhandle", role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0, "aria-valuemax": HOURS - 1, "data-end": end });
    handle.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const steps = KEYS[e.key];
      if (steps !== undefined) {
        const [first, last] = this.#shown ?? ALL_DAY;
        const to = ((end === "first" ? first : last) + steps + HOURS) % HOURS;
        this.#change(asLimit(end === "first" ? [to, last] : [first, to]), true);
      } else if (e.key === "Home" || e.key === "End") this.#change(undefined, true);
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
    return handle;
  }

  #hour(e: PointerEvent): number {
    const box = this.element.getBoundingClientRect();
    return hourAt(e.clientX - box.left - box.width / 2, e.clientY - box.top - box.height / 2);
  }

  /** A press begins a new span, or takes the one there is: by an end, or in its middle as a whole. */
  #press(e: PointerEvent): void {
    e.stopPropagation(); // the sheet around it is dragged, too
    if (!e.isPrimary || e.button !== 0) return;
    const hour = this.#hour(e);
    const span = this.#shown;
    const end = (e.target as HTMLElement).dataset["end"] as End | undefined;
    const within = span !== undefined && (hour - span[0] + HOURS) % HOURS < lengthOf(span);
    this.#drag = { start: hour, hour, turned: 0, span: end || within ? (span ?? ALL_DAY) : undefined, end };
    this.element.setPointerCapture(e.pointerId);
    if (!this.#drag.span) this.#change([hour, hour], false);
  }

  #move(e: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return;
    const hour = this.#hour(e);
    if (hour === drag.hour) return;
    drag.turned += turn(drag.hour, hour);
    drag.hour = hour;
    const { start, turned, span, end } = drag;
    const by = (of: number): number => (((of + turned) % HOURS) + HOURS) % HOURS;
    if (!span) this.#change(asLimit(dragged(start, turned)), false);
    else if (!end) this.#change([by(span[0]), by(span[1])], false);
    else this.#change(asLimit(end === "first" ? [by(span[0]), span[1]] : [span[0], by(span[1])]), false);
  }

  #release(): void {
    if (!this.#drag) return;
    this.#drag = undefined;
    this.#change(this.#shown, true);
  }
}
