// Zoom in, zoom out, the zoom in view, back to everything, and a link to the view.

import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface MapButtons {
  element: HTMLElement;
  /** Shows the web's zoom of the tiles in view and whether one can go further. */
  show(zoom: number, canZoomIn: boolean, canZoomOut: boolean): void;
}

export interface MapButtonActions {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  copyLink(): void;
}

export function mapButtons(strings: Strings, actions: MapButtonActions): MapButtons {
  const button = (label: string, path: string, action: () => void): HTMLButtonElement =>
    h("button", { type: "button", "aria-label": label, title: label, on: { click: action } }, icon(path));
  const plus = button(strings.zoomIn, ICONS.plus, actions.zoomIn);
  const minus = button(strings.zoomOut, ICONS.minus, actions.zoomOut);
  const level = h("output", { class: "number", "aria-label": strings.zoomLevel, title: strings.zoomLevel });
  const element = h(
    "div",
    { class: "mapbuttons" },
    h("div", { class: "card stack" }, plus, level, minus),
    h(
      "div",
      { class: "card stack" },
      button(strings.fit, ICONS.fit, actions.fit),
      button(strings.copyLink, ICONS.link, actions.copyLink),
    ),
  );
  return {
    element,
    show(zoom, canZoomIn, canZoomOut) {
      level.textContent = String(zoom);
      plus.disabled = !canZoomIn;
      minus.disabled = !canZoomOut;
    },
  };
}
