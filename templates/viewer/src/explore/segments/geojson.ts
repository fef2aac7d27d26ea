// Segments as GeoJSON (RFC 7946), written and read. Pure.

import { gridOf, lonLat } from "../../tracks/measure.ts";
import { type Segment, segmentOf } from "./segment.ts";

/** What is read of a file at most: characters, segments, and places of one line. */
const MAX_TEXT = 8_000_000;
const MAX_SEGMENTS = 100;
const MAX_PLACES = 100_000;

/** A file of segments: a line each, with its name and its tolerance in metres. */
export function toGeoJSON(segments: readonly Segment[]): string {
  const round = (v: number): number => Number(v.toFixed(6));
  return JSON.stringify({
    type: "FeatureCollection",
    features: segments.map(({ x, y, name, toleranceM }) => ({
      type: "Feature",
      properties: { name, tolerance_m: toleranceM },
      geometry: { type: "LineString", coordinates: Array.from(x, (_, i) => lonLat(x[i]!, y[i]!).map(round)) },
    })),
  });
}

const object = (v: unknown): Record<string, unknown> => (typeof v === "object" && v !== null ? (v as Record<string, unknown>) : {});

/** The segments of a file: every line of it that can be one, with the name of its feature. Empty where there are none, whatever the text is. */
export function fromGeoJSON(text: string): Segment[] {
  if (text.length > MAX_TEXT) return [];
  let file: Record<string, unknown>;
  try {
    file = object(JSON.parse(text));
  } catch {
    return [];
  }
  const features = file["type"] === "FeatureCollection" && Array.isArray(file["features"]) ? (file["features"] as unknown[]) : [file];
  return features.slice(0, MAX_SEGMENTS).flatMap((feature) => segmentFrom(object(feature)) ?? []);
}

/** The segment of a feature, or of a geometry that stands alone. */
function segmentFrom(feature: Record<string, unknown>): Segment | undefined {
  const geometry = feature["type"] === "Feature" ? object(feature["geometry"]) : feature;
  const places = geometry["coordinates"];
  if (geometry["type"] !== "LineString" || !Array.isArray(places) || places.length > MAX_PLACES) return undefined;
  const [x, y]: [number[], number[]] = [[], []];
  for (const place of places as unknown[]) {
    const [lon, lat] = Array.isArray(place) ? (place as unknown[]) : [];
    if (typeof lon !== "number" || typeof lat !== "number" || !(Math.abs(lon) <= 360) || !(Math.abs(lat) <= 85)) return undefined;
    const at = gridOf(lon, lat);
    x.push(at.x);
    y.push(at.y);
  }
  const properties = object(feature["properties"]);
  const [name, tolerance] = [properties["name"], properties["tolerance_m"]];
  return segmentOf({ x, y }, typeof name === "string" ? name.slice(0, 1000) : "", typeof tolerance === "number" ? tolerance : undefined);
}
