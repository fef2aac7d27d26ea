// The map: the page that the user will publish, in a frame. It is a Blob, so it has the studio's own policy: its requests go to Blobs of this
// tab and nowhere else, whatever it tries. Only where it looks for its archive and which basemap it begins with is changed.

import { h } from "../../templates/viewer/src/ui/dom.ts";
import type { Site } from "../worker/messages.ts";

/** What of MapLibre's map is needed to draw over it. */
export interface OverMap {
  project(lonLat: [number, number]): { x: number; y: number };
  unproject(point: [number, number]): { lng: number; lat: number };
  getCenter(): { lng: number; lat: number };
  easeTo(to: { center: [number, number] }): void;
  getZoom(): number;
  jumpTo(to: { center: [number, number]; zoom: number }): void;
  on(event: "move" | "resize", listener: () => void): void;
}

interface FramedWindow extends Window {
  heatmapgen?: { readonly map: OverMap | undefined; readonly ready: Promise<void>; idle(): Promise<void> };
}

/** The settings of a page, as package templates writes them. */
const SETTINGS = /(<script type="application\/json" id="settings">)([^]*?)(<\/script>)/;

/** A page that looks for its archive at an address, without a basemap of others. */
export function framedPage(page: string, archive: string): string {
  return page.replace(SETTINGS, (_, begin: string, json: string, end: string) => {
    const settings = { ...(JSON.parse(json) as object), archive, default_basemap: "none", basemaps: [], stadia_key: "" };
    return begin + JSON.stringify(settings).replaceAll("<", "\\u003c") + end;
  });
}

export class MapFrame {
  readonly element: HTMLIFrameElement;
  #addresses: string[] = [];
  /** The map, once it is there. */
  map: OverMap | undefined;
  readonly #onMap: (map: OverMap, page: Document) => void;

  constructor(title: string, onMap: (map: OverMap, page: Document) => void) {
    this.#onMap = onMap;
    this.element = h("iframe", { class: "map", title, hidden: true });
  }

  /** Shows a site, where the last one was looked at. */
  async show(site: Site): Promise<void> {
    const before = this.map && { center: this.map.getCenter(), zoom: this.map.getZoom() };
    this.clear();
    const archive = this.#address(site.archive);
    const page = this.#address(new Blob([framedPage(await site.page.text(), archive)], { type: "text/html" }));
    const loaded = new Promise((resolve) => this.element.addEventListener("load", resolve, { once: true }));
    this.element.src = page;
    this.element.hidden = false;
    await loaded;
    this.#plain();
    const framed = (this.element.contentWindow as FramedWindow | null)?.heatmapgen;
    await framed?.ready;
    const map = framed?.map;
    if (!map) return;
    if (before) map.jumpTo({ center: [before.center.lng, before.center.lat], zoom: before.zoom });
    this.map = map;
    this.#onMap(map, this.element.contentDocument!);
  }

  /** Takes the choice of basemaps away: those of others cannot be had here. */
  #plain(): void {
    const window = this.element.contentWindow as (Window & typeof globalThis) | null;
    if (!window) return;
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync("section:has(> .basemaps) { display: none; }");
    window.document.adoptedStyleSheets = [sheet];
  }

  /** Takes the map away. */
  clear(): void {
    this.map = undefined;
    this.element.hidden = true;
    // It keeps its address until it has another: browsers differ in whether they go to an empty page between the two, tell of that as loaded, and stay there.
    for (const address of this.#addresses) URL.revokeObjectURL(address);
    this.#addresses = [];
  }

  #address(blob: Blob): string {
    const address = URL.createObjectURL(blob);
    this.#addresses.push(address);
    return address;
  }
}
