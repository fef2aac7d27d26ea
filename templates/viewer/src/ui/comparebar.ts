// The bar at the top while two pictures are compared: what each of them shows, which one the cards are about, and the
// way out.

import type { Side } from "../state.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface CompareBarActions {
  side(side: Side): void;
  close(): void;
}

export class CompareBar {
  readonly element: HTMLElement;
  readonly #sides: [HTMLButtonElement, HTMLButtonElement];

  constructor(strings: Strings, actions: CompareBarActions) {
    const words = strings.comparison;
    const side = (at: Side): HTMLButtonElement => h("button", { type: "button", class: "pictureside", title: words.choose, on: { click: () => actions.side(at) } });
    this.#sides = [side(0), side(1)];
    this.element = h(
      "section",
      { class: "card comparebar", "aria-label": words.label, dir: "ltr", hidden: true },
      ...this.#sides,
      h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: actions.close } }, icon(ICONS.close)),
    );
  }

  /** Names both pictures, each by its layer and its selection; the cards are about the one of the side. */
  show(texts: readonly { layer: string; selection: string }[], side: Side): void {
    this.element.hidden = texts.length < 2;
    texts.forEach(({ layer, selection }, i) => {
      const button = this.#sides[i]!;
      button.setAttribute("aria-pressed", String(i === side));
      button.replaceChildren(h("b", {}, selection), h("small", {}, layer));
    });
  }
}
