// A picture of a state of the page on a map of its own, which nobody sees: of another size than the window, and of other activities.

import { Map as MapLibreMap } from "maplibre-gl";
import type { HeatArchive } from "./archive/archive.ts";
import type { Jobs } from "./jobs.ts";
import { type Basemap, PLAIN } from "./map/basemaps.ts";
import { BasemapView } from "./map/basemapview.ts";
import { ZOOM_OFFSET } from "./map/fit.ts";
import { HeatView } from "./map/heatview.ts";
import { drawn } from "./map/settled.ts";
import { baseStyle, GRID } from "./map/style.ts";
import { Pictures } from "./pictures.ts";
import type { PageState } from "./state.ts";
import type { Lines } from "./tracks/lines.ts";
import { h } from "./ui/dom.ts";

/** What a still is made from. */
export interface StillGround {
  archive: HeatArchive;
  lines: Lines;
  jobs: Jobs;
  basemap: Basemap;
  /** Whether a basemap of vectors is drawn in bright colours. */
  light: boolean;
  /** Told of the tiles that it asks for, and with undefined once it asks for no more. */
  asks: (heat: HeatView | undefined) => void;
  /** Ends the making of it, which rejects with the signal's reason. */
  signal: AbortSignal;
}

export interface StillView {
  /** Degrees, where the middle of what is left free above is to be. */
  center: [lon: number, lat: number];
  /** The map's own zoom. */
  zoom: number;
  /** Size in CSS pixels, and how many of them below are kept free for words. */
  width: number;
  height: number;
  below: number;
}

/** A drawn view. */
export interface Still {
  canvas: HTMLCanvasElement;
  /** Whether it has heat. */
  heat: boolean;
  /** The basemap on it that somebody is owed; undefined where there is none. */
  basemap: Basemap | undefined;
}

/** Pixels of a still to the CSS pixel: it is looked at on dense screens. */
const RATIO = 2;

/** Draws a state. Rejects as the archive does where lines do not arrive; without lines of filtered activities there is no heat, rather than that of others. */
export async function still({ archive, lines, jobs, basemap, light, asks, signal }: StillGround, state: PageState, view: StillView): Promise<Still> {
  const { width, height } = view;
  const container = h("div", { class: "behind", "aria-hidden": "true", style: { width: `${width}px`, height: `${height}px` } });
  document.body.append(container);
  const map = new MapLibreMap({
    container,
    style: baseStyle(),
    interactive: false,
    attributionControl: false,
    pixelRatio: RATIO,
    fadeDuration: 0,
    center: view.center,
    zoom: view.zoom,
    minZoom: archive.zooms.minZoom - ZOOM_OFFSET,
    maxZoom: archive.zooms.maxZoom - ZOOM_OFFSET,
  });
  // What a tile lacks is told by the page's own map.
  map.on("error", () => {});
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([ended, map.once("style.load")]);
    map.removeLayer(GRID); // who looks at a picture asks for no degrees
    map.jumpTo({ center: view.center, zoom: view.zoom, padding: { top: 0, left: 0, right: 0, bottom: view.below } });
    const ground = new BasemapView(map, true, () => {});
    ground.select(basemap, light);
    let settled = (): boolean => true;
    const heat = new HeatView(map, archive, state.opacity, true);
    const pictures = new Pictures(map, archive.metadata, heat, lines, jobs, true);
    const hot = lines.available || !pictures.needsLines(state);
    if (hot) {
      asks(heat);
      if (pictures.needsOverview(state)) pictures.overlook(await Promise.race([ended, lines.overview()]));
      pictures.show(state);
      settled = () => heat.settled && pictures.settled;
    }
    await Promise.race([ended, drawn(map, settled)]);
    const canvas = document.createElement("canvas");
    const shown = map.getCanvas();
    [canvas.width, canvas.height] = [shown.width, shown.height];
    // What WebGL drew is gone after this frame.
    map.redraw();
    canvas.getContext("2d")!.drawImage(shown, 0, 0);
    return { canvas, heat: hot, basemap: basemap.id === PLAIN || ground.fallback ? undefined : basemap };
  } finally {
    asks(undefined);
    map.remove();
    container.remove();
  }
}
