// The slim bar that says what the colours mean at the zoom in view, and that takes the ends of their range by the
// hand. The bar's axis is the range of the zoom; the ramp is spread over it between the two handles.

import type { Field, Layer } from "../archive/metadata.ts";
import { keep, quantityOf, ticks } from "../heat/legend.ts";
import { formatLook, type Look, lookedLayer, lookedMapping, plainRange, type RangeOverride, roundedEnd } from "../heat/look.ts";
import { type Mapping, position, valueAtPosition } from "../heat/palette.ts";
import type { Formatter } from "../text/format.ts";
import type { Manner } from "../sports.ts";
import type { Strings } from "../text/strings.ts";
import { endText, unitText } from "../text/values.ts";
import { Colours } from "./colours.ts";
import { h } from "./dom.ts";
import { rampGradient } from "./ramp.ts";
import { type End, RangeHandles } from "./rangehandles.ts";

export interface LegendActions {
  /** The reader chose how the layer shown is to look; done is false while a handle is dragged. */
  look(look: Look, done: boolean): void;
}

/** An end this near to the zoom's own, as a part of the bar, is the zoom's own. */
const SNAP = 0.015;
/** The ends stay this far apart. */
const APART = 0.03;
/** A small step of the arrow keys. */
const STEP = 0.02;

/** What the bar is to be about. */
export interface LegendOf {
  layer: Layer;
  /** Undefined leaves the bar without marks. */
  field: Field | undefined;
  zoom: number;
  look: Look;
  /** The range of a picture that is not the stored one. */
  override: RangeOverride | undefined;
  /** How speeds are told. */
  manner: Manner;
  /** Whether it is a difference: its colours are its own, and cannot be chosen. */
  difference: boolean;
  /** Why there is nothing to see; empty where there is. */
  why: string;
}

interface Shown extends LegendOf {
  field: Field;
}

export class LegendBar {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #titleOf: (layer: Layer) => string;
  readonly #actions: LegendActions;
  readonly #name = h("span", { class: "name" });
  readonly #unit = h("span", { class: "unit" });
  readonly #ramp = h("span", {});
  readonly #bar = h("div", { class: "bar" }, h("div", { class: "ramp" }, this.#ramp));
  readonly #ticks = h("div", { class: "ticks" });
  readonly #handles: RangeHandles;
  readonly #colours: Colours;
  readonly #pen = document.createElement("canvas").getContext("2d");
  #key = "";
  #shown: Shown | undefined;
  /** Where values lie on the bar; it stays as it is while a handle is dragged. */
  #axis: Mapping | undefined;
  readonly #local: boolean;

  /** local says whether the local scale is offered: it is drawn from the tracks. */
  constructor(strings: Strings, format: Formatter, local: boolean, titleOf: (layer: Layer) => string, actions: LegendActions) {
    this.#strings = strings;
    this.#format = format;
    this.#local = local;
    this.#titleOf = titleOf;
    this.#actions = actions;
    this.#colours = new Colours(strings, (look) => actions.look(look, true));
    const { lowest: lo, highest: hi } = strings.colours;
    this.#handles = new RangeHandles(this.#bar, { lo, hi }, {
      drag: (end, t) => this.#drag(end, t),
      drop: () => this.#drop(),
      nudge: (end, steps) => this.#nudge(end, steps),
      reset: (end) => this.#set(end, undefined, true),
    });
    this.element = h(
      "section",
      { class: "card legend", "aria-label": strings.legend },
      h("div", { class: "title" }, this.#name, this.#colours.button, this.#unit),
      this.#bar,
      this.#ticks,
      this.#colours.element,
    );
  }

  /** Shows a layer's range at a zoom under a look. */
  show(of: LegendOf): void {
    const { layer, field, zoom, look, override, manner, difference, why } = of;
    const width = this.#ticks.clientWidth;
    const { units } = this.#format;
    const range = override && `${override.lo}..${override.hi}${override.local}`;
    const key = [layer.id, zoom, formatLook(look), range, manner, difference, why, width, units, this.#local, this.#handles.dragging].join("/");
    if (key === this.#key) return;
    this.#key = key;

    const title = this.#titleOf(layer);
    this.#name.textContent = difference ? this.#strings.comparison.of(title) : title;
    this.#colours.button.hidden = difference;
    if (difference) this.#colours.close(false);
    this.#colours.show(layer, field, look, this.#local);
    const m = field && lookedMapping(layer, field, zoom, look, override);
    this.#shown = field && m && why === "" ? { ...of, field } : undefined;
    const { ramp } = field ? lookedLayer(layer, field, look) : layer;
    if (!this.#shown || !m || override?.local || look.scale === "local") {
      this.#axis = undefined;
      this.#handles.hidden = true;
      this.#ramp.style.backgroundImage = rampGradient(ramp);
      this.#ticks.replaceChildren(...(why ? [h("span", { class: "why" }, why)] : []));
      this.#unit.textContent = m && !why ? this.#strings.values.relative : "";
      return;
    }
    if (!this.#handles.dragging || !this.#axis) this.#axis = axisOf(m, plainRange(layer, field, zoom, look, override)!);
    this.#showBar(ramp, m, this.#axis);
    this.#showTicks(width, this.#axis);
  }

  /** Text that names the marks, for tests and screen readers. */
  get labels(): string[] {
    return [...this.#ticks.querySelectorAll("span")].map((e) => e.textContent ?? "");
  }

  #showBar(ramp: Layer["ramp"], m: Mapping, axis: Mapping): void {
    const { layer, field, manner, difference } = this.#shown!;
    const quantity = quantityOf(field, layer.scale, manner, difference);
    const whole = m.lo === axis.lo && m.hi === axis.hi;
    this.#ramp.style.backgroundImage = rampGradient(ramp, whole ? undefined : (t) => position(m, valueAtPosition(axis, t)));
    const lo = m.scale === "symmetric" ? -m.hi : m.lo;
    this.#handles.hidden = difference || !(m.hi > lo);
    this.#handles.place("lo", position(axis, lo), endText(quantity, lo, this.#format, this.#strings));
    this.#handles.place("hi", position(axis, m.hi), endText(quantity, m.hi, this.#format, this.#strings));
    this.#unit.textContent = unitText(quantity, this.#format, this.#strings);
  }

  #showTicks(width: number, axis: Mapping): void {
    const { layer, field, manner, difference } = this.#shown!;
    const all = ticks(quantityOf(field, layer.scale, manner, difference), axis, this.#format, this.#strings.units);
    this.#ticks.replaceChildren();
    for (const t of keep(all, width, (label) => this.#measure(label))) {
      this.#ticks.append(
        h("i", { style: { left: `${t.t * 100}%` } }),
        h("span", { style: { left: `${t.x}px` } }, t.label),
      );
    }
  }

  /** The ends in force. */
  #ends(): Record<End, number> {
    const { layer, field, zoom, look, override } = this.#shown!;
    return lookedMapping(layer, field, zoom, look, override)!;
  }

  #drag(end: End, at: number): void {
    const axis = this.#axis;
    if (!axis || !this.#shown) return;
    const ends = this.#ends();
    // Half a bar beyond it is far enough for one drag.
    let t = Math.min(1.5, Math.max(-0.5, at));
    if (axis.scale === "symmetric") t = end === "lo" ? Math.min(t, 0.5 - APART) : Math.max(t, 0.5 + APART);
    else if (end === "lo") t = Math.min(t, position(axis, ends.hi) - APART);
    else t = Math.max(t, position(axis, ends.lo) + APART);
    const { layer, field, zoom, look, override } = this.#shown;
    const plain = plainRange(layer, field, zoom, look, override)!;
    const own = axis.scale === "symmetric" ? plain.hi * (end === "lo" ? -1 : 1) : plain[end];
    const snaps = Math.abs(t - position(axis, own)) < SNAP;
    this.#set(end, snaps ? undefined : valueAtPosition(axis, t), false);
  }

  #drop(): void {
    if (!this.#shown) return;
    const shown = this.#shown;
    this.#actions.look(shown.look, true);
    this.show(shown); // the axis is the zoom's own again
  }

  /** Moves an end by small steps, by more of them where the value would not change. */
  #nudge(end: End, steps: number): void {
    const axis = this.#axis;
    if (!axis || !this.#shown) return;
    const now = axis.scale === "symmetric" && end === "lo" ? -this.#ends().hi : this.#ends()[end];
    const rounded = roundedEnd(this.#shown.field, now);
    for (let k = 1; k <= 50; k++) {
      const value = valueAtPosition(axis, position(axis, now) + steps * k * STEP);
      if (roundedEnd(this.#shown.field, value) === rounded) continue;
      this.#set(end, value, true);
      return;
    }
  }

  /** Fixes an end in the field's unit, or leaves it to the zoom. */
  #set(end: End, value: number | undefined, done: boolean): void {
    if (!this.#shown || !this.#axis) return;
    const shown = this.#shown;
    const { field } = shown;
    const symmetric = this.#axis.scale === "symmetric";
    const look = { ...shown.look };
    const which = symmetric ? "hi" : end;
    delete look[which];
    if (value !== undefined) {
      const ends = this.#ends();
      const rounded = roundedEnd(field, symmetric ? Math.abs(value) : value);
      const sound = symmetric || this.#axis.scale === "log" ? rounded > 0 : true;
      const apart = symmetric || (end === "lo" ? rounded < ends.hi : rounded > ends.lo);
      if (!sound || !apart || !Number.isFinite(rounded)) return;
      look[which] = rounded;
    }
    this.#actions.look(look, done);
    // The bar follows the hand, whatever the map is doing.
    this.show({ ...shown, look });
  }

  #measure(label: string): number {
    if (!this.#pen) return label.length * 7;
    this.#pen.font = `11px ${getComputedStyle(this.element).fontFamily}`;
    return this.#pen.measureText(label).width;
  }
}

/** The axis of a bar: the range of the zoom, stretched to hold ends that lie beyond it. */
function axisOf(m: Mapping, plain: { lo: number; hi: number }): Mapping {
  return { ...m, lo: Math.min(m.lo, plain.lo), hi: Math.max(m.hi, plain.hi) };
}
