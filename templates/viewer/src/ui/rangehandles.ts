// Two handles on a bar, for the ends of a range: dragged, moved with the arrow keys, reset by a double click. They
// know places on the bar only; what a place is worth is for the bar to say.

import { h } from "./dom.ts";

export type End = "lo" | "hi";

export interface RangeHandleActions {
  /** A handle is dragged to a place, 0..1 being the bar; it may go beyond. */
  drag(end: End, t: number): void;
  /** The pointer let go. */
  drop(): void;
  /** A key moves a handle by this many small steps. */
  nudge(end: End, steps: number): void;
  reset(end: End): void;
}

/** Small steps of the arrow and the page keys. */
const KEYS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

export class RangeHandles {
  readonly elements: Record<End, HTMLElement>;
  readonly #bar: HTMLElement;
  readonly #actions: RangeHandleActions;
  #dragged: End | undefined;

  constructor(bar: HTMLElement, names: Record<End, string>, actions: RangeHandleActions) {
    this.#bar = bar;
    this.#actions = actions;
    this.elements = { lo: this.#make("lo", names.lo), hi: this.#make("hi", names.hi) };
    bar.append(this.elements.lo, this.elements.hi);
  }

  get dragging(): boolean {
    return this.#dragged !== undefined;
  }

  set hidden(hidden: boolean) {
    for (const e of Object.values(this.elements)) e.hidden = hidden;
  }

  /** Puts a handle at a place of the bar; text says its value. */
  place(end: End, t: number, text: string): void {
    const e = this.elements[end];
    const inside = Math.min(1, Math.max(0, t));
    e.style.left = `${inside * 100}%`;
    e.setAttribute("aria-valuenow", String(Math.round(inside * 100)));
    e.setAttribute("aria-valuetext", text);
    const bubble = e.firstElementChild as HTMLElement;
    bubble.textContent = text;
    bubble.style.transform = `translateX(${-inside * 100}%)`; // never beyond the ends of the bar
  }

  #make(end: End, name: string): HTMLElement {
    const handle = h(
      "div",
      { class: "rangehandle", role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100, "data-end": end },
      h("span", { class: "bubble number", "aria-hidden": "true" }),
    );
    let grip = 0;
    handle.addEventListener("pointerdown", (e) => {
      e.stopPropagation(); // the sheet around it is dragged, too
      if (!e.isPrimary || e.button !== 0) return;
      const box = handle.getBoundingClientRect();
      grip = e.clientX - (box.left + box.width / 2);
      this.#dragged = end;
      handle.dataset["moving"] = "";
      handle.setPointerCapture(e.pointerId);
    });
    handle.addEventListener("pointermove", (e) => {
      if (this.#dragged !== end) return;
      const bar = this.#bar.getBoundingClientRect();
      this.#actions.drag(end, (e.clientX - grip - bar.left) / bar.width);
    });
    const release = (): void => {
      if (this.#dragged !== end) return;
      this.#dragged = undefined;
      delete handle.dataset["moving"];
      this.#actions.drop();
    };
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) handle.addEventListener(type, release);
    handle.addEventListener("dblclick", () => this.#actions.reset(end));
    handle.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const steps = KEYS[e.key];
      if (steps !== undefined) this.#actions.nudge(end, steps);
      else if (e.key === "Home" || e.key === "End") this.#actions.reset(end);
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
    return handle;
  }
}
