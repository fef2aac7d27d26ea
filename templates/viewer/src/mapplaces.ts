// The places where one has been, as the archive tells them: which one to open at, and what there is to say of each. Pure.

import type { Activities, Bounds, MapPlace } from "./archive/metadata.ts";

/** What is to be told of a place. */
export interface PlaceFacts {
  /** How many activities it has, and how many of them are selected; undefined where the archive does not say which activity was where. */
  all: number | undefined;
  selected: number;
  /** First and last day of those selected, of all where none is; 0 where not known. */
  from: number;
  to: number;
  /** Their distance, in metres. */
  distanceM: number;
  /** Number of the sport that more than half of them are; undefined where none is. */
  sport: number | undefined;
  /** How far it is from the first place, and in which of the eight directions, clockwise from north: as the map shows it. Undefined for that itself. */
  away: { metres: number; direction: number } | undefined;
}

/** Middle of bounds, in degrees; the longitude may lie beyond 180. */
export function middleOf([west, south, east, north]: Bounds): { lon: number; lat: number } {
  return { lon: (west + east) / 2, lat: (south + north) / 2 };
}

const RADIANS = Math.PI / 180;

/** Mean radius of the Earth in metres (IUGG, R1). */
const EARTH_M = 6_371_008.8;

/** The way from one place to another: its length over the sphere in metres (haversine formula), and its direction on the map. */
export function awayFrom(from: Bounds, to: Bounds): { metres: number; direction: number } {
  const [a, b] = [middleOf(from), middleOf(to)];
  const half = (v: number): number => Math.sin((v * RADIANS) / 2) ** 2;
  const metres = 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half(b.lat - a.lat) + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * half(b.lon - a.lon))));
  const east = ((((b.lon - a.lon + 180) % 360) + 360) % 360) - 180;
  const north = (lat: number): number => Math.asinh(Math.tan(lat * RADIANS)) / RADIANS;
  const bearing = Math.atan2(east, north(b.lat) - north(a.lat)) / RADIANS;
  return { metres, direction: (Math.round(bearing / 45) + 8) % 8 };
}

/** Adds up every place; flags are 1 for each activity that is selected. */
export function placeFacts(places: readonly MapPlace[], a: Activities, flags: Uint8Array): PlaceFacts[] {
  const rows = places.map((): number[] => []);
  a.place.forEach((place, row) => rows[place]?.push(row));
  return places.map(({ bounds }, n) => {
    const all = rows[n]!;
    const some = all.filter((row) => flags[row]);
    const told = some.length > 0 ? some : all;
    const facts: PlaceFacts = {
      all: a.place.length > 0 ? all.length : undefined,
      selected: some.length,
      from: 0,
      to: 0,
      distanceM: 0,
      sport: undefined,
      away: n === 0 ? undefined : awayFrom(places[0]!.bounds, bounds),
    };
    const sports = new Map<number, number>();
    for (const row of told) {
      const [day, sport] = [a.day[row]!, a.sport[row]!];
      if (day !== 0 && (facts.from === 0 || day < facts.from)) facts.from = day;
      facts.to = Math.max(facts.to, day);
      facts.distanceM += a.distanceM[row]!;
      sports.set(sport, (sports.get(sport) ?? 0) + 1);
    }
    facts.sport = [...sports].find(([, count]) => count * 2 > told.length)?.[0];
    return facts;
  });
}

/** Whether a place in degrees lies in bounds, in any turn of the map. */
export function holds([west, south, east, north]: Bounds, { lon, lat }: { lon: number; lat: number }): boolean {
  const turned = west + ((((lon - west) % 360) + 360) % 360);
  return turned <= east && lat >= south && lat <= north;
}

/** What a page without a view is to show. */
export interface Wanted {
  /** 1 for each activity that is selected; undefined where all are. */
  flags: Uint8Array | undefined;
  /** The place whose activities are listed, in degrees. */
  here: { lon: number; lat: number } | undefined;
  /** Row of the activity that is kept in sight. */
  kept: number | undefined;
}

/** The number of the place to open at, the one with most of what is selected; undefined where that is in none of them, or there are none. */
export function openingPlace(places: readonly MapPlace[], a: Activities, { flags, here, kept }: Wanted): number | undefined {
  if (places.length === 0) return undefined;
  if (here) {
    const at = places.findIndex(({ bounds }) => holds(bounds, here));
    return at < 0 ? undefined : at;
  }
  const ofRow = (row: number): number => a.place[row] ?? -1;
  if (kept !== undefined) return ofRow(kept) < 0 ? undefined : ofRow(kept);
  if (!flags || a.place.length === 0) return 0;
  const counts = new Array<number>(places.length).fill(0);
  flags.forEach((selected, row) => {
    if (selected && ofRow(row) >= 0) counts[ofRow(row)]!++;
  });
  const best = counts.reduce((most, count, n) => (count > counts[most]! ? n : most), 0);
  return counts[best]! > 0 ? best : flags.includes(1) ? undefined : 0;
}
