// The style the map starts with: ink, coastlines, and an empty layer that keeps
// basemaps below and heat above.

import type { StyleSpecification } from "maplibre-gl";
import type { Feature, MultiLineString } from "geojson";

export const COAST = "coast";
export const ANCHOR = "anchor";

/** The ground behind the heat; ramps are made for it, so it is the same in the light theme. */
export const GROUND = "#0f1216";

export function baseStyle(coast: Feature<MultiLineString>): StyleSpecification {
  return {
    version: 8,
    sources: { [COAST]: { type: "geojson", data: coast, maxzoom: 10, tolerance: 0.2 } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": GROUND } },
      {
        id: COAST,
        type: "line",
        source: COAST,
        layout: { visibility: "none", "line-join": "round" },
        paint: {
          "line-color": "#6f7d8c",
          // Close up the line is off by more than it tells, so it steps back.
          "line-opacity": ["interpolate", ["linear"], ["zoom"], 3, 0.75, 7, 0.5, 10, 0.2],
          "line-width": ["interpolate", ["linear"], ["zoom"], 1, 0.8, 6, 1.2],
        },
      },
      { id: ANCHOR, type: "background", layout: { visibility: "none" } },
    ],
  };
}
