// Zoom in, zoom out, the zoom in view; then back to everything, here, the explore panel, a link to the view, and what is asked for less
// often behind one more button.

import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { type Popup, popup } from "./popup.ts";

export interface MapButtons {
  element: HTMLElement;
  /** Shows the web's zoom of the tiles in view and whether one can go further. */
  show(zoom: number, canZoomIn: boolean, canZoomOut: boolean): void;
  /** Shows whether the explore panel is open. */
  exploring: boolean;
}

export interface MapButtonActions {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  /** Left out where the browser does not tell where it is. */
  locate?(): void;
  /** Opens or closes the explore panel; left out where there is nothing for it. */
  explore?(): void;
  /** Ways to hand the view on; left out where the page has no address. */
  handOn?: {
    copyLink(): void;
    copyFrame(): void;
    /** Left out where the browser has no sheet for sharing. */
    share?(): void;
    /** Whether that is what the button does, and copying stands in the menu. */
    sharesFirst: boolean;
  };
  picture(): void;
  /** Left out where the browser has no full screen. */
  fullScreen?(): void;
  /** Left out where no activities are listed. */
  table?(): void;
  help(): void;
}

/**
 * Makes the buttons; they listen for the document's clicks and full screen until the signal. places is the card of the places where one has been, if there are any to jump to.
 */
export function mapButtons(strings: Strings, actions: MapButtonActions, places: Popup | undefined, signal: AbortSignal): MapButtons {
  const { mapbuttons: words, sharing } = strings;
  const button = (label: string, path: string, action: () => void): HTMLButtonElement =>
    h("button", { type: "button", "aria-label": label, title: label, on: { click: action } }, icon(path));
  const plus = button(strings.zoomIn, ICONS.plus, actions.zoomIn);
  const minus = button(strings.zoomOut, ICONS.minus, actions.zoomOut);
  const level = h("output", { class: "number", "aria-label": strings.zoomLevel, title: strings.zoomLevel });

  const menu = h("div", { class: "card menu", id: "more-buttons", hidden: true });
  const more = popup(words.more, ICONS.more, menu, signal);
  const item = (label: string, path: string, action: () => void): HTMLButtonElement =>
    h(
      "button",
      {
        type: "button",
        on: {
          click: () => {
            // A dialog gives the focus back to where it was: a button that is still there.
            more.leave();
            action();
          },
        },
      },
      icon(path),
      h("span", {}, label),
    );
  const { handOn } = actions;
  const copyLink = handOn && ([strings.copyLink, ICONS.link, handOn.copyLink] as const);
  const share = handOn?.share && ([sharing.share, ICONS.share, handOn.share] as const);
  const [first, second] = handOn?.sharesFirst && share ? [share, copyLink] : [copyLink, share];
  const fullScreen = actions.fullScreen && item(words.fullScreen, ICONS.expand, actions.fullScreen);
  menu.append(
    ...(actions.table ? [item(words.table, ICONS.table, actions.table)] : []),
    item(words.picture, ICONS.picture, actions.picture),
    ...(second ? [item(...second)] : []),
    ...(handOn ? [item(sharing.embed, ICONS.code, handOn.copyFrame)] : []),
    ...(fullScreen ? [fullScreen] : []),
    item(words.help, ICONS.help, actions.help),
  );

  const explore = actions.explore && button(words.explore, ICONS.explore, actions.explore);
  explore?.classList.add("explorebutton");
  explore?.setAttribute("aria-expanded", "false");

  const element = h(
    "div",
    { class: "mapbuttons" },
    h("div", { class: "card stack" }, plus, level, minus),
    h(
      "div",
      { class: "card stack" },
      button(strings.fit, ICONS.fit, actions.fit),
      places?.button,
      actions.locate && button(words.locate, ICONS.locate, actions.locate),
      explore,
      first && button(...first),
      more.button,
    ),
    places?.card,
    menu,
  );
  document.addEventListener(
    "fullscreenchange",
    () => {
      const full = document.fullscreenElement !== null;
      fullScreen?.replaceChildren(icon(full ? ICONS.shrink : ICONS.expand), h("span", {}, full ? words.leaveFullScreen : words.fullScreen));
    },
    { signal },
  );
  return {
    element,
    set exploring(open: boolean) {
      explore?.setAttribute("aria-expanded", String(open));
    },
    show(zoom, canZoomIn, canZoomOut) {
      level.textContent = String(zoom);
      plus.disabled = !canZoomIn;
      minus.disabled = !canZoomOut;
    },
  };
}
