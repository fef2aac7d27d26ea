// What the browser keeps from one visit to the next: settings and zones, so that no home is forgotten, and the secret of the zones. Nothing of it
// is ever sent; where a browser keeps nothing, it holds for the visit.

import { browserStore } from "../../templates/viewer/src/preferences.ts";
import { DEFAULTS, MAX_RADIUS_M, MAX_TRIM_M, MIN_RADIUS_M, type Settings, type Zone } from "./settings.ts";

const SETTINGS = "heatmapgen.studio.settings";
const SECRET = "heatmapgen.studio.secret";

/** The settings that hold for any export; sports and days are those of one. */
type Kept = Pick<Settings, "title" | "trimStartM" | "trimEndM" | "zones" | "useStravaZones">;

function read(key: string): string | undefined {
  try {
    return browserStore()?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, value);
  } catch {
    // Full, or refused: it holds for this visit.
  }
}

export function keptSettings(): Settings {
  let kept: Partial<Record<keyof Kept, unknown>> = {};
  try {
    kept = (JSON.parse(read(SETTINGS) ?? "{}") as typeof kept | null) ?? {};
  } catch {
    // Somebody wrote something else there.
  }
  const metres = (v: unknown, most: number): number => (typeof v === "number" && v >= 0 && v <= most ? Math.round(v) : 0);
  return {
    ...DEFAULTS,
    title: typeof kept.title === "string" ? kept.title : "",
    trimStartM: metres(kept.trimStartM, MAX_TRIM_M),
    trimEndM: metres(kept.trimEndM, MAX_TRIM_M),
    zones: Array.isArray(kept.zones) ? kept.zones.filter(isZone) : [],
    useStravaZones: kept.useStravaZones !== false,
  };
}

function isZone(v: unknown): v is Zone {
  const { lat, lon, radiusM } = (v ?? {}) as Partial<Zone>;
  const within = (n: unknown, least: number, most: number): boolean => typeof n === "number" && n >= least && n <= most;
  return within(lat, -90, 90) && within(lon, -180, 180) && within(radiusM, MIN_RADIUS_M, MAX_RADIUS_M);
}

export function keepSettings({ title, trimStartM, trimEndM, zones, useStravaZones }: Settings): void {
  write(SETTINGS, JSON.stringify({ title, trimStartM, trimEndM, zones, useStravaZones } satisfies Kept));
}

export const keptSecret = (): string | undefined => read(SECRET);
export const keepSecret = (secret: string | undefined): void => write(SECRET, secret);

export function forgetAll(): void {
  write(SETTINGS, undefined);
  write(SECRET, undefined);
}
