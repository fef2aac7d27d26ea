// The state of the page as the fragment of its URL, and back. Pure.
//
//   #14.25/47.5030/9.7470&layer=pace&map=none&heat=70&when=2025-01-01..&sport=Run,Hike&panel=hidden
//
// First the web's zoom, latitude and longitude in degrees, then ids and settings by name. Every piece may be
// missing. What the ids mean, and which views an archive has, is for the reader of the link to judge.

import { formatLook, type Look, parseLook } from "./heat/look.ts";
import { TILE_SIZE } from "./map/fit.ts";
import { ALL, type Selection } from "./selection.ts";
import {
  decoded,
  formatDay,
  formatHours,
  formatNames,
  formatSpan,
  formatWeekdays,
  parseDay,
  parseHours,
  parseNames,
  parseNumber,
  parseSpan,
  parseWeekdays,
  split,
} from "./linkparts.ts";

export interface LinkedView {
  /** The web's zoom. */
  zoom: number;
  /** Degrees. */
  lat: number;
  /** Degrees; may lie beyond 180. */
  lon: number;
}

/** An activity by its day and its place among the activities of that day, which later builds rarely change. */
export interface LinkedActivity {
  /** Days since 1970-01-01. */
  day: number;
  /** 0 for the first of the day. */
  nth: number;
}

/** A tool of the explore panel, and what is its own to say. */
export interface LinkedTool {
  /** Its name, perhaps of one that there is not. */
  readonly id: string;
  /** What the tool says of its own state, in its own words; "" for nothing. */
  readonly of: string;
}

/** What one picture shows; the page has one, and two while comparing. */
export interface LinkedPicture {
  /** Id of a layer, perhaps of one that there is not. */
  layer?: string;
  /** How that layer looks. */
  look?: Look;
  /** Limits of the activities, perhaps with sports that there are not. */
  selection?: Selection;
}

/** What a link says; what is missing is as the page has it by default. */
export interface Link extends LinkedPicture {
  view?: LinkedView;
  /** Id of a basemap, perhaps of one that there is not. */
  basemap?: string;
  /** Opacity of the heat, 0..1, in steps of 0.01. */
  opacity?: number;
  /** Whether activities are shown as lines instead of as heat. */
  routes?: boolean;
  /** The picture on the right side while two are compared, and where they meet, 0..1 of the width. */
  other?: LinkedPicture;
  at?: number;
  /** Whether the cards are about the picture on the right. */
  right?: boolean;
  /** Whether their difference is shown. */
  difference?: boolean;
  /** The place whose activities are listed. */
  here?: { lat: number; lon: number };
  /** The open tool of the explore panel. */
  tool?: LinkedTool;
  /** The activity whose line is kept in sight. */
  kept?: LinkedActivity;
  /** Whether the card of layers is put away, and whether that of the selection is. */
  panelHidden?: boolean;
  selectionHidden?: boolean;
  /** Whether the map is alone, as in a frame of another page. */
  embed?: boolean;
}

/** Reads a fragment, with or without its #. Pieces that make no sense are left out. */
export function parseLink(fragment: string): Link {
  const link: Link = {};
  const other: LinkedPicture = {};
  for (const piece of fragment.replace(/^#/, "").split("&")) {
    const [name, value] = split(decoded(piece));
    if (value === "") continue;
    const second = name.endsWith("2");
    if (parsePicturePiece(second ? name.slice(0, -1) : name, value, second ? other : link)) {
      if (second) link.other = other;
      continue;
    }
    switch (name) {
      case "":
        if (value === "embed") link.embed = true;
        else set(link, "view", parseView(value));
        break;
      case "map":
        link.basemap = value;
        break;
      case "heat":
        set(link, "opacity", parsePercent(value));
        break;
      case "at":
        set(link, "at", parsePercent(value));
        break;
      case "side":
        if (value === "right") link.right = true;
        break;
      case "compare":
        if (value === "difference") link.difference = true;
        break;
      case "show":
        if (value === "routes") link.routes = true;
        break;
      case "here":
        set(link, "here", parsePlace(value));
        break;
      case "explore":
        set(link, "tool", parseTool(value));
        break;
      case "activity":
        set(link, "kept", parseActivity(value));
        break;
      case "panel":
        if (value === "hidden") link.panelHidden = true;
        break;
      case "selection":
        if (value === "hidden") link.selectionHidden = true;
        break;
    }
  }
  return link;
}

/** Writes a fragment, without its #. Places are as precise as about a pixel of the view. */
export function formatLink(link: Link): string {
  const pieces: string[] = [];
  const write = (name: string, value: string | undefined): void => {
    if (value) pieces.push(`${name}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":")}`);
  };
  const picture = (p: LinkedPicture, suffix: string): void => {
    const { from, to, minM, maxM, sports, gear, commute, kinds, hours, weekdays } = p.selection ?? ALL;
    write(`look${suffix}`, p.look && formatLook(p.look));
    write(`when${suffix}`, formatSpan(from, to, formatDay));
    write(`dist${suffix}`, formatSpan(minM, maxM, (m) => String(Number((m / 1000).toFixed(3)))));
    write(`sport${suffix}`, sports?.map((s) => s.replaceAll(",", " ")).join(","));
    write(`gear${suffix}`, gear && formatNames(gear));
    write(`commute${suffix}`, commute === undefined ? undefined : commute ? "yes" : "no");
    write(`kind${suffix}`, kinds && formatNames(kinds));
    write(`hours${suffix}`, hours && formatHours(hours));
    write(`days${suffix}`, weekdays && formatWeekdays(weekdays));
  };
  const { view, here, kept, tool } = link;
  if (view) pieces.push(formatView(view));
  write("layer", link.layer);
  write("map", link.basemap);
  if (link.opacity !== undefined) pieces.push(`heat=${Math.round(link.opacity * 100)}`);
  picture(link, "");
  if (link.routes) pieces.push("show=routes");
  if (link.other) {
    // Said even where it is the same as on the left: it is what tells that two are compared.
    write("layer2", link.other.layer);
    picture(link.other, "2");
    if (link.at !== undefined) pieces.push(`at=${Math.round(link.at * 100)}`);
    if (link.right) pieces.push("side=right");
    if (link.difference) pieces.push("compare=difference");
  }
  if (here) pieces.push(`here=${here.lat.toFixed(5)}/${here.lon.toFixed(5)}`);
  write("explore", tool && (tool.of ? `${tool.id}:${tool.of}` : tool.id));
  if (kept) pieces.push(`activity=${formatDay(kept.day)}${kept.nth > 0 ? `.${kept.nth}` : ""}`);
  if (link.panelHidden) pieces.push("panel=hidden");
  if (link.selectionHidden) pieces.push("selection=hidden");
  if (link.embed) pieces.push("embed");
  return pieces.join("&");
}

/** Takes a piece that is about a picture; false for any other name. */
function parsePicturePiece(name: string, value: string, into: LinkedPicture): boolean {
  const limit = (s: Selection): void => {
    if (Object.keys(s).length > 0) into.selection = { ...into.selection, ...s };
  };
  switch (name) {
    case "layer":
      into.layer = value;
      return true;
    case "look":
      set(into, "look", parseLook(value));
      return true;
    case "when": {
      const [from, to] = parseSpan(value, parseDay);
      limit({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
      return true;
    }
    case "dist": {
      const metres = (text: string): number | undefined => {
        const km = parseNumber(text);
        return km === undefined || km < 0 ? undefined : Math.round(km * 1000);
      };
      const [minM, maxM] = parseSpan(value, metres);
      limit({ ...(minM === undefined ? {} : { minM }), ...(maxM === undefined ? {} : { maxM }) });
      return true;
    }
    case "sport": {
      const sports = value.split(",").filter((s) => s !== "");
      if (sports.length > 0) limit({ sports });
      return true;
    }
    case "gear":
    case "kind": {
      const names = parseNames(value);
      if (names.length > 0) limit(name === "gear" ? { gear: names } : { kinds: names });
      return true;
    }
    case "commute":
      if (value === "yes" || value === "no") limit({ commute: value === "yes" });
      return true;
    case "hours": {
      const hours = parseHours(value);
      if (hours) limit({ hours });
      return true;
    }
    case "days": {
      const weekdays = parseWeekdays(value);
      if (weekdays) limit({ weekdays });
      return true;
    }
  }
  return false;
}

function set<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

function parseView(text: string): LinkedView | undefined {
  const parts = text.split("/");
  if (parts.length !== 3) return undefined;
  const [zoom, lat, lon] = parts.map(parseNumber);
  return zoom === undefined || lat === undefined || lon === undefined ? undefined : { zoom, lat, lon };
}

function parsePlace(text: string): { lat: number; lon: number } | undefined {
  const parts = text.split("/");
  const [lat, lon] = parts.map(parseNumber);
  return parts.length !== 2 || lat === undefined || lon === undefined || Math.abs(lat) > 90 ? undefined : { lat, lon };
}

function parseActivity(text: string): LinkedActivity | undefined {
  const m = /^(\d{4}-\d\d-\d\d)(?:\.(\d{1,4}))?$/.exec(text);
  const day = m ? parseDay(m[1]!) : undefined;
  return day === undefined ? undefined : { day, nth: Number(m![2] ?? 0) };
}

function parseTool(text: string): LinkedTool | undefined {
  const m = /^([a-z]{1,20})(?::(.{0,1500}))?$/.exec(text);
  return m ? { id: m[1]!, of: m[2] ?? "" } : undefined;
}

function parsePercent(text: string): number | undefined {
  const percent = parseNumber(text);
  return percent === undefined ? undefined : Math.round(Math.min(100, Math.max(0, percent))) / 100;
}

function formatView({ zoom, lat, lon }: LinkedView): string {
  // Of the zoom as written, so that the link is the same when it is passed on.
  const written = zoom.toFixed(2);
  const degreesPerPixel = 360 / (TILE_SIZE * 2 ** Number(written));
  const decimals = Math.min(8, Math.max(0, Math.ceil(-Math.log10(2 * degreesPerPixel))));
  // By way of numbers, so that what rounds to 180 is wrapped too and what rounds to 0 has no sign.
  const round = (v: number): number => Number(v.toFixed(decimals));
  const wrapped = round(lon) - 360 * Math.floor((round(lon) + 180) / 360);
  return `${written}/${round(lat).toFixed(decimals)}/${wrapped.toFixed(decimals)}`;
}
