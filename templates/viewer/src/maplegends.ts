// What the legends say: the layer of each picture, in the range of the zoom in view.

import type { HeatArchive } from "./archive/archive.ts";
import { rangeZoom } from "./map/density.ts";
import type { HeatView } from "./map/heatview.ts";
import type { Pictures } from "./pictures.ts";
import type { Side, Store } from "./state.ts";
import type { Strings } from "./text/strings.ts";
import type { LegendBar } from "./ui/legend.ts";

export interface MapLegendsOptions {
  archive: HeatArchive;
  store: Store;
  strings: Strings;
  heat: HeatView;
  pictures: Pictures;
  bars: readonly [LegendBar, LegendBar];
}

export class MapLegends {
  readonly #options: MapLegendsOptions;

  constructor(options: MapLegendsOptions) {
    this.#options = options;
  }

  /** The legend of what the cards are about: a difference has the first. */
  get current(): LegendBar {
    const { store, pictures, bars } = this.#options;
    const { side } = store.now;
    return bars[pictures.spec(side).less ? 0 : side];
  }

  show(): void {
    this.#options.store.now.pictures.forEach(({ layer }, side) => this.#show(layer, side as Side));
  }

  #show(id: string, side: Side): void {
    const { archive, store, strings, heat, pictures, bars } = this.#options;
    const layer = archive.metadata.layers.find((l) => l.id === id)!;
    const zoom = rangeZoom(heat.tiles);
    const { override, manner, empty, less, layer: looked } = pictures.spec(side);
    const absence = empty();
    bars[side].show({
      layer: less ? looked : layer,
      field: archive.metadata.fields.get(layer.field),
      zoom,
      look: (less ? undefined : store.now.looks[id]) ?? {},
      override: override(zoom),
      manner,
      difference: less !== undefined,
      why: absence ? strings.nothingThere[absence] : "",
    });
  }
}
