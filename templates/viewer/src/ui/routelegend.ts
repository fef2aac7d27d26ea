// What the colours of the routes mean: a dot and a name for each sport.

import type { RGB } from "../sportcolours.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

export class RouteLegend {
  readonly element: HTMLElement;
  readonly #sports = h("ul", { class: "sports" });

  constructor(strings: Strings) {
    this.element = h("section", { class: "card legend", "aria-label": strings.legend, hidden: true }, h("div", { class: "title" }, h("span", { class: "name" }, strings.mode.routes)), this.#sports);
  }

  show(sports: readonly { name: string; colour: RGB }[]): void {
    this.#sports.replaceChildren(
      ...sports.map(({ name, colour }) => h("li", {}, h("span", { class: "dot", style: { "background-color": `rgb(${colour.join()})` } }), name)),
    );
  }
}
