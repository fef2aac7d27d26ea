// The live fields (docs/layers.md): those that no archive has tiles of, since they are painted from lines alone.

import { SENSORS } from "../tracks/sensors.ts";
import type { Field } from "./metadata.ts";

/** Seconds a kilometre and year that the colours of a trend reach to until it is known what there is. */
const SOME_TREND = 10;

/** Which of the live fields a field is; a stored one may have the same name. */
export const isDiscovery = ({ id, days }: Field): boolean => days !== undefined && id === "discovery";
export const isTrend = ({ id, days }: Field): boolean => days !== undefined && id === "trend";

/** The units of the sensors, each of which is a live field. */
const UNITS: Record<string, Field["unit"]> = { cadence: "rpm", power: "W", temperature: "°C" };

/** Whether a field is what a sensor told. */
export const isSensor = ({ unit }: Field): boolean => Object.values(UNITS).includes(unit);

/** The field of that name for activities of some days since 1970-01-01, 0 where not known; undefined where there is no such field, or it takes days and none is known. */
export function liveField(id: string, day: readonly number[]): Field | undefined {
  if (Object.hasOwn(UNITS, id)) {
    const [lo, hi] = SENSORS[id]!;
    return { id, kind: "mean", unit: UNITS[id]!, values: [lo, hi], presence: [1], zooms: [{ zoom: 0, lo, hi }] };
  }
  let [first, last] = [Infinity, -Infinity];
  for (const d of day) {
    if (d === 0) continue;
    first = Math.min(first, d);
    last = Math.max(last, d);
  }
  if (last < first) return undefined;
  const field = (kind: Field["kind"], unit: string, lo: number, hi: number): Field => ({ id, kind, unit, values: [lo, hi], presence: [1], zooms: [{ zoom: 0, lo, hi }], days: [first, last] });
  switch (id) {
    case "discovery":
      return field("date", "first", first, last);
    case "trend":
      return field("mean", "s/km/y", -SOME_TREND, SOME_TREND);
  }
  return undefined;
}
