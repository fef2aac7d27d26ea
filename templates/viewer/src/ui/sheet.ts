// The bottom sheet of a phone: three heights, moved by dragging or tapping the
// handle, or with the arrow keys on it.

import { h } from "./dom.ts";

export type SheetHeight = "peek" | "half" | "full";

const ORDER: readonly SheetHeight[] = ["peek", "half", "full"];

export class Sheet {
  readonly element: HTMLElement;
  /** Always in view: legend and totals. */
  readonly peek = h("div", { class: "peek" });
  readonly body = h("div", { class: "body" });
  readonly #handle: HTMLButtonElement;
  #height: SheetHeight = "peek";

  constructor(label: string) {
    this.#handle = h("button", { type: "button", class: "handle", "aria-label": label, "aria-expanded": "false" });
    const head = h("div", { class: "head" }, this.#handle, this.peek);
    this.element = h("aside", { class: "card sheet", "data-height": "peek" }, head, this.body);
    this.#handle.addEventListener("keydown", (e) => {
      const step = e.key === "ArrowUp" ? 1 : e.key === "ArrowDown" ? -1 : 0;
      if (step === 0) return;
      e.preventDefault();
      this.height = ORDER[Math.min(2, Math.max(0, ORDER.indexOf(this.#height) + step))]!;
    });
    // A click that comes from the keyboard has no pointer before it.
    this.#handle.addEventListener("click", (e) => {
      if (e.detail === 0) this.height = this.#height === "peek" ? "half" : "peek";
    });
    this.#drag(head);
  }

  get height(): SheetHeight {
    return this.#height;
  }

  set height(height: SheetHeight) {
    this.#height = height;
    this.element.dataset["height"] = height;
    this.element.style.removeProperty("--dragged");
    this.#handle.setAttribute("aria-expanded", String(height !== "peek"));
    this.body.inert = height === "peek";
    if (height === "half") this.body.querySelector(":checked")?.closest("label")?.scrollIntoView({ block: "nearest" });
  }

  /** Height of the sheet at each of its three places, in CSS pixels. */
  #places(): [SheetHeight, number][] {
    const view = this.element.parentElement?.clientHeight ?? window.innerHeight;
    const peek = this.body.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
    return [
      ["peek", peek],
      ["half", view * 0.5],
      ["full", view * 0.92],
    ];
  }

  #drag(head: HTMLElement): void {
    let start: { y: number; height: number; moved: boolean } | undefined;
    head.addEventListener("pointerdown", (e) => {
      if (!e.isPrimary || e.button !== 0) return;
      const height = this.#places().find(([name]) => name === this.#height)![1];
      start = { y: e.clientY, height, moved: false };
      head.setPointerCapture(e.pointerId);
    });
    head.addEventListener("pointermove", (e) => {
      if (!start) return;
      const by = start.y - e.clientY;
      if (Math.abs(by) > 6) start.moved = true;
      if (start.moved) this.element.style.setProperty("--dragged", `${start.height + by}px`);
    });
    const end = (e: PointerEvent): void => {
      if (!start) return;
      const { moved, y, height } = start;
      start = undefined;
      if (!moved) {
        this.height = this.#height === "peek" ? "half" : "peek";
        return;
      }
      const by = y - e.clientY;
      const at = height + by;
      // A clear pull goes to the next place that way, a small one to the nearest.
      const places = this.#places();
      const wanted = Math.abs(by) > 40 ? places.filter(([, p]) => (by > 0 ? p > height : p < height)) : places;
      const nearest = (wanted.length > 0 ? wanted : places).reduce((a, b) => (Math.abs(b[1] - at) < Math.abs(a[1] - at) ? b : a));
      this.height = nearest[0];
    };
    head.addEventListener("pointerup", end);
    head.addEventListener("pointercancel", () => {
      start = undefined;
      this.height = this.#height;
    });
  }
}
