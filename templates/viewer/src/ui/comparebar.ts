// The bar at the top while two pictures are compared: what each of them shows and adds up to, which one the cards are
// about, by how much the right one differs, and the way out.

import type { Totals } from "../selection.ts";
import type { Side } from "../state.ts";
import type { Formatter, Measure } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface CompareBarActions {
  side(side: Side): void;
  /** Shows the difference of the two, or both again. */
  difference(shown: boolean): void;
  close(): void;
}

/** A picture by its layer and its selection, and what that adds up to. */
export interface ComparedSide {
  layer: string;
  selection: string;
  totals: Totals;
}

export class CompareBar {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #sides: [HTMLButtonElement, HTMLButtonElement];
  readonly #difference: HTMLButtonElement;

  constructor(strings: Strings, format: Formatter, actions: CompareBarActions) {
    const words = strings.comparison;
    this.#strings = strings;
    this.#format = format;
    const side = (at: Side): HTMLButtonElement => h("button", { type: "button", class: "pictureside", title: words.choose, on: { click: () => actions.side(at) } });
    this.#sides = [side(0), side(1)];
    const turn = (): void => actions.difference(this.#difference.getAttribute("aria-pressed") !== "true");
    this.#difference = h("button", { type: "button", class: "pictureside difference", on: { click: turn } });
    this.element = h(
      "section",
      { class: "card comparebar", "aria-label": words.label, dir: "ltr", hidden: true },
      ...this.#sides,
      this.#difference,
      h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: actions.close } }, icon(ICONS.close)),
    );
  }

  /** Names both pictures; the cards are about the one of the side. difference says whether theirs is shown, undefined that they have none. */
  show(sides: readonly ComparedSide[], side: Side, difference: boolean | undefined): void {
    const [left, right] = sides;
    this.element.hidden = !left || !right;
    if (!left || !right) return;
    sides.forEach(({ layer, selection, totals }, i) => {
      const button = this.#sides[i]!;
      button.setAttribute("aria-pressed", String(i === side));
      // The spaces are for those who hear it.
      button.replaceChildren(h("b", {}, selection), " ", h("small", {}, layer), " ", this.#figures(totals));
    });
    const words = this.#strings.comparison;
    this.#difference.disabled = difference === undefined;
    this.#difference.setAttribute("aria-pressed", String(difference ?? false));
    this.#difference.title = difference === undefined ? words.noDifference : words.showDifference;
    const by = Object.fromEntries((Object.keys(left.totals) as (keyof Totals)[]).map((k) => [k, right.totals[k] - left.totals[k]])) as unknown as Totals;
    this.#difference.replaceChildren(h("b", {}, words.difference), " ", h("small", {}, words.rightLessLeft), " ", this.#figures(by, true));
  }

  /** Activities, distance and time; signed tells which way a difference goes. */
  #figures(t: Totals, signed = false): HTMLElement {
    const format = this.#format;
    const { activities } = this.#strings;
    const line = (v: number, { value, unit }: Measure): HTMLElement => {
      const sign = !signed || v === 0 ? "" : v > 0 ? "+" : "\u2212";
      return h("span", {}, `${sign}${value}`, h("small", {}, `\u202f${unit}`));
    };
    const of = (v: number, write: (v: number) => Measure): HTMLElement => line(v, write(Math.abs(v)));
    return h(
      "span",
      { class: "figures number" },
      of(t.count, (n) => ({ value: format.whole(n), unit: n === 1 ? activities.one : activities.other })),
      " ",
      of(t.distanceM, (m) => format.distance(m)),
      " ",
      of(t.movingS, (s) => format.duration(s)),
    );
  }
}
