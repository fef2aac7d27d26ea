// One line about what is going on, with its progress, and what went wrong.

import { h } from "../../templates/viewer/src/ui/dom.ts";
import type { Step } from "../worker/messages.ts";
import type { Texts } from "./text/en.ts";

/** Screen readers hear of progress this often, in milliseconds. */
const TOLD_EVERY_MS = 5000;
/** What is left is told once the work has lasted so long, as long as it is worth it, in milliseconds. */
const SURE_AFTER_MS = 3000;
const WORTH_MS = 4000;

export class Status {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #line = h("span", { class: "line" });
  readonly #share = h("span", { class: "number share", "aria-hidden": "true" });
  readonly #bar = h("progress", { max: 1 });
  readonly #cancel: HTMLButtonElement;
  readonly #doing: HTMLElement;
  readonly #told = h("p", { class: "note", role: "status" });
  readonly #failed = h("div", { class: "failed", role: "alert" });
  readonly #heard = h("p", { class: "unseen", role: "status" });
  #heardAt = 0;
  #beganAt = 0;
  /** The kind of the error that is shown. */
  error: string | undefined;

  constructor(texts: Texts, onCancel: () => void) {
    this.#texts = texts;
    this.#bar.setAttribute("aria-label", texts.make);
    this.#cancel = h("button", { type: "button", class: "quietbutton cancel", on: { click: onCancel } }, texts.cancel);
    this.#doing = h("div", { class: "doing", hidden: true }, h("p", {}, this.#line, this.#share), this.#bar, this.#cancel);
    this.element = h("div", { class: "status" }, this.#doing, this.#told, this.#failed, this.#heard);
  }

  /** Tells of a step without a number. */
  step(text: string): void {
    this.clear();
    this.#doing.hidden = false;
    this.#line.textContent = text;
    this.#share.textContent = "";
    this.#bar.removeAttribute("value");
    this.#beganAt = performance.now();
  }

  readonly onStep = ({ stage, done, total, all }: Step): void => {
    if (this.#doing.hidden) {
      this.clear();
      this.#beganAt = performance.now();
    }
    this.#doing.hidden = false;
    this.#line.textContent = this.#texts.stages[stage] ?? stage;
    const share = all ?? (total > 0 ? Math.min(1, done / total) : undefined);
    if (share === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = share;
    this.#share.textContent = share === undefined ? "" : [`${Math.floor(100 * share)}\u202f%`, ...(all === undefined ? [] : this.#left(all))].join(" · ");
    if (performance.now() - this.#heardAt > TOLD_EVERY_MS) {
      this.#heardAt = performance.now();
      this.#heard.textContent = `${this.#line.textContent} ${this.#share.textContent}`;
    }
  };

  /** How long it will take, in words, where that can be said. */
  #left(all: number): string[] {
    const lasted = performance.now() - this.#beganAt;
    const left = (lasted * (1 - all)) / all;
    return lasted < SURE_AFTER_MS || all < 0.02 || left < WORTH_MS ? [] : [this.#texts.left(left / 1000)];
  }

  /** Nothing goes on. */
  idle(): void {
    this.#doing.hidden = true;
  }

  note(text: string, more: readonly string[] = []): void {
    this.clear();
    this.#told.replaceChildren(text, ...more.map((m) => h("span", { class: "warning" }, m)));
  }

  /** Says what went wrong: in the page's words, in the generator's, and the way on. */
  fail(kind: string, text: string, detail = "", way?: { label: string; act: () => void }): void {
    this.clear();
    this.#doing.hidden = true;
    this.error = kind;
    this.#failed.replaceChildren(
      ...(text ? [h("p", {}, text)] : []),
      ...(detail ? [h("p", { class: "detail", tabindex: 0 }, detail)] : []),
      ...(way ? [h("button", { type: "button", class: "quietbutton", on: { click: way.act } }, way.label)] : []),
    );
  }

  clear(): void {
    this.error = undefined;
    this.#heard.textContent = "";
    this.#told.replaceChildren();
    this.#failed.replaceChildren();
  }
}
