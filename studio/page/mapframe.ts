// The map: the page that the user will publish, in a frame. It is a Blob, so it has the studio's own policy: its requests go to Blobs of this
// tab and nowhere else, whatever it tries. Only where it looks for its archive is changed, and it is told that it is not published yet.

import { h } from "../../templates/viewer/src/ui/dom.ts";
import type { ShownSite } from "../worker/messages.ts";

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

/** What a map looks at. */
interface View {
  lng: number;
  lat: number;
  zoom: number;
}

function viewOf(map: OverMap): View {
  const { lng, lat } = map.getCenter();
  return { lng, lat, zoom: map.getZoom() };
}

interface FramedWindow extends Window {
  heatmapgen?: { readonly map: OverMap | undefined; readonly ready: Promise<void>; idle(): Promise<void> };
}

/** The settings of a page, as package templates writes them. */
const SETTINGS = /(<script type="application\/json" id="settings">)([^]*?)(<\/script>)/;

/** A page that looks for its archive at an address, and neither has basemaps of others nor offers to hand on the address of a Blob. */
export function framedPage(page: string, archive: string): string {
  return page.replace(SETTINGS, (_, begin: string, json: string, end: string) => {
    const settings = { ...(JSON.parse(json) as object), archive, preview: true };
    return begin + JSON.stringify(settings).replaceAll("<", "\\u003c") + end;
  });
}

export class MapFrame {
  readonly element: HTMLIFrameElement;
  #addresses: string[] = [];
  /** The map, once it is there. */
  map: OverMap | undefined;
  readonly #onMap: (map: OverMap, page: Document) => void;
  /** What the map began with. */
  #first: View | undefined;
  /** Counts what was shown, so that what takes its time is not taken for what came after it. */
  #turn = 0;

  constructor(title: string, onMap: (map: OverMap, page: Document) => void) {
    this.#onMap = onMap;
    this.element = h("iframe", { class: "map", title, hidden: true });
  }

  /** What is looked at, where that is no longer what the map began with. */
  #moved(): View | undefined {
    const [now, first] = [this.map && viewOf(this.map), this.#first];
    return now && first && (now.lng !== first.lng || now.lat !== first.lat || now.zoom !== first.zoom) ? now : undefined;
  }

  /** Shows a site, where the last one was looked at. One that nobody has moved begins where it does by itself. */
  async show(site: ShownSite): Promise<void> {
    const turn = ++this.#turn;
    const text = await site.page.text();
    if (turn !== this.#turn) return;
    const before = this.#moved();
    this.#empty();
    const archive = this.#address(site.archive);
    const page = this.#address(new Blob([framedPage(text, archive)], { type: "text/html" }));
    // A page that is being loaded still may tell so while the next one is on its way.
    const loaded = new Promise<void>((resolve) => {
      const look = (): void => {
        if (turn === this.#turn && !this.element.contentWindow?.location.href.startsWith(page)) return;
        this.element.removeEventListener("load", look);
        resolve();
      };
      this.element.addEventListener("load", look);
    });
    this.element.src = page;
    this.element.hidden = false;
    await loaded;
    if (turn !== this.#turn) return;
    const framed = (this.element.contentWindow as FramedWindow | null)?.heatmapgen;
    await framed?.ready;
    const map = framed?.map;
    if (!map || turn !== this.#turn) return;
    this.map = map;
    this.#first = viewOf(map);
    if (before) map.jumpTo({ center: [before.lng, before.lat], zoom: before.zoom });
    this.#onMap(map, this.element.contentDocument!);
  }

  /** Takes the map away. */
  clear(): void {
    this.#turn++;
    this.#empty();
  }

  #empty(): void {
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
