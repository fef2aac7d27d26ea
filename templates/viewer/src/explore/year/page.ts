// The page of charts of a year: a dialog over all of the window.

import { h, icon, ICONS } from "../../ui/dom.ts";
import { chartsOf } from "./charts.ts";
import type { NewGround } from "./figures.ts";
import { YearPicker } from "./picker.ts";
import type { YearReport } from "./report.ts";
import { bestTiles, type TileGround, totalTiles } from "./tiles.ts";

export interface YearPageActions {
  choose(year: number | "all"): void;
  /** Called after it was closed, by the reader or by close. */
  closed(): void;
  picture(): void;
}

export class YearPage {
  readonly element: HTMLDialogElement;
  readonly #ground: TileGround;
  readonly #picker: YearPicker;
  readonly #title = h("h2", { id: "year-title" });
  readonly #body: HTMLElement;
  #best: HTMLElement = h("div");
  #charts = new AbortController();

  constructor(ground: TileGround, actions: YearPageActions) {
    const words = ground.strings.year;
    this.#ground = ground;
    this.#picker = new YearPicker(ground.strings, actions.choose);
    this.#body = h("div", { class: "yearbody", tabindex: 0, autofocus: true, role: "region", "aria-labelledby": "year-title" });
    this.element = h(
      "dialog",
      {
        class: "activities yearpage",
        "aria-labelledby": "year-title",
        on: {
          // The panel below closes by the same key.
          keydown: (e) => e.stopPropagation(),
          close: () => {
            // The event comes late: it may be open again.
            if (this.element.open) return;
            this.#charts.abort();
            this.#body.replaceChildren();
            this.element.remove();
            actions.closed();
          },
        },
      },
      h(
        "header",
        {},
        this.#title,
        this.#picker.element,
        h("button", { type: "button", class: "yearbutton", on: { click: actions.picture } }, icon(ICONS.picture), words.picture),
        h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: () => this.element.close() } }, icon(ICONS.close)),
      ),
      this.#body,
    );
  }

  /** Shows a report; fresh is its new ground as far as it is known. */
  show(report: YearReport, fresh: NewGround | "counting" | undefined): void {
    const { strings } = this.#ground;
    const { year } = report;
    this.#picker.show(report);
    this.#title.textContent = year === "all" ? strings.year.all : strings.year.heading(String(year));
    if (!this.element.open) {
      document.body.append(this.element);
      this.element.showModal();
    }
    this.#charts.abort();
    this.#charts = new AbortController();
    this.#best = bestTiles(report, fresh, this.#ground);
    this.#body.replaceChildren(totalTiles(report, this.#ground), this.#best, h("div", { class: "charts" }, ...chartsOf(report, this.#ground, this.#charts.signal)));
  }

  /** Writes new ground into the report that is shown. */
  showFresh(report: YearReport, fresh: NewGround | undefined): void {
    const best = bestTiles(report, fresh, this.#ground);
    this.#best.replaceWith(best);
    this.#best = best;
  }

  close(): void {
    this.element.close();
  }
}
