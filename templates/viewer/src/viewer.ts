// One archive on screen: the map, its frame, and what happens between them.

import { addProtocol, Map as MapLibreMap, removeProtocol } from "maplibre-gl";
import coastline from "virtual:coastline";
import { Address } from "./address.ts";
import type { HeatArchive } from "./archive/archive.ts";
import { ArchiveError } from "./archive/errors.ts";
import type { Layer, Metadata } from "./archive/metadata.ts";
import { HeatTiles } from "./heat/tiles.ts";
import type { Link } from "./link.ts";
import { type Basemap, basemapsFor, PLAIN } from "./map/basemaps.ts";
import { BasemapView } from "./map/basemapview.ts";
import { decodeCoastline } from "./map/coastline.ts";
import { fitView, holdView, ZOOM_OFFSET } from "./map/fit.ts";
import { HeatView } from "./map/heatview.ts";
import { RasterArchives } from "./map/rasterarchives.ts";
import { baseStyle } from "./map/style.ts";
import type { Settings } from "./settings.ts";
import { Formatter } from "./text/format.ts";
import type { Strings } from "./text/strings.ts";
import { Corner } from "./ui/corner.ts";
import { Frame } from "./ui/frame.ts";
import { type LayerPanel, layerPanel, layerTitle } from "./ui/layerpanel.ts";
import { LegendBar } from "./ui/legend.ts";
import { type MapButtons, mapButtons } from "./ui/mapbuttons.ts";
import { Notices } from "./ui/notices.ts";
import { printable } from "./ui/print.ts";

/** What the browser tests ask the page about. */
export interface ViewerState {
  layer: string;
  basemap: string;
  /** Whether coastlines stand in for the basemap. */
  fallback: boolean;
  opacity: number;
  /** The web's zoom of the view, fractional. */
  zoom: number;
  /** Middle of the map in degrees. */
  center: [lon: number, lat: number];
  /** Whether the card of layers is put away. */
  panelHidden: boolean;
  /** Zoom of the tiles in view. */
  tileZoom: number;
  layers: { id: string; available: boolean }[];
  legend: string[];
  notices: string[];
}

export interface ViewerOptions {
  page: HTMLElement;
  archive: HeatArchive;
  settings: Settings;
  strings: Strings;
  /** Where to begin; what it leaves out is everything in view, with the page's settings. */
  link: Link;
  /** Called when the archive's bytes turn out to have been replaced. */
  onChanged: () => void;
}

export class Viewer {
  readonly map: MapLibreMap;
  readonly #archive: HeatArchive;
  readonly #settings: Settings;
  readonly #strings: Strings;
  readonly #heat: HeatView;
  readonly #basemapView: BasemapView;
  readonly #basemaps: Basemap[];
  readonly #legend: LegendBar;
  readonly #buttons: MapButtons;
  readonly #controls: LayerPanel;
  readonly #corner: Corner;
  readonly #frame: Frame;
  readonly #notices: Notices;
  /** Undefined until there is a state to speak of. */
  readonly #address: Address | undefined;
  readonly #abort = new AbortController();
  #layer: Layer;
  #basemap: Basemap;
  #opacity: number;
  /** Whether the map takes layers yet; choices made before are shown then. */
  #styled = false;

  constructor({ page, archive, settings, strings, link, onChanged }: ViewerOptions) {
    const metadata = archive.metadata;
    const format = new Formatter();
    const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#archive = archive;
    this.#settings = settings;
    this.#strings = strings;
    this.#basemaps = basemapsFor(settings, location.hostname);
    const { layer, basemap, opacity } = this.#choices(link);
    this.#layer = layer;
    this.#basemap = basemap;
    this.#opacity = opacity;

    const container = document.createElement("div");
    container.className = "map";
    page.prepend(container);

    this.#notices = new Notices(strings);
    this.#corner = new Corner(strings, format);
    this.#legend = new LegendBar(strings, format, mostlyRides(metadata), (l) => layerTitle(l, strings));
    this.#buttons = mapButtons(strings, {
      zoomIn: () => this.map.zoomTo(Math.floor(this.map.getZoom() + 1 + 1e-6)),
      zoomOut: () => this.map.zoomTo(Math.ceil(this.map.getZoom() - 1 - 1e-6)),
      fit: () => this.map.easeTo(this.#camera({}, container)),
      copyLink: () => void this.#copyLink(),
    });
    this.#controls = layerPanel(
      archive,
      this.#basemaps,
      { layer: layer.id, basemap: basemap.id, opacity },
      this.#choices({}).opacity,
      strings,
      {
        layer: (id) => this.#address?.step(() => this.showLayer(id)),
        basemap: (id) => this.#address?.step(() => this.showBasemap(id)),
        opacity: (v) => this.setOpacity(v),
      },
    );
    this.#frame = new Frame(
      {
        title: settings.title || metadata.name,
        totals: totals(metadata, format, strings),
        controls: this.#controls.element,
        legend: this.#legend.element,
        buttons: this.#buttons.element,
        corner: this.#corner.element,
        notices: this.#notices.element,
      },
      strings,
      () => {
        this.#showLegend();
        this.#address?.moved();
      },
    );
    this.#frame.folded = link.panelHidden ?? false;
    page.append(this.#frame.element);

    const tiles = new HeatTiles(archive);
    addProtocol("heat", async ({ url }, { signal }) => {
      const [layer, z, x, y] = url.slice("heat://".length).split("/");
      try {
        return { data: await tiles.load(layer!, Number(z), Number(x), Number(y), signal) };
      } catch (e) {
        if (e instanceof ArchiveError && e.kind === "changed") onChanged();
        throw e;
      }
    });
    const rasters = new RasterArchives(this.#basemaps);
    addProtocol("basemap", ({ url }, { signal }) => rasters.load(url, signal));

    this.map = new MapLibreMap({
      container,
      style: baseStyle(decodeCoastline(coastline)),
      ...this.#camera(link, container),
      minZoom: metadata.minZoom - ZOOM_OFFSET,
      maxZoom: metadata.maxZoom - ZOOM_OFFSET,
      attributionControl: false,
      dragRotate: false,
      touchPitch: false,
      pitchWithRotate: false,
      rollEnabled: false,
      maxPitch: 0,
      renderWorldCopies: true,
      refreshExpiredTiles: false,
      fadeDuration: 0,
      reduceMotion: reducedMotion,
      locale: { "Map.Title": strings.map },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();

    this.#heat = new HeatView(this.map, metadata, this.#opacity, reducedMotion);
    this.#basemapView = new BasemapView(this.map, reducedMotion, (gone) => this.#basemapGone(gone));
    this.map.on("error", (e) => this.#mapError(e));
    this.map.on("move", () => {
      this.#viewMoved();
      this.#address?.moved();
    });
    this.map.on("resize", () => this.#showLegend());
    this.map.once("style.load", () => {
      this.#styled = true;
      this.#basemapView.select(this.#basemap);
      this.#heat.show(this.#layer.id);
    });
    this.#viewMoved();
    this.#showCredits();
    this.#hideOnKey(page);
    printable(this.map, container, this.#abort.signal);
    this.#address = new Address({ read: () => this.link(), apply: (l) => this.#apply(l) }, this.#abort.signal);
  }

  showLayer(id: string): void {
    const layer = this.#archive.metadata.layers.find((l) => l.id === id);
    if (!layer) return;
    this.#layer = layer;
    if (this.#styled) this.#heat.show(id);
    this.#showLegend();
  }

  showBasemap(id: string): void {
    const basemap = this.#basemaps.find((b) => b.id === id);
    if (!basemap) return;
    this.#basemap = basemap;
    if (this.#styled) this.#basemapView.select(basemap);
    this.#showCredits();
  }

  setOpacity(value: number): void {
    this.#opacity = value;
    this.#heat.setOpacity(value);
    this.#address?.moved();
  }

  state(): ViewerState {
    return {
      layer: this.#layer.id,
      basemap: this.#basemap.id,
      fallback: this.#basemapView.fallback,
      opacity: this.#opacity,
      zoom: this.map.getZoom() + ZOOM_OFFSET,
      center: this.map.getCenter().toArray(),
      panelHidden: this.#frame.folded,
      tileZoom: this.#tileZoom(),
      layers: this.#archive.metadata.layers.map((l) => ({ id: l.id, available: !this.#archive.absence(l.field) })),
      legend: this.#legend.labels,
      notices: this.#notices.texts,
    };
  }

  /** A link to what is on screen. */
  link(): Link {
    const { lng, lat } = this.map.getCenter();
    const percent = Math.round(this.#opacity * 100);
    return {
      view: { zoom: this.map.getZoom() + ZOOM_OFFSET, lat, lon: lng },
      layer: this.#layer.id,
      basemap: this.#basemap.id,
      ...(percent === Math.round(this.#choices({}).opacity * 100) ? {} : { opacity: percent / 100 }),
      panelHidden: this.#frame.folded,
    };
  }

  /** Resolves once the map has drawn everything it was asked for. */
  async idle(): Promise<void> {
    for (;;) {
      const idle = new Promise<void>((resolve) => this.map.once("idle", () => resolve()));
      this.map.triggerRepaint();
      await idle;
      if (this.#heat.settled) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  destroy(): void {
    this.#abort.abort();
    this.#frame.destroy();
    const container = this.map.getContainer();
    this.map.remove();
    container.remove();
    removeProtocol("heat");
    removeProtocol("basemap");
  }

  /** What a link chooses, with the page's settings for what it leaves out or what there is not. */
  #choices({ layer, basemap, opacity }: Link): { layer: Layer; basemap: Basemap; opacity: number } {
    const named = (id: string | undefined): Basemap | undefined => this.#basemaps.find((b) => b.id === id);
    return {
      layer: firstLayer(this.#archive, layer, this.#settings.default_layer),
      basemap: named(basemap) ?? named(this.#settings.default_basemap) ?? this.#basemaps[0]!,
      opacity: Math.min(1, Math.max(0, opacity ?? this.#settings.heat_opacity)),
    };
  }

  /** The camera of a link's view, or the one that shows all data beside the panels. */
  #camera({ view }: Link, container: HTMLElement): { center: [number, number]; zoom: number } {
    const { metadata } = this.#archive;
    const size = { width: container.clientWidth, height: container.clientHeight };
    const { center, zoom } = view
      ? holdView({ center: [view.lon, view.lat], zoom: view.zoom }, metadata.bounds, size, metadata)
      : fitView(metadata.bounds, size, this.#frame.padding(), metadata);
    return { center, zoom: zoom - ZOOM_OFFSET };
  }

  /** Brings a page that is already there to the state of a link. */
  #apply(link: Link): void {
    const { layer, basemap, opacity } = this.#choices(link);
    this.showLayer(layer.id);
    if (basemap !== this.#basemap) this.showBasemap(basemap.id);
    this.setOpacity(opacity);
    this.#controls.show({ layer: layer.id, basemap: basemap.id, opacity });
    this.#frame.folded = link.panelHidden ?? false;
    this.map.jumpTo(this.#camera(link, this.map.getContainer()));
  }

  async #copyLink(): Promise<void> {
    const href = this.#address!.href;
    const { linkCopied, linkToCopy } = this.#strings.notices;
    try {
      // Pages that did not come over HTTPS have no clipboard, and a browser may refuse it to any.
      await navigator.clipboard.writeText(href);
      this.#notices.show("link", linkCopied);
    } catch {
      this.#notices.showField("link", linkToCopy, href);
    }
  }

  #tileZoom(): number {
    const { minZoom, maxZoom } = this.#archive.metadata;
    return Math.min(maxZoom, Math.max(minZoom, Math.round(this.map.getZoom() + ZOOM_OFFSET)));
  }

  #viewMoved(): void {
    const zoom = this.map.getZoom();
    const epsilon = 1e-6;
    this.#buttons.show(this.#tileZoom(), zoom < this.map.getMaxZoom() - epsilon, zoom > this.map.getMinZoom() + epsilon);
    const circumference = 2 * Math.PI * 6_378_137;
    const worldPixels = 512 * 2 ** zoom;
    this.#corner.showScale((circumference * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / worldPixels);
    this.#showLegend();
  }

  #showLegend(): void {
    if (!this.map) return; // the frame is arranged before there is a map
    this.#legend.show(this.#layer, this.#archive.metadata.fields.get(this.#layer.field), this.#tileZoom());
  }

  #showCredits(): void {
    const credits = this.#basemap.id === PLAIN || this.#basemapView.fallback ? [] : this.#basemap.credits;
    this.#corner.showCredits(credits, this.#archive.metadata.attribution);
  }

  #basemapGone(gone: boolean): void {
    this.#showCredits();
    if (!gone) {
      this.#notices.hide("basemap");
      return;
    }
    const { basemapGone, retry } = this.#strings.notices;
    this.#notices.show("basemap", basemapGone, { label: retry, run: () => this.#basemapView.retry() });
  }

  #mapError(e: { error: unknown; sourceId?: string }): void {
    if (!e.sourceId?.startsWith("heat-")) return;
    if (e.error instanceof ArchiveError && e.error.kind === "changed") return;
    const { tilesMissing, retry } = this.#strings.notices;
    this.#notices.show("tiles", tilesMissing, {
      label: retry,
      run: () => {
        this.#notices.hide("tiles");
        this.#heat.refresh();
      },
    });
  }

  #hideOnKey(page: HTMLElement): void {
    const onKey = (e: KeyboardEvent): void => {
      const typing = e.target instanceof HTMLInputElement && e.target.type !== "radio" && e.target.type !== "range";
      if (e.key.toLowerCase() !== "h" || e.ctrlKey || e.metaKey || e.altKey || typing) return;
      const bare = page.classList.toggle("bare");
      if (bare) this.#notices.show("bare", this.#strings.hidden);
      else this.#notices.hide("bare");
    };
    document.addEventListener("keydown", onKey, { signal: this.#abort.signal });
  }
}

/** The layer to begin with: the first of the wanted, the archive's own and all others that can be shown. */
function firstLayer(archive: HeatArchive, ...wanted: (string | undefined)[]): Layer {
  const { layers, defaultLayer } = archive.metadata;
  for (const id of [...wanted, defaultLayer]) {
    const layer = layers.find((l) => l.id === id);
    if (layer && !archive.absence(layer.field)) return layer;
  }
  return layers.find((l) => !archive.absence(l.field)) ?? layers[0]!;
}

/** Sports whose speed is told in km/h, by the name activity.Sport gives them in lower case without spaces. */
const RIDES = new Set([
  "ride",
  "virtualride",
  "ebikeride",
  "emountainbikeride",
  "mountainbikeride",
  "gravelride",
  "velomobile",
  "handcycle",
]);

function mostlyRides({ activities }: Metadata): boolean {
  const rides = activities.sport.filter((s) => RIDES.has((activities.sports[s] ?? "").toLowerCase().replaceAll(/[ _-]/g, ""))).length;
  return rides * 2 > activities.sport.length;
}

/** "312 activities, 3,104 km" in one line; empty for an archive without activities. */
function totals({ activities }: Metadata, format: Formatter, strings: Strings): string {
  const count = activities.day.length;
  if (count === 0) return "";
  const km = activities.distanceM.reduce((sum, d) => sum + d, 0) / 1000;
  const noun = count === 1 ? strings.activities.one : strings.activities.other;
  return `${format.number(count)} ${noun} \u00b7 ${format.number(Math.round(km))}\u202f${strings.units.kilometre}`;
}
