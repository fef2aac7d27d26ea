// The card of layers, basemaps and opacity.

import type { HeatArchive } from "../archive/archive.ts";
import type { Layer, Metadata } from "../archive/metadata.ts";
import type { Basemap } from "../map/basemaps.ts";
import type { Formatter } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { countText } from "../text/values.ts";
import { SENSORS } from "../tracks/sensors.ts";
import { h, icon, ICONS } from "./dom.ts";
import { modeSwitch } from "./modeswitch.ts";
import { rampGradient } from "./ramp.ts";
import { thumbnail } from "./thumbnails.ts";

export interface LayerPanelActions {
  layer(id: string): void;
  basemap(id: string): void;
  opacity(value: number): void;
  routes(shown: boolean): void;
  compare(): void;
}

export interface LayerPanelState {
  layer: string;
  basemap: string;
  /** 0..1 */
  opacity: number;
  /** Whether activities are shown as lines. */
  routes: boolean;
  /** Whether two pictures are compared. */
  comparing: boolean;
}

export interface LayerPanel {
  element: HTMLElement;
  /** Shows what was chosen elsewhere, without calling an action. */
  show(state: LayerPanelState): void;
}

/** Title of a layer in the page's language. */
export function layerTitle(layer: Layer, strings: Strings): string {
  return strings.layerTexts[layer.id]?.title ?? layer.title;
}

/** What a layer is about in the page's language. */
export function layerDescription(layer: Layer, { summary }: Metadata, format: Formatter, strings: Strings): string {
  if (layer.of) return [layer.description, countText(countOf(layer.of), strings.activities, format)].filter((text) => text).join(" \u00b7 ");
  const crowd = summary && summary.least > 0 ? strings.crowdTexts[summary.of][layer.id] : undefined;
  return crowd?.replace("{least}", String(summary!.least)) ?? strings.layerTexts[layer.id]?.description ?? layer.description;
}

const countOf = (of: Uint8Array): number => of.reduce((n, f) => n + f, 0);

/** Title of a group in the page's language. */
export function groupTitle(group: string, strings: Strings): string {
  return strings.groups[group] ?? group;
}

/** The reason why a layer cannot be shown; empty when it can. */
export function absenceReason(layer: Layer, archive: HeatArchive, strings: Strings): string {
  const absence = archive.missing(layer);
  if (!absence) return "";
  if (absence === "dropped") return strings.absence.dropped;
  if (Object.hasOwn(SENSORS, layer.field)) return strings.absence.sensor;
  if (layer.of && countOf(layer.of) === 0) return strings.absence.empty;
  switch (layer.field) {
    case "heartrate":
      return strings.absence.heartrate;
    case "pace":
      return strings.absence.pace;
    case "steepness":
    case "direction":
    case "hills":
      return strings.absence.altitude;
    case "fresh12":
    case "fresh36":
      return strings.absence.fresh;
  }
  return strings.absence.empty;
}

/** A section of the panel and how it shows another value. */
interface Section<T> {
  element: HTMLElement;
  show(value: T): void;
}

/**
 * Makes the card; defaultOpacity, 0..1, is what a double click resets the slider to. Without the lines of the activities there are neither
 * routes nor comparisons to choose.
 */
export function layerPanel(
  archive: HeatArchive,
  basemaps: readonly Basemap[],
  defaultOpacity: number,
  hasTracks: boolean,
  format: Formatter,
  strings: Strings,
  actions: LayerPanelActions,
): LayerPanel {
  const mode = modeSwitch(strings, actions.routes);
  const compare = h(
    "button",
    { type: "button", class: "comparebutton", "aria-label": strings.comparison.start, title: strings.comparison.start, on: { click: actions.compare } },
    icon(ICONS.compare),
  );
  mode.element.append(compare);
  const layers = layerList(archive, format, strings, actions.layer);
  const thumbs = basemapList(basemaps, strings, actions.basemap);
  const slider = opacitySlider(defaultOpacity, strings, actions.opacity);
  return {
    element: h("div", { class: "controls" }, hasTracks && mode.element, layers.element, basemaps.length > 1 && thumbs.element, slider.element),
    show({ layer, basemap, opacity, routes, comparing }) {
      mode.show(routes);
      compare.setAttribute("aria-pressed", String(comparing));
      layers.element.classList.toggle("aside", routes);
      layers.show(layer);
      thumbs.show(basemap);
      slider.show(opacity);
    },
  };
}

/** Checks the radio button of a value. */
function check(list: HTMLElement, value: string): void {
  for (const input of list.querySelectorAll("input")) input.checked = input.value === value;
}

function layerList(archive: HeatArchive, format: Formatter, strings: Strings, choose: (id: string) => void): Section<string> {
  const caption = h("p", { class: "caption", "aria-live": "polite" });
  const describe = (layer: Layer): void => {
    caption.textContent = layerDescription(layer, archive.metadata, format, strings);
  };
  const list = h("fieldset", { class: "layers" }, h("legend", { class: "unseen" }, strings.layers));
  let group = "";
  for (const layer of archive.metadata.layers) {
    const reason = absenceReason(layer, archive, strings);
    const input = h("input", {
      type: "radio",
      name: "layer",
      value: layer.id,
      class: "unseen",
      disabled: reason !== "",
      on: {
        change: () => {
          describe(layer);
          choose(layer.id);
        },
      },
    });
    const swatch = h("span", { class: "swatch" }, h("span", { style: { "background-image": rampGradient(layer.ramp) } }));
    list.append(
      h("span", { class: "group", "aria-hidden": "true" }, layer.group === group ? "" : groupTitle(layer.group, strings)),
      h(
        "label",
        { class: layer.of ? "layer own" : "layer" },
        input,
        swatch,
        h(
          "span",
          { class: "name" },
          h("span", { class: "unseen" }, `${groupTitle(layer.group, strings)}: `),
          layerTitle(layer, strings),
          reason && " ",
          reason && h("small", {}, reason),
        ),
      ),
    );
    group = layer.group;
  }
  return {
    element: h("section", {}, list, caption),
    show: (id) => {
      check(list, id);
      const layer = archive.metadata.layers.find((l) => l.id === id);
      if (layer) describe(layer);
    },
  };
}

function basemapList(basemaps: readonly Basemap[], strings: Strings, choose: (id: string) => void): Section<string> {
  const list = h("fieldset", { class: "basemaps" }, h("legend", {}, strings.basemap));
  const row = h("div", { class: "thumbs", "data-count": basemaps.length });
  for (const b of basemaps) {
    row.append(
      h(
        "label",
        { class: "basemap", title: b.title ?? strings.basemapTitles[b.id] },
        h("input", {
          type: "radio",
          name: "basemap",
          value: b.id,
          class: "unseen",
          on: { change: () => choose(b.id) },
        }),
        thumbnail(b.schema ? "dark" : b.id),
        h("span", { class: "name" }, b.title ?? strings.basemaps[b.id] ?? b.id),
      ),
    );
  }
  list.append(row);
  return { element: h("section", {}, list), show: (id) => check(list, id) };
}

function opacitySlider(standard: number, strings: Strings, change: (value: number) => void): Section<number> {
  const output = h("output", { class: "number" });
  const input = h("input", { type: "range", min: 0, max: 100, step: 1, id: "opacity" });
  const show = (value: number): void => {
    input.value = String(Math.round(value * 100));
    output.textContent = input.value;
    output.append(h("small", {}, "\u202f%"));
    input.style.setProperty("--filled", `${input.value}%`);
  };
  const set = (value: number): void => {
    show(value);
    change(value);
  };
  input.addEventListener("input", () => set(Number(input.value) / 100));
  input.addEventListener("dblclick", () => set(standard));
  return { element: h("section", { class: "opacity" }, h("label", { for: "opacity" }, strings.heatOpacity), input, output), show };
}
