// The frame around the map: which part sits where, on a desk and on a phone.

import type { Padding } from "../map/fit.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { Sheet } from "./sheet.ts";

/** From this width on panels are cards; below, they share one sheet. style/phone.css has the same number. */
export const DESK = "(min-width: 720px)";

export interface FrameParts {
  title: string;
  totals: string;
  controls: HTMLElement;
  legend: HTMLElement;
  buttons: HTMLElement;
  corner: HTMLElement;
  notices: HTMLElement;
}

export class Frame {
  readonly element = h("div", { class: "frame" });
  readonly #panel: HTMLElement;
  readonly #panelBody: HTMLElement;
  /** Bottom centre of a desk: notices over the legend. */
  readonly #dock = h("div", { class: "dock" });
  readonly #sheet: Sheet;
  readonly #parts: FrameParts;
  readonly #media = window.matchMedia(DESK);
  readonly #onLayout: () => void;
  readonly #abort = new AbortController();

  /** onLayout is called after panels changed place. */
  constructor(parts: FrameParts, strings: Strings, onLayout: () => void) {
    this.#parts = parts;
    this.#onLayout = onLayout;
    this.#sheet = new Sheet(strings.sheet);
    this.#panelBody = h("div", { class: "scroll" });
    const fold = h(
      "button",
      { type: "button", class: "fold", "aria-label": strings.hidePanel, title: strings.hidePanel, on: { click: () => this.#fold(true) } },
      icon(ICONS.fold),
    );
    const unfold = h(
      "button",
      { type: "button", class: "card unfold", "aria-label": strings.showPanel, title: strings.showPanel, on: { click: () => this.#fold(false) } },
      icon(ICONS.layers),
    );
    this.#panel = h(
      "aside",
      { class: "side", "aria-label": strings.layers },
      h("div", { class: "card panel" }, h("header", {}, ...heading(parts), fold), this.#panelBody),
      unfold,
    );
    this.element.append(parts.buttons, parts.corner);
    this.#media.addEventListener("change", () => this.#arrange(), { signal: this.#abort.signal });
    this.#arrange();
  }

  destroy(): void {
    this.#abort.abort();
    this.element.remove();
  }

  /** Whether the card of layers is put away; a phone has its sheet instead, and keeps this for a wider window. */
  get folded(): boolean {
    return this.#panel.classList.contains("folded");
  }

  set folded(folded: boolean) {
    if (folded === this.folded) return;
    this.#panel.classList.toggle("folded", folded);
    this.#onLayout();
  }

  get onPhone(): boolean {
    return !this.#media.matches;
  }

  /** Pixels of the map's edges that panels cover, for fitting a view between them. */
  padding(): Padding {
    const edge = 24;
    const box = this.element.getBoundingClientRect();
    if (this.onPhone) {
      const head = this.#sheet.peek.getBoundingClientRect();
      return { top: edge, right: edge, left: edge, bottom: Math.max(edge, box.bottom - head.top + 40) };
    }
    const covered = (el: Element): DOMRect => el.getBoundingClientRect();
    const panel = this.folded ? 0 : box.right - covered(this.#panel).left;
    return {
      top: edge,
      left: edge + (covered(this.#parts.buttons).right - box.left),
      right: edge + panel,
      bottom: edge + (box.bottom - covered(this.#parts.legend).top),
    };
  }

  #fold(folded: boolean): void {
    this.folded = folded;
    this.#panel.querySelector<HTMLElement>(folded ? ".unfold" : ".fold")?.focus();
  }

  #arrange(): void {
    const { controls, legend } = this.#parts;
    if (this.onPhone) {
      this.#panel.remove();
      this.#dock.remove();
      this.#sheet.peek.replaceChildren(legend, h("div", { class: "about" }, ...heading(this.#parts)));
      this.#sheet.body.replaceChildren(controls);
      this.element.append(this.#sheet.element, this.#parts.notices);
      this.#sheet.height = "peek";
    } else {
      this.#sheet.element.remove();
      this.#panelBody.replaceChildren(controls);
      this.#dock.replaceChildren(this.#parts.notices, legend);
      this.element.append(this.#panel, this.#dock);
    }
    this.#onLayout();
  }
}

function heading(parts: FrameParts): HTMLElement[] {
  return [h("h1", {}, parts.title), h("p", { class: "totals" }, parts.totals)];
}
