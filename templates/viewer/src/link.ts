// The state of the page as the fragment of its URL, and back. Pure.
//
//   #14.25/47.5030/9.7470&layer=pace&map=none&heat=70&panel=hidden
//
// First the web's zoom, latitude and longitude in degrees, then ids and settings by name. Every piece may be
// missing. What the ids mean, and which views an archive has, is for the reader of the link to judge.

import { TILE_SIZE } from "./map/fit.ts";

export interface LinkedView {
  /** The web's zoom. */
  zoom: number;
  /** Degrees. */
  lat: number;
  /** Degrees; may lie beyond 180. */
  lon: number;
}

/** What a link says; what is missing is as the page has it by default. */
export interface Link {
  view?: LinkedView;
  /** Id of a layer, perhaps of one that there is not. */
  layer?: string;
  /** Id of a basemap, perhaps of one that there is not. */
  basemap?: string;
  /** Opacity of the heat, 0..1, in steps of 0.01. */
  opacity?: number;
  /** Whether the card of layers is put away. */
  panelHidden?: boolean;
}

/** Reads a fragment, with or without its #. Pieces that make no sense are left out. */
export function parseLink(fragment: string): Link {
  const link: Link = {};
  for (const piece of fragment.replace(/^#/, "").split("&")) {
    const [name, value] = split(decoded(piece));
    const view = name === "" ? parseView(value) : undefined;
    if (view) link.view = view;
    if (name === "layer" && value) link.layer = value;
    if (name === "map" && value) link.basemap = value;
    const opacity = name === "heat" ? parsePercent(value) : undefined;
    if (opacity !== undefined) link.opacity = opacity;
    if (name === "panel" && value === "hidden") link.panelHidden = true;
  }
  return link;
}

/** Writes a fragment, without its #. Places are as precise as about a pixel of the view. */
export function formatLink({ view, layer, basemap, opacity, panelHidden }: Link): string {
  const pieces: string[] = [];
  if (view) pieces.push(formatView(view));
  if (layer !== undefined) pieces.push(`layer=${encodeURIComponent(layer)}`);
  if (basemap !== undefined) pieces.push(`map=${encodeURIComponent(basemap)}`);
  if (opacity !== undefined) pieces.push(`heat=${Math.round(opacity * 100)}`);
  if (panelHidden) pieces.push("panel=hidden");
  return pieces.join("&");
}

/** Name and value of a piece; the view has no name. */
function split(piece: string): [name: string, value: string] {
  const at = piece.indexOf("=");
  return at < 0 ? ["", piece] : [piece.slice(0, at), piece.slice(at + 1)];
}

/** Some programs that pass links on escape more than they need to; a broken escape is no piece of ours. */
function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return "";
  }
}

/** A plain decimal number, so short that it is finite. */
function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,3}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}

function parseView(text: string): LinkedView | undefined {
  const parts = text.split("/");
  if (parts.length !== 3) return undefined;
  const [zoom, lat, lon] = parts.map(parseNumber);
  return zoom === undefined || lat === undefined || lon === undefined ? undefined : { zoom, lat, lon };
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
