// The heat metadata of an archive (docs/format.md, "Metadata"): its types and
// the check that what came over the wire has that shape. Everything the page
// knows about the data comes through here; nothing else reads the raw JSON.

import type { Manner } from "../sports.ts";
import { ArchiveError } from "./errors.ts";
import type { KeptMetadata } from "./keptblocks.ts";
import { MAX_ACTIVITIES, MAX_FIELDS, MAX_GEARS, MAX_KINDS, MAX_PLACES, MAX_SEGMENTS, MAX_SPORTS, MAX_TEXT, tooMuch } from "./limits.ts";
import { parseOwnLayers } from "./ownlayers.ts";

/** The version of docs/format.md that this reader understands. */
export const FORMAT = 2;

/** The field whose tiles are the outer PMTiles archive's own. */
export const OUTER_FIELD = "visits";

/** The deepest zoom that there can be, and the deepest that blocks of lines can be of. */
const MAX_ZOOM = 24;
const MAX_BLOCK_ZOOM = 18;

export type Unit = "visits" | "athletes" | "s" | "m/s" | "bpm" | "%" | "m/100m" | "day" | "first" | "s/km/y" | "rpm" | "W" | "°C" | (string & {});
export type Kind = "count" | "sum" | "mean" | "date";
export type ScaleKind = "linear" | "log" | "power" | "symmetric";

/** The range of values the ramp is spread over at one zoom. */
export interface ZoomRange {
  zoom: number;
  lo: number;
  hi: number;
}

export interface Field {
  id: string;
  kind: Kind;
  unit: Unit;
  /** Value of each value level, in the field's unit. */
  values: number[];
  /** Presence of each presence level, 0..1. */
  presence: number[];
  /** Undefined for the outer field of a PMTiles archive and for empty ones. */
  place?: Place;
  /** Where the tiles lie that blocks keep in place of lines; undefined where there are none. */
  kept?: Place;
  /** Ascending by zoom; empty when the field has no tiles. */
  zooms: ZoomRange[];
  /** Of a live field, which has no tiles: the first and the last day of the activities, since 1970-01-01. */
  days?: readonly [first: number, last: number];
}

/** A colour with its four channels 0..255. */
export type RGBA = [number, number, number, number];
export type Stop = [t: number, colour: RGBA];

export interface Layer {
  id: string;
  group: string;
  title: string;
  description: string;
  field: string;
  unit: Unit;
  scale: ScaleKind;
  gamma: number;
  from?: number;
  ramp: Stop[];
  /** Of a layer of the owner's own, which has no tiles: 1 for each activity that it is of. */
  of?: Uint8Array;
}

/** Columns, one row an activity, oldest first. */
export interface Activities {
  /** Days since 1970-01-01 UTC. */
  day: number[];
  sport: number[];
  distanceM: number[];
  movingS: number[];
  ascentM: number[];
  sports: string[];
  /** Number of each one's place, -1 where it has none; empty where the archive does not say. */
  place: number[];
  /** Empty where the heatmap's owner does not publish names. */
  name: string[];
  /** Places in gears, of which "" is unknown. This and what follows is undefined where the owner does not publish it, or nothing is known. */
  gear?: number[];
  gears?: string[];
  /** 0 not known, 1 no, 2 yes. */
  commute?: number[];
  /** Places in kinds, of which "" is unknown. */
  kind?: number[];
  kinds?: string[];
  /** Hour of the start where it was, 0..23; -1 where not known. */
  hour?: number[];
}

/** West, south, east, north in degrees; east may exceed 180. */
export type Bounds = [west: number, south: number, east: number, north: number];

/** A place where one has been: activities that lie close together. */
export interface MapPlace {
  /** Of most of what is there. */
  bounds: Bounds;
}

/** What is told of the activities where they are not listed. */
export interface Summary {
  /** How many there are of what `of` says; of a crowd in steps of `least`. */
  count: number;
  of: "activities" | "athletes";
  /** How many share what a map of a crowd shows; 0 for other maps. */
  least: number;
  /** How speeds are told. */
  speeds: Manner;
}

/** Where a part of the archive lies. */
export interface Place {
  /** In PMTiles: bytes from the start of the outer tile-data section. */
  offset: number;
  /** Its bytes; 0 for the tiles of MBTiles. */
  length: number;
  /** In MBTiles: the name of its table; "" in PMTiles. */
  table: string;
}

/** The lines of all activities, in blocks. */
export interface Lines {
  place: Place;
  /** Zooms of the tiles of the map that the blocks are of, ascending, one at least: the last one's have all there is to know. */
  zooms: number[];
  /** Bytes that all blocks of each of these zooms have together, compressed; Infinity where the file does not say. */
  bytes: number[];
  /** The deepest zoom that is painted from them. */
  maxZoom: number;
  /** The blocks of the last zoom that are not there, but keep tiles in their place; undefined where none do. */
  kept?: KeptMetadata;
}

/** What the build painted with; what is painted here follows it. */
export interface Painting {
  /** Standard deviation of the glow in pixels, and that of the hills. */
  blurSigmaPX: number;
  hillBlurSigmaPX: number;
}

export interface Metadata {
  name: string;
  attribution: string;
  generator: string;
  asOf: string;
  minZoom: number;
  maxZoom: number;
  bounds: Bounds;
  /** The one with most activities first; empty in archives from before they were told. */
  places: MapPlace[];
  defaultLayer: string;
  fields: Map<string, Field>;
  /** Those of the owner's own come last. */
  layers: Layer[];
  /** Without a row where there is a summary instead. */
  activities: Activities;
  summary?: Summary;
  /** Undefined for an archive without lines. */
  lines?: Lines;
  /** Where the blocks of squares lie; undefined for an archive without. */
  squares?: Place;
  /** Segments that the heatmap's owner lists, as links write them; whatever stands there. */
  segments: string[];
  painting: Painting;
}

type Json = Record<string, unknown>;

const isObject = (v: unknown): v is Json => typeof v === "object" && v !== null && !Array.isArray(v);
const str = (v: unknown, fallback = ""): string => (typeof v === "string" ? v.slice(0, MAX_TEXT) : fallback);
const num = (v: unknown): number | undefined => (typeof v === "number" && Number.isFinite(v) ? v : undefined);
const strs = (v: unknown): string[] => (Array.isArray(v) ? v.map((s) => str(s)) : []);
const nums = (v: unknown): number[] => (Array.isArray(v) ? v.filter((n): n is number => num(n) !== undefined) : []);

/** A list of at most so many members. */
function list(v: unknown, most: number, what: string): unknown[] {
  if (!Array.isArray(v)) return [];
  if (v.length > most) throw tooMuch(what, most);
  return v;
}

function need<T>(v: T | undefined, what: string): T {
  if (v === undefined) throw new ArchiveError("format", `the metadata has no usable ${what}`);
  return v;
}

/**
 * Checks an archive's metadata, an object with name, attribution and heatmapgen. Throws ArchiveError "plain" for an archive that is not a
 * heatmap, "newer" for a later format, "format" for an earlier one and for a heatmap whose metadata is broken.
 */
export function parseMetadata(raw: unknown): Metadata {
  const outer = isObject(raw) ? raw : {};
  const heat = outer["heatmapgen"];
  if (!isObject(heat)) throw new ArchiveError("plain", "the metadata has no heatmapgen key");
  const format = num(heat["format"]) ?? 0;
  if (format > FORMAT) throw new ArchiveError("newer", `format ${format}`);
  if (format < FORMAT) throw new ArchiveError("format", `format ${format} is of an earlier version, which has to build the heatmap anew`);

  const minZoom = need(num(heat["min_zoom"]), "min_zoom");
  const maxZoom = need(num(heat["max_zoom"]), "max_zoom");
  if (minZoom < 0 || maxZoom > MAX_ZOOM || minZoom > maxZoom) throw new ArchiveError("format", `zooms ${minZoom} to ${maxZoom}`);

  const bounds = need(parseBounds(heat["bounds"]), "bounds");

  const fields = new Map<string, Field>();
  for (const f of list(heat["fields"], MAX_FIELDS, "fields")) {
    const field = parseField(f);
    if (field) fields.set(field.id, field);
  }
  const layers: Layer[] = [];
  for (const l of list(heat["layers"], MAX_FIELDS, "layers")) {
    const layer = parseLayer(l);
    if (layer) layers.push(layer);
  }
  if (layers.length === 0) throw new ArchiveError("format", "the metadata lists no layers");
  const activities = parseActivities(heat["activities"]);

  return {
    name: str(outer["name"]),
    attribution: str(outer["attribution"]),
    generator: str(heat["generator"]),
    asOf: str(heat["as_of"]),
    minZoom,
    maxZoom,
    bounds,
    places: parsePlaces(heat["places"]),
    defaultLayer: str(heat["default_layer"], layers[0]!.id),
    fields,
    layers: [...layers, ...parseOwnLayers(heat["own_layers"], layers, fields, activities.day)],
    activities,
    summary: parseSummary(heat["summary"]),
    lines: parseLines(heat["lines"]),
    squares: parsePlace(heat["squares"]),
    segments: list(heat["segments"], MAX_SEGMENTS, "segments").filter((s): s is string => typeof s === "string"),
    painting: parsePainting(heat["painting"]),
  };
}

function parseBounds(raw: unknown): Bounds | undefined {
  const [west, south, east, north, ...more] = nums(raw);
  const usable = north !== undefined && more.length === 0 && east! >= west! && north >= south!;
  return usable ? [west!, south!, east!, north] : undefined;
}

/** Places by their numbers: if one makes no sense, none is known. */
function parsePlaces(raw: unknown): MapPlace[] {
  const places = list(raw, MAX_PLACES, "places").map((p) => parseBounds(isObject(p) ? p["bounds"] : undefined));
  const usable = (b: Bounds | undefined): b is Bounds => b !== undefined && Math.abs(b[0]) <= 180 && b[2] - b[0] < 361 && b[1] >= -90 && b[3] <= 90;
  return places.every(usable) ? places.map((bounds) => ({ bounds })) : [];
}

function parseField(raw: unknown): Field | undefined {
  if (!isObject(raw) || typeof raw["id"] !== "string") return undefined;
  const scale = isObject(raw["scale"]) ? raw["scale"] : {};
  // Written from 32-bit numbers in as few digits as will do, so they are read back as such.
  const values = nums(scale["values"]).map(Math.fround);
  const presence = nums(scale["presence"]).map(Math.fround);
  if (values.length === 0 || presence.length === 0 || values.length * presence.length > 255) return undefined;
  const kind = raw["kind"];
  const zooms: ZoomRange[] = [];
  for (const z of Array.isArray(raw["zooms"]) ? raw["zooms"] : []) {
    if (!isObject(z)) continue;
    const [zoom, lo, hi] = [num(z["zoom"]), num(z["lo"]), num(z["hi"])];
    if (zoom !== undefined && lo !== undefined && hi !== undefined) zooms.push({ zoom, lo, hi });
  }
  zooms.sort((p, q) => p.zoom - q.zoom);
  return {
    id: raw["id"],
    kind: kind === "sum" || kind === "mean" || kind === "date" ? kind : "count",
    unit: str(raw["unit"]),
    values,
    presence,
    place: parsePlace(raw),
    ...(isObject(raw["kept"]) ? { kept: parsePlace(raw["kept"]) } : {}),
    zooms,
  };
}

const SCALES: readonly string[] = ["linear", "log", "power", "symmetric"];

/** A layer as the metadata have it; undefined for one that makes no sense. */
export function parseLayer(raw: unknown): Layer | undefined {
  if (!isObject(raw) || typeof raw["id"] !== "string" || typeof raw["field"] !== "string") return undefined;
  const ramp: Stop[] = [];
  for (const s of Array.isArray(raw["ramp"]) ? raw["ramp"] : []) {
    if (!Array.isArray(s)) continue;
    const [t, colour] = [num(s[0]), parseColour(s[1])];
    if (t !== undefined && colour) ramp.push([t, colour]);
  }
  if (ramp.length === 0) return undefined;
  const scale = str(raw["scale"], "linear");
  const from = num(raw["from"]);
  return {
    id: raw["id"],
    group: str(raw["group"]),
    title: str(raw["title"], raw["id"]),
    description: str(raw["description"]),
    field: raw["field"],
    unit: str(raw["unit"]),
    scale: SCALES.includes(scale) ? (scale as ScaleKind) : "linear",
    gamma: num(raw["gamma"]) || 1,
    ...(from === undefined ? {} : { from }),
    ramp,
  };
}

/** Parses "#rrggbb" or "#rrggbbaa"; undefined for anything else. */
export function parseColour(v: unknown): RGBA | undefined {
  const m = typeof v === "string" && /^#([0-9a-f]{6})([0-9a-f]{2})?$/i.exec(v);
  if (!m) return undefined;
  const rgb = parseInt(m[1]!, 16);
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255, m[2] ? parseInt(m[2], 16) : 255];
}

function parseActivities(raw: unknown): Activities {
  const a = isObject(raw) ? raw : {};
  const column = (name: string): unknown[] => list(a[name], MAX_ACTIVITIES, `activities in the column ${name}`);
  // A column that has not a number for each activity tells nothing.
  const day = nums(column("day"));
  const labels = (name: string, lo: number, hi: number): number[] | undefined => {
    const values = column(name);
    const sound = values.length > 0 && values.length === day.length && values.every((v) => Number.isInteger(v) && (v as number) >= lo && (v as number) <= hi);
    return sound ? (values as number[]) : undefined;
  };
  const gears = strs(list(a["gears"], MAX_GEARS, "pieces of gear"));
  const kinds = strs(list(a["kinds"], MAX_KINDS, "kinds of activities"));
  const [gear, kind, commute, hour] = [labels("gear", 0, gears.length - 1), labels("kind", 0, kinds.length - 1), labels("commute", 0, 2), labels("hour", -1, 23)];
  return {
    day,
    sport: nums(column("sport")),
    distanceM: nums(column("distance_m")),
    movingS: nums(column("moving_s")),
    ascentM: nums(column("ascent_m")),
    sports: strs(list(a["sports"], MAX_SPORTS, "sports")),
    place: nums(column("place")),
    name: strs(column("name")),
    ...(gear ? { gear, gears } : {}),
    ...(kind ? { kind, kinds } : {}),
    ...(commute ? { commute } : {}),
    ...(hour ? { hour } : {}),
  };
}

const MANNERS: readonly string[] = ["run", "ride", "swim"];

function parseSummary(raw: unknown): Summary | undefined {
  if (!isObject(raw)) return undefined;
  const speeds = str(raw["speeds"]);
  return {
    count: Math.max(0, Math.round(num(raw["count"]) ?? 0)),
    of: raw["of"] === "athletes" ? "athletes" : "activities",
    least: Math.max(0, Math.round(num(raw["least"]) ?? 0)),
    speeds: MANNERS.includes(speeds) ? (speeds as Manner) : "run",
  };
}

function parsePlace(raw: unknown): Place | undefined {
  const p = isObject(raw) ? raw : {};
  const [length, table] = [num(p["length"]) ?? 0, str(p["table"])];
  return length || table ? { offset: num(p["offset"]) ?? 0, length, table } : undefined;
}

function parseLines(raw: unknown): Lines | undefined {
  const place = parsePlace(raw);
  if (!place || !isObject(raw)) return undefined;
  const known = new Map<number, number>();
  for (const z of Array.isArray(raw["zooms"]) ? raw["zooms"] : []) {
    const zoom = isObject(z) ? num(z["zoom"]) : undefined;
    if (zoom === undefined || !Number.isInteger(zoom) || zoom < 0 || zoom > MAX_BLOCK_ZOOM) continue;
    known.set(zoom, num((z as Json)["bytes"]) ?? Infinity);
  }
  const zooms = [...known.keys()].sort((a, b) => a - b);
  const maxZoom = num(raw["max_zoom"]) ?? 0;
  if (!Number.isInteger(maxZoom) || maxZoom < 0 || maxZoom > MAX_ZOOM) throw new ArchiveError("format", `lines up to zoom ${maxZoom}`);
  const kept = parseKept(raw["kept"]);
  return zooms.length > 0 ? { place, zooms, bytes: zooms.map((z) => known.get(z)!), maxZoom, ...(kept ? { kept } : {}) } : undefined;
}

function parseKept(raw: unknown): KeptMetadata | undefined {
  if (!isObject(raw)) return undefined;
  const [x, y, marginPX, maxZoom] = [nums(raw["x"]), nums(raw["y"]), num(raw["margin_px"]), num(raw["max_zoom"])];
  const usable = x.length === y.length && marginPX !== undefined && marginPX >= 0 && marginPX <= 256 && maxZoom !== undefined && Number.isInteger(maxZoom) && maxZoom <= MAX_ZOOM;
  if (!usable) throw new ArchiveError("format", "the metadata does not tell which blocks keep tiles");
  return { x, y, marginPX, maxZoom };
}

function parsePainting(raw: unknown): Painting {
  const p = isObject(raw) ? raw : {};
  return { blurSigmaPX: num(p["blur_sigma_px"]) || 2, hillBlurSigmaPX: num(p["hill_blur_sigma_px"]) || 4 };
}

/** The range of a field at a zoom: that zoom's own, or the nearest one's; undefined for an empty field. */
export function rangeAt(field: Field, zoom: number): ZoomRange | undefined {
  let best: ZoomRange | undefined;
  for (const r of field.zooms) {
    if (!best || Math.abs(r.zoom - zoom) < Math.abs(best.zoom - zoom)) best = r;
  }
  return best;
}
