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
      action && this.#close(() => this.hide(id)),
    );
    this.#open.set(id, notice);
    this.element.append(notice);
    if (!action) setTimeout(() => this.#open.get(id) === notice && this.hide(id), 4000);
  }

  /** Shows a text to be copied by hand, selected; it stays until it is put away. The focus returns to where it was. */
  showField(id: string, label: string, value: string): void {
    this.hide(id);
    const from = document.activeElement;
    const close = (): void => {
      this.hide(id);
      if (from instanceof HTMLElement) from.focus();
    };
    const field = value.includes("\n") ? h("textarea", { readonly: true, rows: 3, "aria-label": label }) : h("input", { type: "text", readonly: true, "aria-label": label });
    field.value = value;
    const notice = h(
      "div",
      { class: "card notice", on: { keydown: (e) => e.key === "Escape" && close() } },
      h("span", {}, label),
      field,
      this.#close(close),
    );
    this.#open.set(id, notice);
    this.element.append(notice);
    field.focus();
    field.select();
  }

  hide(id: string): void {
    this.#open.get(id)?.remove();
    this.#open.delete(id);
  }

  #close(run: () => void): HTMLElement {
    return h("button", { type: "button", class: "close", "aria-label": this.#strings.notices.dismiss, on: { click: run } }, icon(ICONS.close));
  }

  /** Texts of the open notices. */
  get texts(): string[] {
    return [...this.element.querySelectorAll("span")].map((e) => e.textContent ?? "");
  }
}
