// Quiet lines above the legend: something happened, here is what one can do.

import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export class Notices {
  readonly element = h("div", { class: "notices", role: "status", "aria-live": "polite" });
  readonly #strings: Strings;
  readonly #open = new Map<string, HTMLElement>();

  constructor(strings: Strings) {
    this.#strings = strings;
  }

  /** Shows a notice; a second one of the same id takes its place. Without an action it goes away after a while. */
  show(id: string, text: string, action?: { label: string; run: () => void }): void {
    this.hide(id);
    const notice = h(
      "div",
      { class: "card notice" },
      h("span", {}, text),
      action && h("button", { type: "button", class: "text", on: { click: action.run } }, action.label),
      action &&
        h(
          "button",
          { type: "button", class: "close", "aria-label": this.#strings.notices.dismiss, on: { click: () => this.hide(id) } },
          icon(ICONS.close),
        ),
    );
    this.#open.set(id, notice);
    this.element.append(notice);
    if (!action) setTimeout(() => this.#open.get(id) === notice && this.hide(id), 4000);
  }

  hide(id: string): void {
    this.#open.get(id)?.remove();
    this.#open.delete(id);
  }

  /** Texts of the open notices. */
  get texts(): string[] {
    return [...this.element.querySelectorAll("span")].map((e) => e.textContent ?? "");
  }
}
