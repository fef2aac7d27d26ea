// What lies under the heat: the chosen basemap, who it is owed to, and the theme that goes with it.

import type { Map as MapLibreMap } from "maplibre-gl";
import { type Basemap, PLAIN } from "./map/basemaps.ts";
import { BasemapView } from "./map/basemapview.ts";
import { applyTheme, type Preferences } from "./preferences.ts";
import type { Store } from "./state.ts";
import type { Strings } from "./text/strings.ts";
import type { Corner } from "./ui/corner.ts";
import type { Notices } from "./ui/notices.ts";

export interface BackdropOptions {
  map: MapLibreMap;
  basemaps: readonly Basemap[];
  store: Store;
  preferences: Preferences;
  strings: Strings;
  notices: Notices;
  corner: Corner;
  /** Whom the heatmap is owed to. */
  attribution: string;
  reducedMotion: boolean;
}

export class Backdrop {
  readonly #options: BackdropOptions;
  readonly #view: BasemapView;

  constructor(options: BackdropOptions) {
    this.#options = options;
    this.#view = new BasemapView(options.map, options.reducedMotion, (gone) => this.#gone(gone));
  }

  get basemap(): Basemap {
    return this.#options.basemaps.find((b) => b.id === this.#options.store.now.basemap)!;
  }

  /** Whether something else stands in for it. */
  get fallback(): boolean {
    return this.#view.fallback;
  }

  /** Whether the reader wants what the page draws itself to be bright; left alone it is dark, for which the colours of the heat are made. */
  get light(): boolean {
    return this.#options.preferences.theme === "light";
  }

  /** Puts the basemap on the map, which has to take layers. */
  show(): void {
    this.#view.select(this.basemap, this.light);
  }

  /** Says whom the basemap is owed to, and makes the cards bright or dark. */
  frame(): void {
    this.#showCredits();
    applyTheme(this.#options.preferences.theme, this.basemap.bright);
  }

  #showCredits(): void {
    const { basemap } = this;
    const credits = basemap.id === PLAIN || this.fallback ? [] : basemap.credits;
    this.#options.corner.showCredits(credits, this.#options.attribution);
  }

  #gone(gone: boolean): void {
    this.#showCredits();
    const { notices, strings } = this.#options;
    if (!gone) {
      notices.hide("basemap");
      return;
    }
    notices.show("basemap", strings.notices.basemapGone, { label: strings.notices.retry, run: () => this.#view.retry() });
  }
}
