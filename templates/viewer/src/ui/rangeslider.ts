// A slider with two handles on the bars of a histogram: for the ends of a span of days or distances. The handles, the
// span between them (a window that moves along) and the empty bars (a new span is drawn there) can all be dragged.

import { type Axis, shownTicks, type Tick } from "../axes.ts";
import type { Bars } from "../histogram.ts";
import { BarChart } from "./bars.ts";
import { h } from "./dom.ts";

type End = "lo" | "hi";

/** The ends of a span; undefined is no limit. */
export interface Span {
  lo: number | undefined;
  hi: number | undefined;
}

export interface RangeSliderOptions {
  axis: Axis;
  bars: Bars;
  /** Distinguishes sliders for style and tests. */
  id: string;
  /** Names of the slider and of its handles. */
  name: string;
  ends: Record<End, string>;
  /** The text of an end's value. */
  text(end: End, edge: number): string;
  ticks(): Tick[];
  /** Called at most once a frame during a gesture, and with done at its end. */
  change(span: Span, done: boolean): void;
}

/** A gesture: where it started, in places, and the span of then. */
interface Gesture {
  part: End | "window" | "new";
  start: number;
  x: number;
  lo: number;
  hi: number;
  moved: boolean;
}

/** Pixels that a pointer may tremble before a span is moved or drawn. */
const TREMBLE_PX = 4;

export class RangeSlider {
  readonly element: HTMLElement;
  readonly #options: RangeSliderOptions;
  readonly #chart: BarChart;
  readonly #track = h("div", { class: "rangetrack", "aria-hidden": "true" }, h("span", {}));
  readonly #area: HTMLElement;
  readonly #handles: Record<End, HTMLElement>;
  readonly #bubble = h("span", { class: "rangebubble number", "aria-hidden": "true" });
  readonly #ticks = h("div", { class: "rangeticks", "aria-hidden": "true" });
  #lo: number;
  #hi: number;
  #gesture: Gesture | undefined;
  #keyed = false;
  #frame = 0;

  constructor(options: RangeSliderOptions) {
    const { axis } = options;
    this.#options = options;
    this.#lo = axis.min;
    this.#hi = axis.max;
    this.#chart = new BarChart(options.bars);
    this.#handles = { lo: this.#handle("lo"), hi: this.#handle("hi") };
    this.#area = h("div", { class: "rangearea" }, this.#chart.element, this.#track, this.#handles.lo, this.#handles.hi, this.#bubble);
    // Time and distance grow to the right in every script, as on the map's scale and in charts.
    this.element = h("div", { class: "rangeslider", role: "group", "aria-label": options.name, dir: "ltr", "data-slider": options.id }, this.#area, this.#ticks);
    this.#listen();
    this.setUnits();
  }

  /** Whether a gesture is under way: what is shown then comes from it. */
  get moving(): boolean {
    return this.#gesture !== undefined || this.#keyed;
  }

  /** Shows a span and what is lit in it. */
  show(span: Span, counts: Uint32Array): void {
    const { axis } = this.#options;
    if (!this.moving) {
      this.#lo = Math.min(axis.max, Math.max(axis.min, span.lo ?? axis.min));
      this.#hi = Math.min(axis.max, Math.max(axis.min, span.hi ?? axis.max));
      this.#place();
    }
    this.#chart.show(counts, axis.place(this.#lo), axis.place(this.#hi));
  }

  /** Writes everything with a unit anew. */
  setUnits(): void {
    const ticks = shownTicks(this.#options.ticks());
    this.#ticks.replaceChildren(...ticks.map(({ place, text, side }) => h("span", { "data-at": side, style: { left: `${place * 100}%` } }, text)));
    this.#place();
  }

  #handle(end: End): HTMLElement {
    const { axis, ends } = this.#options;
    return h("div", {
      class: "spanhandle",
      role: "slider",
      tabindex: 0,
      "data-end": end,
      "aria-label": ends[end],
      "aria-valuemin": axis.min,
      "aria-valuemax": axis.max,
    });
  }

  #listen(): void {
    const area = this.#area;
    area.addEventListener("pointerdown", (e) => {
      if (!e.isPrimary || e.button !== 0) return;
      this.#endKeys();
      const part = (e.target as HTMLElement).dataset["end"] as End | undefined;
      this.#gesture = { part: part ?? this.#partAt(this.#at(e.clientX)), start: this.#at(e.clientX), x: e.clientX, lo: this.#lo, hi: this.#hi, moved: false };
      // By what was pressed, so that a handle gets the focus and the double click.
      (e.target as HTMLElement).setPointerCapture(e.pointerId);
    });
    area.addEventListener("pointermove", (e) => this.#drag(e.clientX));
    // A finger that turns out to scroll did not mean the slider.
    area.addEventListener("pointercancel", () => {
      const g = this.#gesture;
      if (g) [this.#lo, this.#hi] = [g.lo, g.hi];
      this.#drop(false);
    });
    for (const type of ["pointerup", "lostpointercapture"] as const) area.addEventListener(type, () => this.#drop());
    area.addEventListener("dblclick", (e) => {
      const { axis } = this.#options;
      const end = (e.target as HTMLElement).dataset["end"];
      if (end !== "hi") this.#lo = axis.min;
      if (end !== "lo") this.#hi = axis.max;
      this.#place();
      this.#tell(true);
    });
    for (const end of ["lo", "hi"] as const) {
      const handle = this.#handles[end];
      handle.addEventListener("keydown", (e) => this.#key(end, e));
      handle.addEventListener("keyup", () => this.#endKeys());
      handle.addEventListener("blur", () => this.#endKeys());
    }
  }

  /** Place of a pixel, 0..1 within the axis. */
  #at(x: number): number {
    const box = this.#area.getBoundingClientRect();
    return (x - box.left) / (box.width || 1);
  }

  /** What a press beside the handles takes hold of. */
  #partAt(place: number): Gesture["part"] {
    const { axis } = this.#options;
    const [lo, hi] = [axis.place(this.#lo), axis.place(this.#hi)];
    if (lo === 0 && hi === 1) return "new";
    if (place >= lo && place <= hi) return "window";
    return place < lo ? "lo" : "hi";
  }

  #drag(x: number): void {
    const g = this.#gesture;
    if (!g) return;
    const { axis } = this.#options;
    if (!g.moved && Math.abs(x - g.x) < (g.part === "lo" || g.part === "hi" ? 1 : TREMBLE_PX)) return;
    g.moved = true;
    const by = this.#at(x) - g.start;
    if (g.part === "new") {
      const [p, q] = [axis.at(Math.min(g.start, g.start + by)), axis.at(Math.max(g.start, g.start + by))];
      this.#lo = Math.min(p, axis.max - axis.snap);
      this.#hi = Math.max(q, this.#lo + axis.snap);
    } else if (g.part === "window") {
      const [p, q] = [axis.place(g.lo), axis.place(g.hi)];
      const shift = Math.min(1 - q, Math.max(-p, by));
      this.#lo = axis.at(p + shift);
      this.#hi = axis.even ? this.#lo + g.hi - g.lo : Math.max(this.#lo + axis.snap, axis.at(q + shift));
    } else {
      this.#set(g.part, axis.at(axis.place(g[g.part]) + by));
    }
    this.#place();
    this.#say(g.part === "new" ? "window" : g.part);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#tell(false);
    });
  }

  /** Ends a gesture; one that was not meant is no click either. */
  #drop(meant = true): void {
    const g = this.#gesture;
    if (!g) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#gesture = undefined;
    this.#say(undefined);
    const outside = meant && !g.moved && (g.part === "lo" || g.part === "hi") && Math.abs(g.start - this.#options.axis.place(g[g.part])) > 0.05;
    // A click beside the span brings the nearer handle there.
    if (outside) this.#set(g.part as End, this.#options.axis.at(g.start));
    this.#place();
    if (g.moved || outside) this.#tell(true);
  }

  #key(end: End, e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const { axis } = this.#options;
    const now = end === "lo" ? this.#lo : this.#hi;
    const step = e.shiftKey ? axis.page : axis.step;
    const to: Record<string, number> = {
      ArrowLeft: now - step,
      ArrowDown: now - step,
      ArrowRight: now + step,
      ArrowUp: now + step,
      PageDown: now - axis.page,
      PageUp: now + axis.page,
      Home: axis.min,
      End: axis.max,
    };
    const edge = to[e.key];
    if (edge === undefined) return;
    e.preventDefault();
    e.stopPropagation(); // the map's keys are the same
    this.#keyed = true;
    this.#set(end, edge);
    this.#place();
    this.#say(end);
    this.#tell(false);
  }

  /** Letting the key go ends the gesture, however often it repeated. */
  #endKeys(): void {
    if (!this.#keyed) return;
    this.#keyed = false;
    this.#say(undefined);
    this.#tell(true);
  }

  /** Moves an end, never beyond the other one. */
  #set(end: End, edge: number): void {
    const { axis } = this.#options;
    if (end === "lo") this.#lo = Math.max(axis.min, Math.min(edge, this.#hi - axis.snap));
    else this.#hi = Math.min(axis.max, Math.max(edge, this.#lo + axis.snap));
  }

  #tell(done: boolean): void {
    const { axis, change } = this.#options;
    change({ lo: this.#lo > axis.min ? this.#lo : undefined, hi: this.#hi < axis.max ? this.#hi : undefined }, done);
  }

  /** Puts handles and span where they belong. */
  #place(): void {
    const { axis, text } = this.#options;
    const places = { lo: axis.place(this.#lo), hi: axis.place(this.#hi) };
    for (const [end, edge] of [["lo", this.#lo], ["hi", this.#hi]] as const) {
      const handle = this.#handles[end];
      handle.style.left = `${places[end] * 100}%`;
      handle.setAttribute("aria-valuenow", String(edge));
      handle.setAttribute("aria-valuetext", text(end, edge));
    }
    // Where both are near the high end, the low one is to be had.
    this.#handles.lo.classList.toggle("above", places.lo > 0.5);
    const span = this.#track.firstElementChild as HTMLElement;
    span.style.left = `${places.lo * 100}%`;
    span.style.right = `${(1 - places.hi) * 100}%`;
    this.element.classList.toggle("limited", places.lo > 0 || places.hi < 1);
  }

  /** Shows the value over what moves; undefined takes it away. */
  #say(part: End | "window" | undefined): void {
    for (const end of ["lo", "hi"] as const) this.#handles[end].toggleAttribute("data-moving", part === end || part === "window");
    this.#bubble.classList.toggle("shown", part !== undefined);
    if (part === undefined) return;
    const { axis, text } = this.#options;
    const [lo, hi] = [axis.place(this.#lo), axis.place(this.#hi)];
    const at = part === "lo" ? lo : part === "hi" ? hi : (lo + hi) / 2;
    this.#bubble.textContent =
      part === "window" ? `${text("lo", this.#lo)}\u2009\u2013\u2009${text("hi", this.#hi)}` : text(part, part === "lo" ? this.#lo : this.#hi);
    this.#bubble.style.left = `${at * 100}%`;
    this.#bubble.style.transform = `translateX(${-at * 100}%)`; // never beyond the ends of the axis
  }
}
