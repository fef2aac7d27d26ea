// The frame around the map: which part sits where, on a desk and on a phone.

import type { Padding } from "../map/fit.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { Sheet } from "./sheet.ts";
import { Tabs } from "./tabs.ts";

/** From this size on panels are cards; below, they share one sheet. style/phone.css has the same numbers. */
export const DESK = "(min-width: 720px) and (min-height: 480px)";
/** From this width on the legend stands between the cards; below, a card stands on it. style/media.css has the same number. */
const WIDE = "(min-width: 1020px)";

export interface FrameParts {
  title: string;
  /** Layers, basemaps and opacity. */
  controls: HTMLElement;
  /** The card of the selection; undefined for an archive without activities. */
  selection: HTMLElement | undefined;
  /** The list of activities at a place. */
  places: HTMLElement;
  /** The panel of the tools; undefined where there are none. */
  explore: HTMLElement | undefined;
  legend: HTMLElement;
  buttons: HTMLElement;
  corner: HTMLElement;
  notices: HTMLElement;
  /** Called when the reader takes the limits of the selection away. */
  reset: () => void;
  /** In a frame of another page: the way to the map itself, beside which there are only legend, corner and notices. */
  openMap: HTMLElement | undefined;
}

/** The tabs of a phone's sheet. */
export type Tab = "layers" | "selection" | "places" | "explore";

export class Frame {
  readonly element = h("div", { class: "frame" });
  readonly #panel: HTMLElement;
  readonly #panelBody = h("div", { class: "scroll" });
  /** Bottom centre of a desk: notices over the legend. */
  readonly #dock = h("div", { class: "dock" });
  readonly #selection = h("aside", { class: "selectionside" });
  readonly #places = h("aside", { class: "placesside", hidden: true });
  /** Stands where places do; at most one of the two is shown. */
  readonly #explore = h("aside", { class: "placesside", hidden: true });
  readonly #sheet: Sheet;
  readonly #tabs: Tabs<Tab>;
  readonly #parts: FrameParts;
  /** The line of totals, on the card and in the sheet's head. */
  readonly #title = h("h1");
  readonly #totals = h("p", { class: "totals" });
  /** What limits the selection, in the sheet's head, and a way out of it. */
  readonly #limits: HTMLElement;
  readonly #limitsText = h("span", {});
  readonly #media = window.matchMedia(DESK);
  readonly #wide = window.matchMedia(WIDE);
  readonly #onLayout: () => void;
  readonly #abort = new AbortController();
  #placesShown = false;
  #exploreShown = false;

  /** onLayout is called after panels changed place, onTab with a tab of the sheet that the reader brings to the front. */
  constructor(parts: FrameParts, strings: Strings, onLayout: () => void, onTab: (tab: Tab) => void) {
    this.#parts = parts;
    this.#onLayout = onLayout;
    this.#sheet = new Sheet(strings.sheet);
    const tabs = [
      { id: "layers" as const, label: strings.tabs.layers },
      ...(parts.selection ? [{ id: "selection" as const, label: strings.tabs.selection }] : []),
      { id: "places" as const, label: strings.tabs.places },
      ...(parts.explore ? [{ id: "explore" as const, label: strings.explore.title }] : []),
    ];
    this.#tabs = new Tabs<Tab>(strings.tabs.label, tabs, (tab) => {
      this.#openSheet();
      onTab(tab);
    });
    this.#limits = h(
      "button",
      { type: "button", class: "limits", hidden: true, title: strings.selectionPanel.reset, on: { click: parts.reset, pointerdown: (e) => e.stopPropagation() } },
      this.#limitsText,
      h("span", { class: "unseen" }, `: ${strings.selectionPanel.reset}`),
      icon(ICONS.close),
    );
    const fold = h(
      "button",
      { type: "button", class: "fold", "aria-label": strings.hidePanel, title: strings.hidePanel, on: { click: () => this.#fold(true) } },
      icon(ICONS.fold),
    );
    const unfold = h(
      "button",
      { type: "button", class: "card unfold", "aria-label": strings.showPanel, title: strings.showPanel, on: { click: () => this.#fold(false) } },
      icon(ICONS.layers),
    );
    this.#panel = h(
      "aside",
      { class: "side", "aria-label": strings.layers },
      h("div", { class: "card panel" }, h("header", {}, fold), this.#panelBody),
      unfold,
    );
    this.#selection.setAttribute("aria-label", strings.tabs.selection);
    this.#places.setAttribute("aria-label", strings.tabs.places);
    this.#explore.setAttribute("aria-label", strings.explore.title);
    this.element.append(parts.openMap ?? parts.buttons, parts.corner);
    for (const media of [this.#media, this.#wide]) media.addEventListener("change", () => this.#arrange(), { signal: this.#abort.signal });
    this.#arrange();
  }

  destroy(): void {
    this.#abort.abort();
    this.element.remove();
  }

  /** Whether the card of layers is put away; a phone has its sheet instead, and keeps this for a wider window. */
  get folded(): boolean {
    return this.#panel.classList.contains("folded");
  }

  set folded(folded: boolean) {
    if (folded === this.folded) return;
    this.#panel.classList.toggle("folded", folded);
    this.#onLayout();
  }

  get onPhone(): boolean {
    return !this.#media.matches && !this.#parts.openMap;
  }

  get title(): string {
    return this.#parts.title;
  }

  set totals(text: string) {
    this.#totals.textContent = text;
  }

  /** Says what limits the selection; empty where nothing does. */
  set limits(text: string) {
    this.#limits.hidden = text === "";
    this.#limitsText.textContent = text;
  }

  /** Shows the list of activities at a place, or puts it away; on a phone its tab comes to the front. */
  showPlaces(shown: boolean): void {
    const changed = shown !== this.#placesShown;
    this.#placesShown = shown;
    this.#places.hidden = !shown;
    if (shown && this.onPhone) this.showTab("places");
    else if (!shown && changed && this.onPhone && this.#tabs.current === "places") this.#sheet.height = "peek";
  }

  /** Shows the panel of the tools, or puts it away; on a phone its tab comes to the front. */
  showExplore(shown: boolean): void {
    this.#exploreShown = shown;
    this.#explore.hidden = !shown;
    if (!this.onPhone) return;
    if (shown) {
      this.showTab("explore");
    } else if (this.#tabs.current === "explore") {
      this.#tabs.show("layers");
      this.#sheet.height = "peek";
    }
  }

  /** Brings a tab of the phone's sheet into view. */
  showTab(tab: Tab): void {
    this.#tabs.show(tab);
    this.#openSheet();
  }

  #openSheet(): void {
    if (this.onPhone && this.#sheet.height === "peek") this.#sheet.height = "half";
  }

  /** Pixels of the map's edges that panels cover, for fitting a view between them. */
  padding(): Padding {
    const edge = 24;
    const box = this.element.getBoundingClientRect();
    if (this.onPhone) {
      const head = this.#sheet.peek.getBoundingClientRect();
      return { top: edge, right: edge, left: edge, bottom: Math.max(edge, box.bottom - head.top + 40) };
    }
    const covered = (el: Element): DOMRect => el.getBoundingClientRect();
    if (this.#parts.openMap) return { top: covered(this.#parts.openMap).bottom - box.top, right: edge, left: edge, bottom: edge + (box.bottom - covered(this.#parts.legend).top) };
    const panel = this.folded ? 0 : box.right - covered(this.#panel).left;
    const menu = this.#parts.buttons.querySelector(".menu:not([hidden])");
    return {
      top: edge,
      left: edge + (covered(this.#exploreShown ? this.#explore : (menu ?? this.#parts.buttons)).right - box.left),
      right: edge + panel,
      bottom: edge + (box.bottom - covered(this.#parts.legend).top),
    };
  }

  #fold(folded: boolean): void {
    this.folded = folded;
    this.#panel.querySelector<HTMLElement>(folded ? ".unfold" : ".fold")?.focus();
  }

  #arrange(): void {
    const { title, controls, selection, places, explore, legend, notices, openMap } = this.#parts;
    if (openMap) {
      this.#dock.replaceChildren(notices, legend);
      this.element.append(this.#dock);
      this.#onLayout();
      return;
    }
    this.#title.textContent = title;
    const heading = [this.#title, this.#totals];
    if (this.onPhone) {
      this.#panel.remove();
      this.#dock.remove();
      this.#selection.remove();
      this.#places.remove();
      this.#explore.remove();
      this.#sheet.peek.replaceChildren(legend, h("div", { class: "about" }, ...heading, this.#limits), this.#tabs.list);
      this.#tabs.fill("layers", controls);
      if (selection) this.#tabs.fill("selection", selection);
      this.#tabs.fill("places", places);
      if (explore) this.#tabs.fill("explore", explore);
      this.#sheet.body.replaceChildren(this.#tabs.panels);
      this.element.append(this.#sheet.element, notices);
      this.#sheet.height = "peek";
      if (this.#placesShown) this.showPlaces(true);
      if (this.#exploreShown) this.showExplore(true);
    } else {
      this.#sheet.element.remove();
      this.#panel.querySelector("header")!.prepend(...heading);
      this.#panelBody.replaceChildren(controls);
      this.#dock.replaceChildren(legend);
      this.#places.replaceChildren(places);
      this.element.append(this.#places, this.#panel);
      if (explore) {
        this.#explore.replaceChildren(explore);
        this.#panel.before(this.#explore);
      }
      if (selection) {
        this.#selection.replaceChildren(selection);
        this.element.append(this.#selection);
      }
      this.element.append(this.#dock);
      // Always on top of what stands at the bottom, and never on a card.
      if (selection && !this.#wide.matches) this.#selection.append(notices);
      else this.#dock.prepend(notices);
    }
    this.#onLayout();
  }
}
