// The divider between two pictures that are compared: dragged, or moved with the arrow keys. Left and right are the
// map's, which is the same in every language.

import type { Strings } from "../text/strings.ts";
import { h, icon } from "./dom.ts";

/** A picture keeps at least this share of the width, so that the divider can be taken hold of again. */
const LEAST = 0.04;

export class CompareDivider {
  readonly element: HTMLElement;
  readonly #grip: HTMLElement;
  readonly #onMove: (at: number, done: boolean) => void;
  #at = 0.5;

  constructor(strings: Strings, onMove: (at: number, done: boolean) => void) {
    this.#onMove = onMove;
    this.#grip = h(
      "div",
      {
        class: "grip",
        role: "slider",
        tabindex: 0,
        "aria-label": strings.comparison.swipe,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-orientation": "horizontal",
        on: { keydown: (e) => this.#onKey(e), dblclick: () => this.#move(0.5, true) },
      },
      icon("M7.5 6 4 10l3.5 4M12.5 6l3.5 4-3.5 4"),
    );
    this.element = h("div", { class: "divider", dir: "ltr", hidden: true }, this.#grip);
    this.#drag();
  }

  set at(at: number) {
    this.#at = at;
    this.element.style.left = `${at * 100}%`;
    this.#grip.setAttribute("aria-valuenow", String(Math.round(at * 100)));
    this.#grip.setAttribute("aria-valuetext", `${Math.round(at * 100)} %`);
  }

  #move(at: number, done: boolean): void {
    this.at = Math.min(1 - LEAST, Math.max(LEAST, at));
    this.#onMove(this.#at, done);
  }

  #onKey(e: KeyboardEvent): void {
    const step = e.shiftKey ? 0.1 : 0.02;
    const to = { ArrowLeft: this.#at - step, ArrowRight: this.#at + step, ArrowDown: this.#at - step, ArrowUp: this.#at + step, Home: 0, End: 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    this.#move(to, true);
  }

  #drag(): void {
    let held: { from: number; moved: boolean } | undefined;
    const at = (e: PointerEvent): number => {
      const box = this.element.parentElement!.getBoundingClientRect();
      return (e.clientX - held!.from - box.left) / box.width;
    };
    this.#grip.addEventListener("pointerdown", (e) => {
      if (!e.isPrimary || e.button !== 0) return;
      const box = this.element.getBoundingClientRect();
      held = { from: e.clientX - box.left, moved: false };
      this.#grip.setPointerCapture(e.pointerId);
    });
    this.#grip.addEventListener("pointermove", (e) => {
      if (!held) return;
      held.moved = true;
      this.#move(at(e), false);
    });
    const end = (e: PointerEvent): void => {
      if (held?.moved) this.#move(e.type === "pointercancel" ? this.#at : at(e), true);
      held = undefined;
    };
    this.#grip.addEventListener("pointerup", end);
    this.#grip.addEventListener("pointercancel", end);
  }
}
