// The value under the pointer, in words.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { HeatArchive } from "./archive/archive.ts";
import { quantityOf } from "./heat/legend.ts";
import type { PlaceValue, ValueReader } from "./heat/valueat.ts";
import type { HeatView } from "./map/heatview.ts";
import type { Pictures } from "./pictures.ts";
import { nearestDay } from "./selection.ts";
import type { Side, Store } from "./state.ts";
import type { Formatter } from "./text/format.ts";
import type { Strings } from "./text/strings.ts";
import { crowdText, differenceText, orBeyond, valueText } from "./text/values.ts";

/** Fainter than this is the rim of a glow, which nobody points at. */
const FAINTEST = 0.2;

/** A place in degrees. */
interface Place {
  lng: number;
  lat: number;
}

export interface PointedValueOptions {
  map: MapLibreMap;
  archive: HeatArchive;
  store: Store;
  strings: Strings;
  format: Formatter;
  heat: HeatView;
  pictures: Pictures;
  values: ValueReader;
}

export class PointedValue {
  readonly #options: PointedValueOptions;

  constructor(options: PointedValueOptions) {
    this.#options = options;
  }

  /** The value at a place, empty where there is none to tell. */
  async text(at: Place): Promise<string> {
    const { archive, store, strings, format, pictures } = this.#options;
    if (store.now.routes) return "";
    const side = this.#sideAt(at);
    const { layer, field, manner, selected, less } = pictures.spec(side);
    const found = await this.#valueAt(at, side);
    if (!found || found.presence < FAINTEST) return "";
    if (less) return differenceText(quantityOf(field, layer.scale, manner, true), found.value, format, strings);
    // What is stored of days, and what lies between two of them on the rim of a glow, need be no day that somebody was out.
    const { activities, summary } = archive.metadata;
    const value = field.kind === "date" && !summary ? nearestDay(activities, selected, found.value) : found.value;
    if (value === undefined) return "";
    const quantity = quantityOf(field, layer.scale, manner);
    const text = orBeyond(valueText(quantity, value, format, strings), quantity, found.end, strings);
    return crowdText(text, quantity, value, summary?.least ?? 0, strings);
  }

  /** The picture that a place lies in. */
  #sideAt(at: Place): Side {
    const { map, store } = this.#options;
    const s = store.now;
    return s.pictures.length > 1 && map.project([at.lng, at.lat]).x > s.at * map.getContainer().clientWidth ? 1 : 0;
  }

  /** The value at a place: of the live picture there, or of the tiles on screen. */
  async #valueAt(at: Place, side: Side): Promise<PlaceValue | undefined> {
    const { pictures, values, heat } = this.#options;
    const view = pictures.view(side);
    if (view.mode === "live") return view.live?.valueAt(at);
    const { layer } = pictures.spec(side);
    return layer.of ? undefined : values.valueAt(layer, at.lng, at.lat, heat.tiles);
  }
}
