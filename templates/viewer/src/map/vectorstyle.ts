// How a basemap of vectors is drawn: dark and quiet under the heat, names above it. One style for two schemas, each of which is a table of where
// it keeps what the style draws.
// Protomaps: https://docs.protomaps.com/basemaps/layers (version 4). OpenMapTiles: https://openmaptiles.org/schema/ (version 3).

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";

export type SchemaName = "protomaps" | "openmaptiles";

/** A source layer, the key and its values that pick features of it, and the key by which names go first, the least first. */
interface Part {
  layer: string;
  key?: string;
  values?: (string | number)[];
  rank?: ExpressionSpecification;
}

const PARTS = ["green", "water", "rivers", "buildings", "paths", "minor", "major", "highways", "rails", "regions", "countries"] as const;
const NAMED = ["streets", "waters", "peaks", "suburbs", "villages", "cities", "states", "lands"] as const;

type Schema = Record<(typeof PARTS)[number] | (typeof NAMED)[number], Part>;

const of = (layer: string, key?: string, ...values: (string | number)[]): Part => ({ layer, ...(key ? { key, values } : {}) });
const GREEN = ["park", "forest", "wood", "grass", "meadow", "scrub", "cemetery", "nature_reserve", "national_park"];
/** Larger places first. */
const crowd: ExpressionSpecification = ["-", 20, ["to-number", ["get", "population_rank"], 0]];
const rank: ExpressionSpecification = ["to-number", ["get", "rank"], 20];

const SCHEMA: Record<SchemaName, Schema> = {
  protomaps: {
    green: of("landuse", "kind", ...GREEN, "grassland", "golf_course", "recreation_ground", "village_green", "protected_area", "garden"),
    water: of("water"),
    rivers: of("water"),
    buildings: of("buildings"),
    paths: of("roads", "kind", "path"),
    minor: of("roads", "kind", "minor_road"),
    major: of("roads", "kind", "major_road", "medium_road"),
    highways: of("roads", "kind", "highway"),
    rails: of("roads", "kind", "rail"),
    regions: of("boundaries", "kind", "region", "macroregion"),
    countries: of("boundaries", "kind", "country"),
    streets: of("roads", "kind", "highway", "major_road", "medium_road", "minor_road", "path"),
    waters: of("water"),
    peaks: of("pois", "kind", "peak"),
    suburbs: of("places", "kind", "neighbourhood", "macrohood"),
    villages: { ...of("places", "kind_detail", "village", "hamlet", "isolated_dwelling", "farm"), rank: crowd },
    cities: { ...of("places", "kind_detail", "city", "town"), rank: crowd },
    states: of("places", "kind", "region"),
    lands: { ...of("places", "kind", "country"), rank: crowd },
  },
  openmaptiles: {
    green: of("landcover", "class", "grass", ...GREEN),
    water: of("water"),
    rivers: of("waterway"),
    buildings: of("building"),
    paths: of("transportation", "class", "path", "track"),
    minor: of("transportation", "class", "minor", "service"),
    major: of("transportation", "class", "primary", "secondary", "tertiary", "trunk"),
    highways: of("transportation", "class", "motorway"),
    rails: of("transportation", "class", "rail"),
    regions: of("boundary", "admin_level", 3, 4),
    countries: of("boundary", "admin_level", 2),
    streets: of("transportation_name"),
    waters: of("water_name"),
    peaks: of("mountain_peak"),
    suburbs: of("place", "class", "suburb", "quarter", "neighbourhood"),
    villages: { ...of("place", "class", "village", "hamlet", "isolated_dwelling"), rank },
    cities: { ...of("place", "class", "city", "town"), rank },
    states: { ...of("place", "class", "state", "province"), rank },
    lands: { ...of("place", "class", "country"), rank },
  },
};

interface Colours {
  land: string;
  water: string;
  green: string;
  building: string;
  /** Paths, minor and major roads, highways, rails. */
  ways: [string, string, string, string, string];
  border: string;
  /** Names: of places, of streets, of water, and what is around the letters. */
  text: [string, string, string, string];
}

const DARK: Colours = {
  land: "#15191e",
  water: "#08131d",
  green: "#171f1e",
  building: "#1c2127",
  ways: ["#2d343c", "#2b323a", "#363e47", "#444d57", "#2a3037"],
  border: "#4d5864",
  text: ["#d5dae0", "#a3acb6", "#7f9bb0", "#0f1216"],
};

/** As bright as the bright basemaps are once they are toned down for the heat. */
const LIGHT: Colours = {
  land: "#d3d3cf",
  water: "#a9bcc8",
  green: "#c2ccb9",
  building: "#c6c6c1",
  ways: ["#bdbcb6", "#dddcd8", "#e5e4e0", "#ecebe8", "#bab9b5"],
  border: "#8d8d8d",
  text: ["#22272d", "#454c54", "#3d5c72", "#ecebe8"],
};

/** From one value at a zoom of MapLibre, which is less by one than the web's, to the next, with steps that grow by a factor of 1.6 a zoom; flat beyond them. */
const grow = (...stops: number[]): ExpressionSpecification => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops] as unknown as ExpressionSpecification;

function filterOf({ key, values }: Part, ...more: unknown[]): { filter: FilterSpecification } {
  return { filter: ["all", ...(key ? [["in", ["get", key], ["literal", values]]] : []), ...more] as unknown as FilterSpecification };
}

/**
 * The layers of a source, those under the heat and those above it. Places are called as the reader's language calls them where the map tells it;
 * streets, peaks and waters as on the spot.
 */
export function vectorLayers(source: string, name: SchemaName, light: boolean, language: string): { below: LayerSpecification[]; above: LayerSpecification[] } {
  const schema = SCHEMA[name];
  const c = light ? LIGHT : DARK;
  const below: LayerSpecification[] = [{ id: `${source}-land`, type: "background", paint: { "background-color": c.land } }];
  const fill = (part: (typeof PARTS)[number], colour: string, minzoom = 0): void => {
    const p = schema[part];
    below.push({
      id: `${source}-${part}`, type: "fill", source, "source-layer": p.layer, minzoom,
      ...filterOf(p, ["==", ["geometry-type"], "Polygon"]), paint: { "fill-color": colour },
    });
  };
  const line = (part: (typeof PARTS)[number], colour: string, minzoom: number, width: ExpressionSpecification, dashes?: number[]): void => {
    const p = schema[part];
    below.push({
      id: `${source}-${part}`, type: "line", source, "source-layer": p.layer, minzoom,
      // Borders at sea would be lines through the water.
      ...filterOf(p, ["==", ["geometry-type"], "LineString"], ["!=", ["get", "maritime"], 1]), layout: { "line-join": "round", "line-cap": dashes ? "butt" : "round" },
      paint: { "line-color": colour, "line-width": width, ...(dashes ? { "line-dasharray": dashes } : {}) },
    });
  };
  fill("green", c.green);
  fill("water", c.water);
  line("rivers", c.water, 8, grow(8, 0.6, 18, 8));
  fill("buildings", c.building, 14);
  line("rails", c.ways[4], 10, grow(10, 0.5, 18, 3));
  line("paths", c.ways[0], 13, grow(13, 0.5, 18, 3), [3, 2]);
  line("minor", c.ways[1], 11, grow(11, 0.3, 14, 1.6, 18, 14));
  line("major", c.ways[2], 7, grow(7, 0.4, 12, 1.6, 18, 20));
  line("highways", c.ways[3], 5, grow(5, 0.5, 12, 2.2, 18, 24));
  line("regions", c.border, 4, grow(4, 0.3, 12, 1), [4, 3]);
  line("countries", c.border, 0, grow(2, 0.5, 12, 1.8));

  const above: LayerSpecification[] = [];
  const called: ExpressionSpecification = ["coalesce", ["get", `name:${language}`], ["get", "name:latin"], ["get", "name"]];
  const label = (
    part: (typeof NAMED)[number],
    colour: string,
    [minzoom, maxzoom]: [number, number],
    size: ExpressionSpecification | number,
    text: ExpressionSpecification,
    layout: object = {},
  ): void => {
    const p = schema[part];
    const shape = "symbol-placement" in layout ? "LineString" : "Point";
    above.push({
      id: `${source}-${part}`, type: "symbol", source, "source-layer": p.layer, minzoom, maxzoom, ...filterOf(p, ["has", "name"], ["==", ["geometry-type"], shape]),
      layout: {
        "text-field": text, "text-font": ["system-ui"], "text-size": size, "text-max-width": 8, "text-padding": 4,
        ...(p.rank ? { "symbol-sort-key": p.rank } : {}), ...layout,
      },
      paint: { "text-color": colour, "text-halo-color": c.text[3], "text-halo-width": 1.6 },
    } as LayerSpecification);
  };
  const here: ExpressionSpecification = ["get", "name"];
  const along = { "symbol-placement": "line", "symbol-spacing": 400, "text-max-angle": 35 };
  // What comes last is placed first.
  label("streets", c.text[1], [14, 24], grow(14, 10, 18, 13), here, along);
  label("waters", c.text[2], [9, 24], 11, here);
  label("peaks", c.text[1], [11, 24], 11, ["concat", "\u25b2 ", here]);
  label("suburbs", c.text[1], [12, 17], 11, called);
  label("villages", c.text[0], [10, 17], grow(10, 10, 14, 13), called);
  label("states", c.text[1], [4, 8], 11, called);
  label("cities", c.text[0], [3, 16], grow(4, 11, 12, 17), called);
  label("lands", c.text[0], [1, 7], grow(2, 11, 6, 15), called, { "text-transform": "uppercase", "text-letter-spacing": 0.12 });
  return { below, above };
}
