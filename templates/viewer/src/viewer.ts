// One archive on screen: the map, its frame, and what happens between them.

import { addProtocol, Map as MapLibreMap, removeProtocol } from "maplibre-gl";
import coastline from "virtual:coastline";
import { Address } from "./address.ts";
import type { HeatArchive } from "./archive/archive.ts";
import { ArchiveError } from "./archive/errors.ts";
import { Backdrop } from "./backdrop.ts";
import { Explore } from "./explore/explore.ts";
import { REPLAY } from "./explore/replay/replay.ts";
import type { ToolGround } from "./explore/tool.ts";
import { toolKinds } from "./explore/tools.ts";
import { Explorer } from "./explorer.ts";
import { DeepTiles } from "./deep/tiles.ts";
import { HeatTiles, parseAddress } from "./heat/tiles.ts";
import { StoredTiles } from "./heat/storedtiles.ts";
import { ValueReader } from "./heat/valueat.ts";
import { Jobs } from "./jobs.ts";
import { listenForKeys } from "./keys.ts";
import { formatLink, type Link } from "./link.ts";
import { type Basemap, basemapsFor } from "./map/basemaps.ts";
import { BasemapTiles } from "./map/basemaptiles.ts";
import { decodeCoastline } from "./map/coastline.ts";
import { CoastTiles } from "./map/coasttiles.ts";
import { ZOOM_OFFSET } from "./map/fit.ts";
import { gridTile } from "./map/gridtiles.ts";
import { HeatView } from "./map/heatview.ts";
import { drawn } from "./map/settled.ts";
import { baseStyle } from "./map/style.ts";
import { MapLegends } from "./maplegends.ts";
import { MissingTiles } from "./missingtiles.ts";
import { pageKeys } from "./pagekeys.ts";
import { Panels } from "./panels.ts";
import { Pictures } from "./pictures.ts";
import { otherUnits, type Preferences } from "./preferences.ts";
import type { Selection } from "./selection.ts";
import { PointedValue } from "./pointedvalue.ts";
import { retried } from "./retried.ts";
import type { Settings } from "./settings.ts";
import { canShare, Sharing, sharesBySheet } from "./sharing.ts";
import { current, type PageState, type Side, Store } from "./state.ts";
import { type Still, still, type StillView } from "./still.ts";
import { defaultOpacity, linkFrom, type LinkGround, stateFrom } from "./statelink.ts";
import { Formatter } from "./text/format.ts";
import { jumpText } from "./text/placetext.ts";
import type { Strings } from "./text/strings.ts";
import { Lines } from "./tracks/lines.ts";
import { StoredBlocks } from "./tracks/storedblocks.ts";
import { h } from "./ui/dom.ts";
import { HoverValue } from "./ui/hovervalue.ts";
import { canLocate, Me } from "./ui/me.ts";
import { downloadPicture, drawPicture, partsOnScreen, pictureProblem } from "./ui/picture.ts";
import { openMapLink } from "./ui/openmap.ts";
import { pictureName } from "./ui/picturelayout.ts";
import { printable } from "./ui/print.ts";
import { placeFacts } from "./mapplaces.ts";
import type { ViewerState } from "./viewerstate.ts";
import { Wayfinder } from "./wayfinder.ts";

export interface ViewerOptions {
  page: HTMLElement;
  archive: HeatArchive;
  settings: Settings;
  strings: Strings;
  /** The locale of the words, by which numbers and dates are written. */
  locale: string;
  preferences: Preferences;
  /** Keeps a preference that the reader chose. */
  prefer<K extends keyof Preferences>(name: K, value: Preferences[K]): void;
  /** Where to begin; what it leaves out is where most of the activities are, with the page's settings. */
  link: Link;
  /** Called when the archive turns out to have been replaced, or taken away. */
  onChanged: (how: "changed" | "gone") => void;
}

/** Tiles of a source that the map keeps beyond those in view: each is a texture of up to a megabyte and a half on a dense screen. */
const TILES_KEPT = 32;

/** Whether an error says that the archive is not the one that was opened any more. */
function isReplaced(e: unknown): e is ArchiveError & { kind: "changed" | "gone" } {
  return e instanceof ArchiveError && (e.kind === "changed" || e.kind === "gone");
}

export class Viewer {
  readonly map: MapLibreMap;
  readonly #options: ViewerOptions;
  readonly #archive: HeatArchive;
  readonly #format: Formatter;
  readonly #ground: LinkGround;
  readonly #store: Store;
  readonly #jobs = new Jobs();
  readonly #lines: Lines;
  readonly #deep: DeepTiles;
  readonly #panels: Panels;
  readonly #way: Wayfinder;
  readonly #sharing: Sharing;
  readonly #pictures: Pictures;
  readonly #heat: HeatView;
  /** The tiles of a picture that is made beside the map. */
  #stillHeat: HeatView | undefined;
  readonly #explorer: Explorer;
  readonly #explore: Explore | undefined;
  readonly #hover: HoverValue;
  readonly #me: Me;
  readonly #missing: MissingTiles;
  readonly #backdrop: Backdrop;
  /** Undefined until there are pictures. */
  readonly #legends: MapLegends | undefined;
  readonly #basemaps: Basemap[];
  /** Undefined until there is a state to speak of. */
  readonly #address: Address | undefined;
  readonly #abort = new AbortController();
  /** Whether the map takes layers yet; choices made before are shown then. */
  #styled = false;
  /** How many wait for an overview of the lines. */
  #waiting = 0;
  /** Whether the reader is in the middle of a gesture. */
  #dragging = false;

  constructor(options: ViewerOptions) {
    const { page, archive, settings, strings, locale, preferences, link, onChanged } = options;
    const { metadata } = archive;
    const { signal } = this.#abort;
    const embed = link.embed ?? false;
    page.classList.toggle("embed", embed);
    const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#options = options;
    this.#archive = archive;
    this.#format = new Formatter(locale, preferences.units);
    const blocks = new StoredBlocks(archive);
    this.#lines = new Lines(archive, blocks, this.#jobs, { came: () => this.#panels.notices.hide("tracks"), failed: (e) => this.#linesFailed(e) });
    this.#basemaps = basemapsFor(settings, location.hostname);
    const tools = embed ? [] : toolKinds(archive, strings);
    this.#ground = { archive, settings, basemaps: this.#basemaps, hasTracks: this.#lines.available, tools: tools.map((t) => t.id) };
    const store = new Store(stateFrom(link, this.#ground));
    this.#store = store;

    const container = h("div", { class: "map" });
    page.prepend(container);
    const locate = canLocate() ? (): void => this.#me.locate() : undefined;
    const keys = pageKeys(archive, this.#basemaps, store, {
      step: (change) => this.#step(change),
      help: () => this.#panels.openHelp(),
      hide: () => this.#hide(),
      table: () => this.#panels.openTable(),
      selection: () => this.#panels.focusSelection(),
      compare: () => this.#panels.compare(),
      fit: () => this.#fit(),
      ...(metadata.places.length > 1 ? { places: () => this.#panels.openMapPlaces(), nextPlace: () => this.#goTo(this.#way.next(), true) } : {}),
      askMiddle: () => this.#explorer.askMiddle(),
      units: () => this.#prefer("units", otherUnits(preferences.units)),
      explore: tools.length > 0 ? () => this.#panels.toggleExplore() : undefined,
      replay: tools.some((t) => t.id === REPLAY),
      locate,
    });
    this.#panels = new Panels(
      {
        archive,
        basemaps: this.#basemaps,
        opacity: defaultOpacity(settings),
        title: settings.title || metadata.name,
        hasTracks: this.#lines.available,
        tools,
        store,
        strings,
        format: this.#format,
        preferences,
        keys,
        actions: {
          zoomIn: () => this.map.zoomTo(Math.floor(this.map.getZoom() + 1 + 1e-6)),
          zoomOut: () => this.map.zoomTo(Math.ceil(this.map.getZoom() - 1 - 1e-6)),
          fit: () => this.#fit(),
          goTo: (place) => (place === undefined ? this.#fit() : this.#goTo(place)),
          currentPlace: () => this.#way.current(this.map),
          ...(locate ? { locate } : {}),
          ...(settings.preview
            ? {}
            : {
                handOn: {
                  copyLink: () => void this.#sharing.copyLink(),
                  ...(canShare ? { share: () => void this.#sharing.share() } : {}),
                  sharesFirst: sharesBySheet(),
                  copyFrame: () => void this.#sharing.copyFrame(),
                },
              }),
          picture: () => void this.#savePicture(),
          step: (change) => this.#step(change),
          drag: (change, done) => this.#drag(change, done),
          hover: (activity) => this.#explorer.hover(activity),
          zoomTo: (activity) => void this.#explorer.zoomTo(activity),
          prefer: (name, value) => this.#prefer(name, value),
          laidOut: () => this.#legends?.show(),
        },
        openMap: embed ? openMapLink(settings.title || metadata.name, strings, () => this.#href(false)) : undefined,
      },
      signal,
    );
    page.append(this.#panels.frame.element);
    this.#sharing = new Sharing({ strings, notices: this.#panels.notices, title: this.#panels.frame.title, href: (embedded = false) => this.#href(embedded) });
    this.#way = new Wayfinder({ archive, container, padding: () => this.#panels.frame.padding() });

    this.#missing = new MissingTiles(this.#panels.notices, strings, () => this.#heat);
    this.#deep = new DeepTiles(archive, blocks);
    const stored = new StoredTiles(archive);
    const tiles = new HeatTiles(archive, stored, this.#deep);
    addProtocol("heat", async ({ url }, { signal }) => {
      const address = parseAddress(url);
      if (address.finer !== this.#stillHeat?.tiles.finer) this.#heat.admit(address);
      try {
        const data = await retried(() => tiles.load(address, signal), signal);
        this.#missing.came();
        return { data };
      } catch (e) {
        if (isReplaced(e)) onChanged(e.kind);
        throw e;
      }
    });
    const ground = new BasemapTiles(this.#basemaps);
    addProtocol("basemap", ({ url }, { signal }) => ground.load(url, signal));

    const coast = new CoastTiles(decodeCoastline(coastline));
    addProtocol("coast", async ({ url }) => ({ data: await coast.load(url) }));
    addProtocol("grid", async ({ url }) => ({ data: await gridTile(url, locale) }));

    this.map = new MapLibreMap({
      container,
      style: baseStyle(),
      ...this.#way.opening(link, store.now),
      minZoom: archive.zooms.minZoom - ZOOM_OFFSET,
      maxZoom: archive.zooms.maxZoom - ZOOM_OFFSET,
      attributionControl: false,
      dragRotate: false,
      touchPitch: false,
      pitchWithRotate: false,
      rollEnabled: false,
      maxPitch: 0,
      renderWorldCopies: true,
      refreshExpiredTiles: false,
      maxTileCacheSize: TILES_KEPT,
      fadeDuration: 0,
      reduceMotion: reducedMotion,
      // So that the page around a frame can be scrolled.
      cooperativeGestures: embed,
      locale: {
        "Map.Title": strings.map,
        "CooperativeGesturesHandler.WindowsHelpText": strings.sharing.wheel,
        "CooperativeGesturesHandler.MacHelpText": strings.sharing.wheelMac,
        "CooperativeGesturesHandler.MobileHelpText": strings.sharing.fingers,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();

    const heat = new HeatView(this.map, archive, store.now.opacity, reducedMotion);
    this.#heat = heat;
    this.#pictures = new Pictures(this.map, metadata, heat, this.#lines, this.#jobs, reducedMotion);
    const seen = { archive, store, strings, heat, pictures: this.#pictures };
    this.#legends = new MapLegends({ ...seen, bars: this.#panels.legends });
    this.#explorer = new Explorer(
      {
        map: this.map,
        container,
        store,
        zooms: archive.zooms,
        format: this.#format,
        pictures: this.#pictures,
        panel: this.#panels.places,
        frame: this.#panels.frame,
        lines: this.#lines,
        listed: !metadata.summary && !embed,
        tiles: () => heat.tiles,
        glowPX: metadata.painting.blurSigmaPX,
        withLines: (work) => this.#withLines(work),
        ask: (lon, lat) => this.#explore?.click(lon, lat) ?? false,
        step: (change) => this.#step(change),
      },
      signal,
    );
    if (this.#panels.explore) {
      const ground: ToolGround = {
        title: settings.title || metadata.name,
        map: this.map,
        archive,
        lines: this.#lines,
        jobs: this.#jobs,
        strings,
        format: this.#format,
        selected: (s) => this.#pictures.selected(s),
        tileZoom: () => heat.tiles.zoom,
        showOnly: (flags) => {
          this.#pictures.only = flags;
          if (this.#styled) this.#pictures.show(store.now);
        },
        picture: () => this.#picture(),
        copy: (...texts) => void this.#sharing.copy(...texts),
        notKept: (e) => this.#notKept(e),
        step: (change) => this.#step(change),
        drag: (change, done) => this.#drag(change, done),
        fit: (bounds) => this.map.easeTo(this.#way.fitted(bounds)),
        hover: (activity) => this.#explorer.hover(activity),
        zoomTo: (activity) => void this.#explorer.zoomTo(activity),
        still: (selection, size, signal) => this.#still(selection, size, signal),
        failed: (e, again) => this.#toolFailed(e, again),
        signal,
      };
      this.#explore = new Explore(tools, ground, this.#panels.explore, this.#panels.frame);
    }
    this.#me = new Me(this.map, strings, (text) => this.#panels.notices.show("me", text));
    const pointed = new PointedValue({ ...seen, map: this.map, format: this.#format, values: new ValueReader(archive, stored, this.#deep) });
    this.#hover = new HoverValue(this.map, (at) => pointed.text(at));
    container.append(this.#hover.element);
    const { notices, corner } = this.#panels;
    this.#backdrop = new Backdrop({ map: this.map, basemaps: this.#basemaps, store, preferences, strings, notices, corner, attribution: metadata.attribution, reducedMotion });
    this.map.on("error", (e) => {
      const { error, sourceId } = e as { error: unknown; sourceId?: string };
      if (sourceId?.startsWith("heat-") && !isReplaced(error)) this.#missing.failed();
    });
    this.map.on("move", () => {
      this.#viewMoved();
      this.#address?.moved();
    });
    this.map.on("resize", () => this.#legends?.show());
    this.map.once("style.load", () => {
      this.#styled = true;
      this.#backdrop.show();
      this.#follow(store.now, undefined);
    });
    this.#pictures.plan(store.now);
    this.#panels.follow(store.now, undefined, this.#pictures);
    store.listen((now, before) => this.#follow(now, before));
    this.#viewMoved();
    this.#backdrop.frame();
    if (!embed) listenForKeys(keys, signal);
    printable(this.map, container, signal);
    this.#address = new Address({ read: () => this.link(), apply: (l) => this.#apply(l) }, signal);
  }

  state(): ViewerState {
    const { notices, frame, places } = this.#panels;
    const s = this.#store.now;
    const { metadata } = this.#archive;
    return {
      layer: current(s).layer,
      basemap: s.basemap,
      fallback: this.#backdrop.fallback,
      opacity: s.opacity,
      zoom: this.map.getZoom() + ZOOM_OFFSET,
      center: this.map.getCenter().toArray(),
      panelHidden: frame.folded,
      tileZoom: this.#tileZoom(),
      layers: metadata.layers.map((l) => ({ id: l.id, available: !this.#archive.missing(l) })),
      legend: this.#legends!.current.labels,
      notices: notices.texts,
      pictures: s.pictures.map((p, side) => {
        const view = this.#pictures.view(side as Side);
        return {
          layer: p.layer,
          mode: view.mode ?? "",
          selected: this.#pictures.selected(p.selection).reduce((n, f) => n + f, 0),
          painter: view.live?.path,
        };
      }),
      listed: places.activities,
      kept: s.kept,
      tool: s.tool?.id,
    };
  }

  /** A link to what is on screen. */
  link(): Link {
    const { lng, lat } = this.map.getCenter();
    return {
      view: { zoom: this.map.getZoom() + ZOOM_OFFSET, lat, lon: lng },
      ...linkFrom(this.#store.now, this.#ground),
      ...(this.#options.link.embed ? { embed: true } : {}),
    };
  }

  /** The page's URL with its present state, of a map for a frame or of the whole page. */
  #href(embed: boolean): string {
    return new URL(`#${formatLink({ ...this.link(), embed })}`, location.href).href;
  }

  /** Resolves once the map has drawn everything it was asked for. */
  async idle(): Promise<void> {
    await drawn(this.map, () => this.#waiting === 0 && this.#heat.settled && this.#pictures.settled && this.#explorer.settled && (this.#explore?.settled ?? true));
  }

  destroy(): void {
    this.#abort.abort();
    this.#panels.destroy();
    const container = this.map.getContainer();
    this.map.remove();
    container.remove();
    for (const name of ["heat", "basemap", "coast", "grid"]) removeProtocol(name);
    this.#jobs.end();
    this.#deep.end();
  }

  /** Brings everything to a state. */
  #follow(now: PageState, before: PageState | undefined): void {
    if (!this.#styled) this.#pictures.plan(now);
    else {
      if (before && now.basemap !== before.basemap) this.#backdrop.show();
      this.#pictures.show(now);
      this.#explorer.follow(now, before);
      this.#explore?.follow(now, before);
      if (this.#pictures.needsLines(now) && !this.#lines.available) this.#tellNoLines();
      else if (this.#pictures.needsOverview(now)) void this.#overlook();
    }
    this.#panels.follow(now, before, this.#pictures);
    this.#hover.hide();
    this.#legends?.show();
    if (now.basemap !== before?.basemap) this.#backdrop.frame();
    if (!this.#dragging) this.#address?.moved();
  }

  #step(change: Partial<PageState>): void {
    if (this.#address) this.#address.step(() => this.#store.set(change));
    else this.#store.set(change);
  }

  /** The bits of a gesture make one entry of the history, at its end. */
  #drag(change: Partial<PageState>, done: boolean): void {
    if (!this.#dragging) this.#address?.settle();
    this.#dragging = true;
    this.#store.set(change);
    this.#dragging = !done;
    if (done) this.#address?.push();
  }

  /** What work does with the lines; undefined, and a word about it, where there are none or they do not come. */
  async #withLines<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.#lines.available) {
      this.#tellNoLines();
      return undefined;
    }
    try {
      const done = await work();
      return this.#abort.signal.aborted ? undefined : done;
    } catch (e) {
      this.#linesFailed(e);
      return undefined;
    }
  }

  /** Loads what is to be known of all lines, and shows what waited for it. */
  async #overlook(): Promise<void> {
    this.#waiting++;
    const overview = await this.#withLines(() => this.#lines.overview());
    this.#waiting--;
    if (!overview) return;
    this.#panels.notices.hide("tracks");
    this.#pictures.overlook(overview);
    this.#pictures.show(this.#store.now);
    this.#legends?.show();
  }

  #tellNoLines(): void {
    const { noneForFilter, none } = this.#options.strings.tracks;
    this.#panels.notices.show("tracks", this.#pictures.needsLines(this.#store.now) ? noneForFilter : none);
  }

  #linesFailed(e: unknown): void {
    if (this.#abort.signal.aborted) return;
    if (isReplaced(e)) {
      this.#options.onChanged(e.kind);
      return;
    }
    console.warn(e);
    const { tracks, notices } = this.#options.strings;
    this.#panels.notices.show("tracks", tracks.failed, { label: notices.retry, run: () => this.#tryLinesAgain() });
  }

  #toolFailed(e: unknown, again: () => void): void {
    if (this.#abort.signal.aborted) return;
    if (isReplaced(e)) {
      this.#options.onChanged(e.kind);
      return;
    }
    console.warn(e);
    const { explore, notices } = this.#options.strings;
    const run = (): void => {
      this.#panels.notices.hide("tool");
      again();
    };
    this.#panels.notices.show("tool", explore.failed, { label: notices.retry, run });
  }

  #tryLinesAgain(): void {
    this.#lines.again();
    if (this.#pictures.needsOverview(this.#store.now)) void this.#overlook();
    this.#explorer.relabel();
    this.map.triggerRepaint();
  }

  /** Brings a page that is already there to the state of a link. */
  #apply(link: Link): void {
    this.#store.set(stateFrom(link, this.#ground));
    this.map.jumpTo(this.#way.opening(link, this.#store.now));
  }

  #fit(): void {
    this.#way.went(undefined);
    this.map.easeTo(this.#way.camera(undefined));
  }

  /** Jumps to a place, by its number: on the way there is nothing to see. Back leads back; told says in words where it went. */
  #goTo(place: number, told = false): void {
    this.#way.went(place);
    this.#address?.step(() => this.map.jumpTo(this.#way.camera(place)));
    if (!told) return;
    const { places, activities } = this.#archive.metadata;
    const flags = this.#pictures.selected(current(this.#store.now).selection);
    this.#panels.notices.show("place", jumpText(placeFacts(places, activities, flags)[place]!, place, this.#format, this.#options.strings));
  }

  /** Draws about as much ground as is in view, in another size and of other activities. */
  #still(selection: Selection, size: Omit<StillView, "center" | "zoom">, signal: AbortSignal): Promise<Still> {
    const s = this.#store.now;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { top, right, bottom, left } = this.#panels.frame.padding();
    const [width, height] = [Math.max(1, clientWidth - left - right), Math.max(1, clientHeight - top - bottom)];
    const center = this.map.unproject([left + width / 2, top + height / 2]).toArray();
    const zoom = this.map.getZoom() + Math.log2((size.width * (size.height - size.below)) / (width * height)) / 2;
    const ground = {
      archive: this.#archive,
      lines: this.#lines,
      jobs: this.#jobs,
      basemap: this.#backdrop.basemap,
      light: this.#backdrop.light,
      asks: (heat: HeatView | undefined) => void (this.#stillHeat = heat),
      signal,
    };
    return still(ground, { ...s, pictures: [{ ...current(s), selection }], side: 0 }, { ...size, center, zoom });
  }

  #prefer<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
    this.#options.prefer(name, value);
    if (name === "theme") {
      this.#backdrop.frame();
      if (this.#styled && this.#backdrop.basemap.schema) this.#backdrop.show();
    }
    if (name !== "units") return;
    this.#format.units = this.#options.preferences.units;
    this.#panels.setUnits(this.#store.now, this.#pictures);
    this.#explorer.relabel();
    this.#explore?.relabel();
    this.#viewMoved();
  }

  /** The web's zoom, whole. */
  #tileZoom(): number {
    const { minZoom, maxZoom } = this.#archive.zooms;
    return Math.min(maxZoom, Math.max(minZoom, Math.round(this.map.getZoom() + ZOOM_OFFSET)));
  }

  #viewMoved(): void {
    const zoom = this.map.getZoom();
    const epsilon = 1e-6;
    const { buttons, corner } = this.#panels;
    buttons.show(this.#tileZoom(), zoom < this.map.getMaxZoom() - epsilon, zoom > this.map.getMinZoom() + epsilon);
    corner.showScale(this.#metresPerPixel());
    this.#legends?.show();
  }

  #metresPerPixel(): number {
    const circumference = 2 * Math.PI * 6_378_137;
    const worldPixels = 512 * 2 ** this.map.getZoom();
    return (circumference * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / worldPixels;
  }

  /** Hides all panels, or brings them back. */
  #hide(): void {
    const { notices } = this.#panels;
    if (this.#options.page.classList.toggle("bare")) notices.show("bare", this.#options.strings.hidden);
    else notices.hide("bare");
  }

  /** Hands the view to the reader as a PNG file. */
  async #savePicture(): Promise<void> {
    try {
      await downloadPicture(this.#picture(), pictureName(this.#pictures.spec(this.#store.now.side).layer.id, new Date()));
    } catch (e) {
      this.#notKept(e);
    }
  }

  #picture(): HTMLCanvasElement {
    const { corner, frame } = this.#panels;
    return drawPicture(this.map, partsOnScreen(frame.title, this.#legends!.current.element, corner.element), this.#pictures.spec(this.#store.now.side).layer.ramp);
  }

  #notKept(e: unknown): void {
    this.#panels.notices.show("picture", pictureProblem(e, this.#options.strings));
  }
}
