// Little pictures of the basemaps, drawn rather than fetched: one scene of land,
// water, a park and two roads in each basemap's own colours.

import { s } from "./dom.ts";

interface Colours {
  land: string;
  water: string;
  park: string;
  road: string;
}

const COLOURS: Record<string, Colours> = {
  dark: { land: "#1b1e22", water: "#0c0e11", park: "#20252a", road: "#3a4048" },
  "stadia-dark": { land: "#23272d", water: "#14181d", park: "#272d2e", road: "#48505a" },
  stadia: { land: "#f1f2ee", water: "#c4d2d8", park: "#dde8d8", road: "#ffffff" },
  esri: { land: "#ece5d3", water: "#9cc6e6", park: "#c5d9a8", road: "#cf9a58" },
  osm: { land: "#f2efe9", water: "#aad3df", park: "#bfe0a8", road: "#f0b56c" },
};

const OTHER: Colours = { land: "#3a4149", water: "#2a3037", park: "#434b48", road: "#5b646e" };

export function thumbnail(id: string): SVGElement {
  const svg = s("svg", { viewBox: "0 0 60 34", class: "thumb", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  if (id === "none") {
    svg.append(
      s("rect", { width: 60, height: 34, fill: "#0f1216" }),
      s("path", { d: "M-2 27c7-1 8-7 14-7s7 5 13 3 5-9 12-11 9 3 14 1 6-6 11-7", fill: "none", stroke: "#6f7d8c", "stroke-width": 1.2 }),
    );
    return svg;
  }
  const c = COLOURS[id] ?? OTHER;
  svg.append(
    s("rect", { width: 60, height: 34, fill: c.land }),
    s("path", { d: "M33-2c8 4 18 3 29 5v11c-9 2-18-2-24-6s-8-7-5-10Z", fill: c.park }),
    s("path", { d: "M-2 25c8-3 13 1 20-1s9-8 17-7 12 8 27 6v13H-2Z", fill: c.water }),
    s("path", { d: "M-2 12c11-1 20 2 30-2S46 3 62 4M15-2c1 9 5 14 4 24", fill: "none", stroke: c.road, "stroke-width": 2 }),
  );
  return svg;
}
