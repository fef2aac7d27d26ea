// The button on the legend and what it opens: ramps to choose from, reversed or not, and the scale.

import type { Field, Layer } from "../archive/metadata.ts";
import { isPlain, type Look, type LookScale, scaleOf, scalesFor } from "../heat/look.ts";
import { type NamedRamp, OWN, rampsFor, reversedRamp } from "../heat/ramps.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon } from "./dom.ts";
import { rampGradient } from "./ramp.ts";

/** A palette with its dabs. */
const PALETTE = "M10 3.5a6.5 6.5 0 1 0 0 13c1.2 0 1.7-.8 1.4-1.7-.4-1.2.3-2.1 1.6-2.1h1.4c1.3 0 2.1-.9 2.1-2.3C16.5 6.6 13.6 3.5 10 3.500ZM6.7 10.500v.01M8.3 7v.01M12.2 7v.01";
const EYE = "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 8.200a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.600Z";

export class Colours {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #change: (look: Look) => void;
  readonly #rows = h("div", { class: "rows" });
  #layer: Layer | undefined;
  #field: Field | undefined;
  #look: Look = {};
  #local = false;
  /** What #rows was made for. */
  #made = "";
  #outside: AbortController | undefined;

  /** change is called with every choice. */
  constructor(strings: Strings, change: (look: Look) => void) {
    const { title } = strings.colours;
    this.#strings = strings;
    this.#change = change;
    this.button = h(
      "button",
      { type: "button", class: "coloursbutton", "aria-label": title, title, "aria-haspopup": "dialog", "aria-expanded": "false" },
      icon(PALETTE),
    );
    this.element = h("div", { class: "card colours", role: "dialog", "aria-label": title, hidden: true }, this.#rows);
    this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.#open()));
    // The sheet around them is dragged, too.
    for (const e of [this.button, this.element]) e.addEventListener("pointerdown", (p) => p.stopPropagation());
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Shows the choices for a layer; local says whether the local scale can be drawn. */
  show(layer: Layer, field: Field | undefined, look: Look, local: boolean): void {
    if (this.#layer && this.#layer !== layer) this.close(false);
    this.#layer = layer;
    this.#field = field;
    this.#look = look;
    this.#local = local;
    this.button.disabled = !field;
    if (this.isOpen) this.#render();
  }

  /** focus says whether the button gets it back. */
  close(focus = true): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.#outside?.abort();
    if (focus) this.button.focus();
  }

  #open(): void {
    if (!this.#layer) return;
    this.element.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.#render();
    // Above the legend, unless the sheet is drawn up so far that it would leave the page.
    this.element.classList.remove("below");
    this.element.classList.toggle("below", this.element.getBoundingClientRect().top < 0);
    this.#focusRamp();
    this.#outside = new AbortController();
    const { signal } = this.#outside;
    const away = (target: EventTarget | null): boolean => target instanceof Node && !this.element.contains(target) && !this.button.contains(target);
    document.addEventListener("pointerdown", (e) => away(e.target) && this.close(false), { capture: true, signal });
    const onKey = (e: KeyboardEvent): void => {
      if (e.key !== "Escape") return;
      e.stopPropagation(); // one thing closes at a time
      this.close();
    };
    document.addEventListener("keydown", onKey, { capture: true, signal });
    this.element.addEventListener("focusout", (e) => away(e.relatedTarget) && this.close(false), { signal });
  }

  #focusRamp(): void {
    this.#rows.querySelector<HTMLElement>("[name=ramp]:checked")?.focus();
  }

  #reset(): void {
    this.#change({});
    this.#focusRamp(); // the button has nothing left to do and lets go of the focus
  }

  #choose(over: Partial<Look>): void {
    const look = { ...this.#look, ...over };
    for (const [name, value] of Object.entries(look)) if (value === undefined || value === false) delete look[name as keyof Look];
    this.#change(look);
  }

  #render(): void {
    const layer = this.#layer!;
    const ramps = rampsFor(layer);
    const all = this.#field ? scalesFor(layer, this.#field) : [];
    const scales = all.filter((s) => s !== "local" || this.#local);
    const made = `${layer.id}/${scales}`;
    if (made !== this.#made) {
      this.#made = made;
      this.#rows.replaceChildren(...this.#makeRows(ramps, scales));
    }
    const shown = ramps.find((r) => r.id === this.#look.ramp)?.id ?? OWN;
    const scale = this.#field && scaleOf(layer, this.#field, this.#look);
    for (const input of this.#rows.querySelectorAll("input")) {
      if (input.name === "ramp") input.checked = input.value === shown;
      else if (input.name === "scale") input.checked = input.value === scale;
      else input.checked = this.#look.reversed ?? false;
    }
    for (const ramp of ramps) {
      const swatch = this.#rows.querySelector<HTMLElement>(`[data-ramp="${ramp.id}"]`)!;
      swatch.style.backgroundImage = rampGradient(this.#look.reversed ? reversedRamp(ramp.stops) : ramp.stops);
    }
    this.#rows.querySelector<HTMLButtonElement>(".reset")!.disabled = isPlain(this.#look);
  }

  #makeRows(ramps: readonly NamedRamp[], scales: readonly LookScale[]): HTMLElement[] {
    const { colours } = this.#strings;
    const swatches = ramps.map((r) => {
      const on = { change: () => this.#choose({ ramp: r.id === OWN ? undefined : r.id }) };
      return h(
        "label",
        { class: "choice" },
        h("input", { type: "radio", name: "ramp", value: r.id, class: "unseen", on }),
        h("span", { class: "swatch" }, h("span", { "data-ramp": r.id })),
        h("span", { class: "name" }, colours.ramps[r.id] ?? r.id, r.safe && h("span", { class: "safe", title: colours.safe }, icon(EYE), h("span", { class: "unseen" }, colours.safe))),
      );
    });
    const reversed = h(
      "label",
      { class: "reversed" },
      h("input", { type: "checkbox", role: "switch", name: "reversed", on: { change: (e) => this.#choose({ reversed: (e.target as HTMLInputElement).checked }) } }),
      colours.reversed,
    );
    const own = this.#layer!.scale;
    const segments =
      scales.length > 0 &&
      h(
        "div",
        { class: "segments", role: "radiogroup", "aria-label": colours.scale },
        ...scales.map((s) => {
          const on = { change: () => this.#choose({ scale: s === own ? undefined : s }) };
          return h("label", {}, h("input", { type: "radio", name: "scale", value: s, class: "unseen", on }), colours.scales[s]);
        }),
      );
    return [
      h("div", { class: "ramps", role: "radiogroup", "aria-label": colours.title }, ...swatches),
      h(
        "div",
        { class: "hint" },
        h("span", { "aria-hidden": "true" }, icon(EYE)),
        h("span", { "aria-hidden": "true" }, colours.safe),
        h("button", { type: "button", class: "reset", on: { click: () => this.#reset() } }, colours.reset),
      ),
      h("div", { class: "row" }, reversed, segments),
    ];
  }
}
