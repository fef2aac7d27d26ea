// From a link to a state of the page that can be shown, and back. Pure.

import type { HeatArchive } from "./archive/archive.ts";
import type { Layer } from "./archive/metadata.ts";
import type { Look } from "./heat/look.ts";
import type { Link, LinkedPicture } from "./link.ts";
import type { Basemap } from "./map/basemaps.ts";
import type { Settings } from "./settings.ts";
import { isAll } from "./selection.ts";
import { knownSelection, linkedActivity, type PageState, type PictureState, rowOf } from "./state.ts";

/** What a link is read against. */
export interface LinkGround {
  archive: HeatArchive;
  settings: Settings;
  basemaps: readonly Basemap[];
  /** Names of the tools that the archive has something for. */
  tools: readonly string[];
  /** Whether the archive has the lines that filters on the map, comparisons and lists are made of. */
  hasTracks: boolean;
}

/** The opacity to begin with, 0..1. */
export function defaultOpacity(settings: Settings): number {
  return Math.min(1, Math.max(0, settings.heat_opacity));
}

/** What a link chooses, with the page's settings for what it leaves out or what there is not. */
export function stateFrom(link: Link, { archive, settings, basemaps, hasTracks, tools }: LinkGround): PageState {
  const { activities, summary } = archive.metadata;
  const named = (id: string | undefined): Basemap | undefined => basemaps.find((b) => b.id === id);
  const looks: Record<string, Look> = {};
  const picture = ({ layer, look, selection }: LinkedPicture): PictureState => {
    const { id } = firstLayer(archive, layer, settings.default_layer);
    if (look && (hasTracks || look.scale !== "local")) looks[id] = look;
    return { layer: id, selection: summary ? {} : knownSelection(selection, activities) };
  };
  // The right one first: where both have one layer, the left one's look is that of both.
  const right = link.other && hasTracks ? picture(link.other) : undefined;
  const left = picture(link);
  const tool = link.tool && tools.includes(link.tool.id) ? link.tool : undefined;
  return {
    pictures: right ? [left, right] : [left],
    at: link.at ?? 0.5,
    side: right && link.right ? 1 : 0,
    difference: (right && link.difference) ?? false,
    looks,
    basemap: (named(link.basemap) ?? named(settings.default_basemap) ?? basemaps[0]!).id,
    opacity: link.opacity === undefined ? defaultOpacity(settings) : link.opacity,
    routes: (link.routes ?? false) && hasTracks,
    here: hasTracks && !tool ? link.here : undefined,
    tool,
    kept: link.kept && hasTracks ? rowOf(activities, link.kept) : undefined,
    panelHidden: link.panelHidden ?? false,
    selectionHidden: link.selectionHidden ?? false,
  };
}

/** A link to a state, without its view. */
export function linkFrom(s: PageState, { archive, settings }: LinkGround): Link {
  const percent = Math.round(s.opacity * 100);
  const picture = ({ layer, selection }: PictureState): LinkedPicture => {
    const look = s.looks[layer];
    return { layer, ...(look && Object.keys(look).length > 0 ? { look } : {}), ...(isAll(selection) ? {} : { selection }) };
  };
  const [left, right] = s.pictures;
  return {
    ...picture(left),
    basemap: s.basemap,
    ...(percent === Math.round(defaultOpacity(settings) * 100) ? {} : { opacity: percent / 100 }),
    ...(s.routes ? { routes: true } : {}),
    ...(right ? { other: picture(right), at: s.at, ...(s.side === 1 ? { right: true } : {}), ...(s.difference ? { difference: true } : {}) } : {}),
    ...(s.here ? { here: s.here } : {}),
    ...(s.tool ? { tool: s.tool } : {}),
    ...(s.kept === undefined ? {} : { kept: linkedActivity(archive.metadata.activities, s.kept) }),
    panelHidden: s.panelHidden,
    selectionHidden: s.selectionHidden,
  };
}

/** The layer to begin with: the first of the wanted, the archive's own and all others that can be shown. */
function firstLayer(archive: HeatArchive, ...wanted: (string | undefined)[]): Layer {
  const { layers, defaultLayer } = archive.metadata;
  for (const id of [...wanted, defaultLayer]) {
    const layer = layers.find((l) => l.id === id);
    if (layer && !archive.missing(layer)) return layer;
  }
  return layers.find((l) => !archive.missing(l)) ?? layers[0]!;
}
