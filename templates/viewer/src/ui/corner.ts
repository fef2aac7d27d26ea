// The corner with the scale bar and the credits.

import type { Credit } from "../map/basemaps.ts";
import { FOOT_M, type Formatter, unitsText } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** Longest scale bar in CSS pixels. */
const LONGEST = 90;

export class Corner {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #scale: HTMLElement;
  readonly #credits = h("div", { class: "credits" });
  readonly #units: HTMLButtonElement;

  /** turn is called when the reader wants the other units. */
  constructor(strings: Strings, format: Formatter, turn: () => void) {
    this.#strings = strings;
    this.#format = format;
    this.#scale = h("div", { class: "scale number", role: "img" });
    const both = (["metric", "imperial"] as const).map((u) => h("span", { "data-units": u }, unitsText(u)));
    this.#units = h("button", { type: "button", class: "units", "aria-label": strings.keys.units, title: strings.keys.units, on: { click: turn } }, ...both);
    this.element = h("div", { class: "corner" }, h("div", { class: "measures" }, this.#units, this.#scale), this.#credits);
    this.setUnits();
  }

  /** Says which units are shown. */
  setUnits(): void {
    this.#units.dataset["now"] = this.#format.units;
  }

  /** Shows a bar of a round length for a view of so many metres a CSS pixel. */
  showScale(metresPerPixel: number): void {
    const { distanceUnit, distanceUnitM, units } = this.#format;
    const far = metresPerPixel * LONGEST >= distanceUnitM;
    const unitM = far ? distanceUnitM : units === "imperial" ? FOOT_M : 1;
    const unit = far ? distanceUnit : units === "imperial" ? "ft" : "m";
    const longest = (metresPerPixel * LONGEST) / unitM;
    const decade = 10 ** Math.floor(Math.log10(longest));
    const length = [5, 3, 2, 1].map((k) => k * decade).find((v) => v <= longest) ?? decade;
    const label = this.#format.number(length);
    this.#scale.replaceChildren(label, h("small", {}, `\u202f${unit}`));
    this.#scale.style.width = `${Math.round((length * unitM) / metresPerPixel)}px`;
    this.#scale.setAttribute("aria-label", `${this.#strings.scale}: ${label} ${unit}`);
  }

  /** Names the sources of what is on the map. */
  showCredits(credits: readonly Credit[], extra: string): void {
    const parts: (Node | string)[] = [];
    for (const c of credits) {
      parts.push(parts.length === 0 ? "\u00a9 " : " \u00a9 ");
      parts.push(c.href ? h("a", { href: c.href, target: "_blank", rel: "noopener" }, c.text) : c.text);
    }
    const own = [...new Set([extra, this.#strings.appName])].filter((t) => t !== "").join(" \u00b7 ");
    this.#credits.replaceChildren(...parts, parts.length > 0 ? " \u00b7 " : "", own);
  }
}
