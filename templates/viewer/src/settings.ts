// What the page was rendered with: the JSON that package templates embeds.

import type { SchemaName } from "./map/vectorstyle.ts";

export interface CustomBasemap {
  id: string;
  title: string;
  url?: string;
  pmtiles?: string;
  /** How the tiles are made up, of vectors. */
  schema?: SchemaName;
  names?: string;
  attribution?: string;
  max_zoom?: number;
}

export interface Settings {
  title: string;
  description: string;
  /** URL of the archive, relative to the page, with its version in the query. */
  archive: string;
  default_layer: string;
  default_basemap: string;
  /** 0..1 */
  heat_opacity: number;
  stadia_key: string;
  basemaps: CustomBasemap[];
  /**
   * Whether the page is shown before it is published, as the studio does: then it has no address that it could be found at again, and may ask no
   * other host for anything. Never so in a page that is published.
   */
  preview: boolean;
}

const DEFAULTS: Settings = {
  title: "",
  description: "",
  archive: "heatmap.pmtiles",
  default_layer: "",
  default_basemap: "dark",
  heat_opacity: 0.85,
  stadia_key: "",
  basemaps: [],
  preview: false,
};

/** Reads the settings embedded in the page. */
export function readSettings(doc: Document): Settings {
  const text = doc.getElementById("settings")?.textContent ?? "{}";
  return { ...DEFAULTS, ...(JSON.parse(text) as Partial<Settings>) };
}
