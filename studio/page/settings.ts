// What the user sets, and the heatmap.toml that says the same to the command. Pure.

import type { SourceEntry } from "../worker/messages.ts";

export interface Zone {
  /** Degrees. */
  lat: number;
  lon: number;
  radiusM: number;
}

export interface Settings {
  title: string;
  /** What the configuration has as sports. */
  sports: string[];
  /** Days, "2024-05-31"; "" for no limit. */
  from: string;
  to: string;
  trimStartM: number;
  trimEndM: number;
  zones: Zone[];
  /** Whether the zones that a Strava export lists are obeyed. */
  useStravaZones: boolean;
}

export const DEFAULTS: Settings = { title: "", sports: [], from: "", to: "", trimStartM: 0, trimEndM: 0, zones: [], useStravaZones: true };

/** Radii of zones, in metres, as the configuration has them. */
export const MIN_RADIUS_M = 50;
export const MAX_RADIUS_M = 5000;
/** The most that is trimmed, in metres. */
export const MAX_TRIM_M = 20_000;

/** The configuration, as heatmapgen build reads it. Texts may hold any characters. */
export function toTOML(settings: Settings, sources: readonly SourceEntry[]): string {
  const lines = [
    `title = ${quoted(settings.title)}`,
    `output = "public"`,
    ...sources.flatMap((s) => ["", "[[source]]", `type = ${quoted(s.type)}`, `path = ${quoted(s.path)}`]),
    "",
    "[filter]",
    `sports = [${settings.sports.map(quoted).join(", ")}]`,
  ];
  if (settings.from) lines.push(`from = ${settings.from}`);
  if (settings.to) lines.push(`to = ${settings.to}`);
  lines.push("", "[privacy]");
  if (settings.zones.length > 0) {
    lines.push("zones = [");
    for (const z of settings.zones) lines.push(`  { lat = ${degrees(z.lat)}, lon = ${degrees(z.lon)}, radius_m = ${Math.round(z.radiusM)} },`);
    lines.push("]");
  }
  lines.push(`trim_start_m = ${settings.trimStartM}`, `trim_end_m = ${settings.trimEndM}`, `use_strava_zones = ${settings.useStravaZones}`);
  return `${lines.join("\n")}\n`;
}

/** Degrees to a metre's tenth, always with a point: TOML's whole numbers are another type. */
function degrees(v: number): string {
  return v.toFixed(6);
}

/** A basic string of TOML (https://toml.io/en/v1.0.0#string); half a pair of surrogates is no character. */
function quoted(text: string): string {
  const escaped = text
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/["\\]/g, "\\$&")
    .replace(/[\u0000-\u001f\u007f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${escaped}"`;
}
