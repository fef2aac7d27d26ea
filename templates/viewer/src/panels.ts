// All panels around the map: made once, wired to the state of the page, and kept in step with it.

import type { HeatArchive } from "./archive/archive.ts";
import { sameRouteAs, SEGMENTS } from "./explore/segments/segments.ts";
import type { ToolKind } from "./explore/tool.ts";
import type { KeyAction } from "./keys.ts";
import type { Basemap } from "./map/basemaps.ts";
import { type Pictures, rankOfSport } from "./pictures.ts";
import { otherUnits, type Preferences } from "./preferences.ts";
import { ALL, isAll, type Selection, totalsOf } from "./selection.ts";
import { sportColour } from "./sportcolours.ts";
import { current, type PageState, type Side, type Store, withPicture } from "./state.ts";
import { counterpart, describeSelection, readersDay } from "./text/describe.ts";
import type { Formatter } from "./text/format.ts";
import { sportName } from "./text/sportname.ts";
import type { Strings } from "./text/strings.ts";
import { countText, summaryText } from "./text/values.ts";
import { CompareDivider } from "./ui/compare.ts";
import { CompareBar } from "./ui/comparebar.ts";
import { Corner } from "./ui/corner.ts";
import { h } from "./ui/dom.ts";
import coastline from "virtual:coastline";
import { ExplorePanel } from "./ui/explorepanel.ts";
import { Frame } from "./ui/frame.ts";
import { toggleFullScreen } from "./ui/fullscreen.ts";
import { aboutData, Help } from "./ui/help.ts";
import { type LayerPanel, layerPanel, layerTitle } from "./ui/layerpanel.ts";
import { LegendBar } from "./ui/legend.ts";
import { type MapButtonActions, type MapButtons, mapButtons } from "./ui/mapbuttons.ts";
import { ICONS } from "./ui/dom.ts";
import { Notices } from "./ui/notices.ts";
import { PlacesPanel } from "./ui/places.ts";
import { PlacesCard } from "./ui/placescard.ts";
import { type Popup, popup } from "./ui/popup.ts";
import { RouteLegend } from "./ui/routelegend.ts";
import { SelectionPanel } from "./ui/selectionpanel.ts";
import { ActivityTable } from "./ui/table.ts";

/** What panels ask of the page. */
export interface PanelActions extends Omit<MapButtonActions, "table" | "help" | "fullScreen" | "explore"> {
  /** Makes a change that the reader can take back by going back. */
  step(change: Partial<PageState>): void;
  /** Makes a change bit by bit; done ends it, and it can be taken back from then on. */
  drag(change: Partial<PageState>, done: boolean): void;
  /** Points at an activity's line, or at none. */
  hover(activity: number | undefined): void;
  zoomTo(activity: number): void;
  /** Goes to a place by its number, or shows everything. */
  goTo(place: number | undefined): void;
  /** The number of the place in view, undefined for none. */
  currentPlace(): number | undefined;
  prefer<K extends keyof Preferences>(name: K, value: Preferences[K]): void;
  /** Called after panels changed place. */
  laidOut(): void;
}

export interface PanelOptions {
  archive: HeatArchive;
  basemaps: readonly Basemap[];
  /** The opacity that a double click goes back to. */
  opacity: number;
  title: string;
  /** Whether the archive has the lines of the activities. */
  hasTracks: boolean;
  /** The tools that it has something for. */
  tools: readonly ToolKind[];
  store: Store;
  strings: Strings;
  format: Formatter;
  preferences: Preferences;
  keys: readonly KeyAction[];
  actions: PanelActions;
  /** In a frame of another page: the way to the map itself, in place of most panels. */
  openMap: HTMLElement | undefined;
}

export class Panels {
  readonly frame: Frame;
  readonly notices: Notices;
  readonly corner: Corner;
  readonly buttons: MapButtons;
  /** Of the picture on the left, or the only one, and of the one on the right. */
  readonly legends: readonly [LegendBar, LegendBar];
  readonly places: PlacesPanel;
  /** Undefined where there are no tools. */
  readonly explore: ExplorePanel | undefined;
  readonly table: ActivityTable;
  readonly divider: CompareDivider;
  readonly #help: Help;
  readonly #selection: SelectionPanel | undefined;
  readonly #controls: LayerPanel;
  /** The places to jump to; undefined where there are not several. */
  readonly #mapPlaces: PlacesCard | undefined;
  readonly #mapPlacesPopup: Popup | undefined;
  readonly #compareBar: CompareBar;
  readonly #routeLegend: RouteLegend;
  readonly #options: PanelOptions;
  readonly #today: number;

  constructor(options: PanelOptions, signal: AbortSignal) {
    const { archive, strings, format, store, actions, hasTracks, tools } = options;
    const { metadata } = archive;
    const { activities } = metadata;
    this.#options = options;
    // "This year" is the reader's: the heatmap may have been built long ago.
    this.#today = readersDay();
    this.notices = new Notices(strings);
    this.corner = new Corner(strings, format, () => actions.prefer("units", otherUnits(format.units)));
    const legend = (side: Side): LegendBar =>
      new LegendBar(strings, format, hasTracks, (l) => layerTitle(l, strings), {
        look: (look, done) => actions.drag({ looks: { ...store.now.looks, [store.now.pictures[side]!.layer]: look } }, done),
      });
    this.legends = [legend(0), legend(1)];
    this.#routeLegend = new RouteLegend(strings);
    const route = tools.some((t) => t.id === SEGMENTS) ? { route: (a: number) => actions.step(sameRouteAs(a)) } : {};
    this.table = new ActivityTable(activities, strings, format, {
      zoomTo: (a) => actions.zoomTo(a),
      keep: (kept) => actions.step({ kept }),
      ...route,
    });
    this.#help = new Help({
      strings,
      keys: options.keys,
      about: aboutData(metadata, format, strings),
      choose: (name, value) => actions.prefer(name, value),
    });
    if (metadata.places.length > 1) {
      this.#mapPlaces = new PlacesCard({ places: metadata.places, activities, bounds: metadata.bounds, coastline, strings, format, go: (place) => this.#goTo(place) });
      this.#mapPlacesPopup = popup(strings.mapPlaces.title, ICONS.places, this.#mapPlaces.element, signal, () => this.#showMapPlaces());
    }
    this.buttons = mapButtons(
      strings,
      {
        ...actions,
        ...(toggleFullScreen ? { fullScreen: toggleFullScreen } : {}),
        ...(metadata.summary ? {} : { table: () => this.openTable() }),
        ...(tools.length > 0 ? { explore: () => this.toggleExplore() } : {}),
        help: () => this.openHelp(),
      },
      this.#mapPlacesPopup,
      signal,
    );
    if (tools.length > 0) {
      const choose = (id: string): void => {
        if (store.now.tool?.id !== id) actions.step({ tool: { id, of: "" }, here: undefined });
      };
      this.explore = new ExplorePanel(tools, strings, { choose, close: () => this.toggleExplore() });
    }
    this.#controls = layerPanel(archive, options.basemaps, options.opacity, hasTracks, format, strings, {
      layer: (layer) => actions.step({ pictures: withPicture(store.now, { layer }) }),
      basemap: (basemap) => actions.step({ basemap }),
      opacity: (opacity) => store.set({ opacity }),
      routes: (routes) => actions.step({ routes }),
      compare: () => this.compare(),
    });
    this.places = new PlacesPanel(activities, strings, format, {
      hover: actions.hover,
      keep: (kept) => actions.step({ kept }),
      zoomTo: (a) => actions.zoomTo(a),
      ...route,
      close: () => actions.step({ here: undefined }),
    });
    if (activities.day.length > 0) {
      this.#selection = new SelectionPanel(activities, this.#today, strings, format, {
        change: (selection, done) => actions.drag({ pictures: withPicture(store.now, { selection }) }, done),
        collapse: (selectionHidden) => store.set({ selectionHidden }),
      });
    }
    this.#compareBar = new CompareBar(strings, format, {
      side: (side) => store.set({ side }),
      difference: (difference) => actions.step({ difference }),
      close: () => actions.step({ pictures: [store.now.pictures[store.now.side] ?? store.now.pictures[0]], side: 0, difference: false }),
    });
    this.divider = new CompareDivider(strings, (at, done) => actions.drag({ at }, done));
    this.frame = new Frame(
      {
        title: options.title,
        controls: this.#controls.element,
        selection: this.#selection?.element,
        places: this.places.element,
        explore: this.explore?.element,
        legend: h("div", { class: "legends", dir: "ltr" }, this.legends[0].element, this.legends[1].element, this.#routeLegend.element),
        buttons: this.buttons.element,
        corner: this.corner.element,
        notices: this.notices.element,
        reset: () => actions.step({ pictures: withPicture(store.now, { selection: ALL }) }),
        openMap: options.openMap,
      },
      strings,
      () => {
        store.set({ panelHidden: this.frame?.folded ?? store.now.panelHidden });
        actions.laidOut();
      },
      (tab) => {
        if (tab === "explore" && !store.now.tool) this.#openExplore();
      },
    );
    this.frame.element.prepend(this.divider.element, ...(options.openMap ? [] : [this.#compareBar.element]));
    if (!options.openMap) this.frame.element.append(...(metadata.summary ? [] : [this.table.element]), this.#help.element);
  }

  destroy(): void {
    this.frame.destroy();
  }

  openTable(): void {
    const { store, hasTracks } = this.#options;
    this.table.open(selectedNow(store.now, this.#pictures), hasTracks, store.now.kept);
  }

  openHelp(): void {
    this.#help.open(this.#options.preferences);
  }

  openMapPlaces(): void {
    this.#mapPlacesPopup?.open(true);
  }

  #goTo(place: number | undefined): void {
    this.#options.actions.goTo(place);
    // On a phone the card lies over much of the map.
    if (this.frame.onPhone) this.#mapPlacesPopup?.leave();
    else this.#showMapPlaces();
  }

  /** The card of places follows what is selected. */
  #showMapPlaces(): void {
    this.#mapPlaces?.show(selectedNow(this.#options.store.now, this.#pictures), this.#options.actions.currentPlace());
  }

  /** Starts or ends a comparison: of the selection with what came before it. */
  compare(): void {
    const { store, actions } = this.#options;
    const [left, right] = store.now.pictures;
    if (right) {
      actions.step({ pictures: [store.now.side === 1 ? right : left], side: 0, difference: false });
      return;
    }
    const sides = counterpart(left.selection, this.#today);
    actions.step({ pictures: [{ ...left, selection: sides.left }, { ...left, selection: sides.right }], side: 1, at: 0.5 });
  }

  /** Opens the tool that was open last, with the keyboard in it, or closes the one that is. */
  toggleExplore(): void {
    const { store, actions } = this.#options;
    if (store.now.tool) {
      if (this.explore?.element.contains(document.activeElement)) this.buttons.element.querySelector<HTMLElement>(".explorebutton")?.focus();
      actions.step({ tool: undefined });
    } else {
      this.#openExplore();
      this.explore?.focus();
    }
  }

  #openExplore(): void {
    if (this.explore) this.#options.actions.step({ tool: { id: this.explore.last, of: "" }, here: undefined });
  }

  focusSelection(): void {
    this.#options.store.set({ selectionHidden: false });
    this.frame.showTab("selection");
    this.#selection?.element.querySelector<HTMLElement>("[role=slider], button")?.focus();
  }

  #pictures: Pictures | undefined;

  /** Follows the state; pictures are to have followed it before. */
  follow(now: PageState, before: PageState | undefined, pictures: Pictures): void {
    this.#pictures = pictures;
    const { strings, format, archive } = this.#options;
    const { activities, layers } = archive.metadata;
    const picture = current(now);
    if (now.panelHidden !== before?.panelHidden) this.frame.folded = now.panelHidden;
    this.#controls.show({ layer: picture.layer, basemap: now.basemap, opacity: now.opacity, routes: now.routes, comparing: now.pictures.length > 1 });
    if (this.#selection) {
      this.#selection.collapsed = now.selectionHidden;
      this.#selection.show(picture.selection);
    }
    this.buttons.exploring = now.tool !== undefined;
    this.showTotals(now, pictures);
    const text = (s: Selection): string => describeSelection(s, (name) => sportName(name, strings), format, strings);
    this.frame.limits = isAll(picture.selection) ? "" : text(picture.selection);
    this.#compareBar.show(
      now.pictures.map((p) => ({
        layer: layerTitle(layers.find((l) => l.id === p.layer)!, strings),
        selection: text(p.selection),
        totals: totalsOf(activities, pictures.selected(p.selection)),
      })),
      now.side,
      pictures.differs(now) && !now.routes ? now.difference : undefined,
    );
    const difference = pictures.spec(now.side).less !== undefined;
    this.divider.element.hidden = now.pictures.length < 2 || difference;
    this.frame.element.classList.toggle("comparing", now.pictures.length > 1);
    this.divider.at = now.at;
    this.legends.forEach((legend, side) => (legend.element.hidden = now.routes || side >= (difference ? 1 : now.pictures.length)));
    this.#routeLegend.element.hidden = !now.routes;
    if (now.routes) {
      const flags = pictures.selected(picture.selection);
      const seen = new Set(activities.sport.filter((_, i) => flags[i]));
      this.#routeLegend.show(
        activities.sports
          .map((name, i) => ({ i, name: sportName(name, strings), rank: rankOfSport(activities, i) }))
          .filter(({ i }) => seen.has(i))
          .sort((a, b) => a.rank - b.rank)
          .map(({ name, rank }) => ({ name, colour: sportColour(rank) })),
      );
    }
  }

  /** The line of totals under the title. */
  showTotals(now: PageState, pictures: Pictures): void {
    const { strings, format, archive } = this.#options;
    const { activities, summary } = archive.metadata;
    if (activities.day.length === 0) {
      this.frame.totals = summary ? summaryText(summary, format, strings) : "";
      return;
    }
    const { count, distanceM } = totalsOf(activities, pictures.selected(current(now).selection));
    const { value, unit } = format.distance(distanceM);
    this.frame.totals = `${countText(count, strings.activities, format)} \u00b7 ${value}\u202f${unit}`;
  }

  /** Writes everything with a unit anew. */
  setUnits(now: PageState, pictures: Pictures): void {
    this.corner.setUnits();
    this.#selection?.setUnits();
    this.showTotals(now, pictures);
    this.follow(now, now, pictures);
  }
}

function selectedNow(s: PageState, pictures: Pictures | undefined): Uint8Array {
  return pictures?.selected(current(s).selection) ?? new Uint8Array();
}
