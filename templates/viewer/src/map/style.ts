// The style the map starts with: ink, a grid, coastlines, and empty layers that keep basemaps below the heat and the heat
// below what is pointed out.

import type { StyleSpecification } from "maplibre-gl";

export const COAST = "coast";
/** Shown with the coastlines. */
export const GRID = "grid";
export const ANCHOR = "anchor";
/** Heat and routes lie below this layer, names of places above it. */
export const NAMES = "names";
/** All that lies below this layer, what is pointed out above it. */
export const TOP = "top";

/** The ground behind the heat; ramps are made for it, so it is the same in the light theme. */
export const GROUND = "#0f1216";

export function baseStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {
      [COAST]: { type: "raster", tiles: ["coast://{z}/{x}/{y}"], tileSize: 256 },
      [GRID]: { type: "raster", tiles: ["grid://{z}/{x}/{y}"], tileSize: 256 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": GROUND } },
      { id: GRID, type: "raster", source: GRID, layout: { visibility: "none" }, paint: { "raster-fade-duration": 0 } },
      {
        id: COAST,
        type: "raster",
        source: COAST,
        layout: { visibility: "none" },
        paint: {
          "raster-fade-duration": 0,
          // Close up the line is off by more than it tells, so it steps back.
          "raster-opacity": ["interpolate", ["linear"], ["zoom"], 3, 0.75, 7, 0.5, 10, 0.2],
        },
      },
      { id: ANCHOR, type: "background", layout: { visibility: "none" } },
      { id: NAMES, type: "background", layout: { visibility: "none" } },
      { id: TOP, type: "background", layout: { visibility: "none" } },
    ],
  };
}
