// The basemaps one can choose, and where their tiles come from. No basemap asks
// for anything but its own tiles, of vectors for what describes them: no fonts, no sprites, no style from a server.

import type { CustomBasemap, Settings } from "../settings.ts";
import type { SchemaName } from "./vectorstyle.ts";

/** A piece of an attribution: a name, with a link where the licence asks for one. */
export interface Credit {
  text: string;
  href?: string;
}

export interface Basemap {
  id: string;
  /** For custom basemaps; the others are named in the text table. */
  title?: string;
  /** Tile URLs with {z}, {x}, {y} and, for sharper tiles on dense screens, {r}; of vectors also the URL of a TileJSON. None for the plain one. */
  tiles: string[];
  /** A PMTiles archive instead of tile URLs. */
  pmtiles?: string;
  /** The schema of tiles of vectors, which the page draws itself; undefined where tiles are pictures. */
  schema?: SchemaName;
  /** Tile URLs of place names alone, which are drawn above the heat; none where the map has them in its picture. */
  names: string[];
  maxZoom: number;
  credits: Credit[];
  /** Whether the picture is bright; bright ones are toned down so that heat stands out. */
  bright: boolean;
}

const OSM: Credit = { text: "OpenStreetMap contributors", href: "https://www.openstreetmap.org/copyright" };
const OPENMAPTILES: Credit = { text: "OpenMapTiles", href: "https://openmaptiles.org/" };
const STADIA: Credit[] = [{ text: "Stadia Maps", href: "https://stadiamaps.com/" }, OPENMAPTILES, OSM];

/** Whom the makers of a schema ask to be named, and the owners of what is in its tiles. */
const SCHEMA_CREDITS: Record<SchemaName, Credit[]> = {
  protomaps: [{ text: "Protomaps", href: "https://protomaps.com/" }, OSM],
  openmaptiles: [OPENMAPTILES, OSM],
};

export const PLAIN = "none";

const plain: Basemap = { id: PLAIN, tiles: [], names: [], maxZoom: 24, credits: [], bright: false };

function stadia(id: string, style: string, bright: boolean, key: string): Basemap {
  const query = key ? `?api_key=${encodeURIComponent(key)}` : "";
  return {
    id,
    tiles: [`https://tiles.stadiamaps.com/tiles/${style}/{z}/{x}/{y}{r}.png${query}`],
    names: [],
    maxZoom: 20,
    credits: STADIA,
    bright,
  };
}

const carto = (style: string): string[] => ["a", "b", "c", "d"].map((s) => `https://${s}.basemaps.cartocdn.com/${style}/{z}/{x}/{y}{r}.png`);

function custom(c: CustomBasemap): Basemap {
  return {
    id: c.id,
    title: c.title,
    tiles: c.url ? [c.url] : [],
    ...(c.pmtiles ? { pmtiles: c.pmtiles } : {}),
    ...(c.schema ? { schema: c.schema } : {}),
    names: c.names ? [c.names] : [],
    maxZoom: c.max_zoom || 19,
    credits: [...(c.attribution ? [{ text: c.attribution }] : []), ...(c.schema ? SCHEMA_CREDITS[c.schema] : [])],
    bright: false,
  };
}

/**
 * The basemaps offered on this page: before it is published none but the plain one. Stadia serves pages on localhost without a key, and everything else
 * only with one.
 */
export function basemapsFor(settings: Settings, hostname: string): Basemap[] {
  if (settings.preview) return [plain];
  const local = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  return [
    {
      id: "dark",
      tiles: carto("dark_nolabels"),
      names: carto("dark_only_labels"),
      maxZoom: 20,
      credits: [OSM, { text: "CARTO", href: "https://carto.com/attributions" }],
      bright: false,
    },
    ...(settings.stadia_key || local
      ? [
          stadia("stadia-dark", "alidade_smooth_dark", false, settings.stadia_key),
          stadia("stadia", "alidade_smooth", true, settings.stadia_key),
        ]
      : []),
    {
      id: "esri",
      tiles: ["https://server.arcgisonline.com/ArcGIS/rest/services/World_Topo_Map/MapServer/tile/{z}/{y}/{x}"],
      names: [],
      maxZoom: 19,
      credits: [{ text: "Esri", href: "https://www.esri.com/" }, { text: "HERE, Garmin, Intermap, FAO, NOAA, USGS" }, OSM],
      bright: true,
    },
    { id: "osm", tiles: ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"], names: [], maxZoom: 19, credits: [OSM], bright: true },
    ...settings.basemaps.map(custom),
    plain,
  ];
}
