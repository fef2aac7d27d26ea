// The corner with the scale bar and the credits.

import type { Credit } from "../map/basemaps.ts";
import type { Formatter } from "../text/format.ts";
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

  constructor(strings: Strings, format: Formatter) {
    this.#strings = strings;
    this.#format = format;
    this.#scale = h("div", { class: "scale number", role: "img" });
    this.element = h("div", { class: "corner" }, this.#scale, this.#credits);
  }

  /** Shows a bar of a round length for a view of so many metres a CSS pixel. */
  showScale(metresPerPixel: number): void {
    const longest = metresPerPixel * LONGEST;
    const decade = 10 ** Math.floor(Math.log10(longest));
    const metres = [5, 3, 2, 1].map((k) => k * decade).find((v) => v <= longest) ?? decade;
    const inKM = metres >= 1000;
    const label = this.#format.number(inKM ? metres / 1000 : metres);
    const unit = inKM ? this.#strings.units.kilometre : this.#strings.units.metre;
    this.#scale.replaceChildren(label, h("small", {}, `\u202f${unit}`));
    this.#scale.style.width = `${Math.round(metres / metresPerPixel)}px`;
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
