// The choice of a year, or of all.

import type { Strings } from "../../text/strings.ts";
import { h } from "../../ui/dom.ts";
import type { YearReport } from "./report.ts";

export class YearPicker {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #select: HTMLSelectElement;

  constructor(strings: Strings, choose: (year: number | "all") => void) {
    this.#strings = strings;
    this.#select = h("select", {
      "aria-label": strings.year.choose,
      on: { change: () => choose(this.#select.value === "all" ? "all" : Number(this.#select.value)) },
    });
    this.element = h("div", { class: "yearpicker" }, this.#select);
  }

  show({ year, years }: Pick<YearReport, "year" | "years">): void {
    const wanted = ["all", ...years.map(String).reverse()];
    if (wanted.join() !== [...this.#select.options].map((o) => o.value).join()) {
      this.#select.replaceChildren(...wanted.map((value) => h("option", { value }, value === "all" ? this.#strings.year.all : value)));
    }
    this.#select.value = String(year);
  }
}
