// How the reader wants a layer's values to look, and what becomes of a layer by it. Pure: no colour here costs a
// request, since stored tiles carry values.

import { type Field, type Layer, rangeAt } from "../archive/metadata.ts";
import { type Mapping, mapping } from "./palette.ts";
import { OWN, rampStops, reversedRamp } from "./ramps.ts";

export type LookScale = "linear" | "log" | "local";

/** What is missing is as the archive has it. */
export interface Look {
  /** Id of a ramp in heat/ramps.ts. */
  ramp?: string;
  /** Dark end for high values. */
  reversed?: boolean;
  /** "local" is brightness relative to the surroundings. */
  scale?: LookScale;
  /** Ends of the range in the field's unit, whatever the zoom. A symmetric layer has only hi, the magnitude at both ends. */
  lo?: number;
  hi?: number;
}

/** A range of values in the field's unit. */
export interface Range {
  lo: number;
  hi: number;
}

/** The range that a picture other than the stored one spreads its ramp over. */
export interface RangeOverride extends Range {
  /** The ramp stands for brightness relative to the surroundings, so there are no numbers. */
  local?: boolean;
}

/** Scales that make sense for a layer, none or more than one. "local" can be drawn from the tracks only. */
export function scalesFor(layer: Layer, field: Field): LookScale[] {
  if (layer.scale !== "linear" && layer.scale !== "log") return [];
  if (field.kind === "count") return ["linear", "log", "local"];
  return field.kind === "sum" ? ["linear", "log"] : [];
}

/** The scale in force: the look's where it makes sense, else the layer's own. */
export function scaleOf(layer: Layer, field: Field, look: Look): LookScale | undefined {
  const offered = scalesFor(layer, field);
  if (offered.length === 0) return undefined;
  return look.scale && offered.includes(look.scale) ? look.scale : (layer.scale as LookScale);
}

/** The layer as the look has it. Its `from` is the look's lower end; "local" counts as "log". */
export function lookedLayer(layer: Layer, field: Field, look: Look): Layer {
  const stops = rampStops(layer, look.ramp);
  const out: Layer = { ...layer, ramp: look.reversed ? reversedRamp(stops) : stops };
  const scale = scaleOf(layer, field, look);
  if (scale && scale !== layer.scale) {
    out.scale = scale === "linear" ? "linear" : "log";
    // Even steps start at nothing; ratios need a start that is more than nothing, as a visit is.
    if (out.scale !== layer.scale) delete out.from;
    if (out.scale === "log" && out.from === undefined && field.kind === "count") out.from = 1;
  }
  if (look.lo !== undefined && out.scale !== "symmetric" && (out.scale !== "log" || look.lo > 0)) out.from = look.lo;
  return out;
}

/** The range of a layer at a zoom under the look's scale, without the look's own ends; undefined for an empty field. */
export function plainRange(layer: Layer, field: Field, zoom: number, look: Look, override?: Range): Range | undefined {
  const range = override ?? rangeAt(field, zoom);
  if (!range) return undefined;
  const { from, scale } = lookedLayer(layer, field, withoutEnds(look));
  let lo = from ?? range.lo;
  if (scale === "log" && lo <= 0) lo = field.values.find((v) => v > 0) ?? range.hi;
  return { lo, hi: range.hi };
}

/** The range that the ramp is spread over: that of the zoom, or of the override, with the look's ends in place of its own. */
export function lookedRange(layer: Layer, field: Field, zoom: number, look: Look, override?: Range): Range | undefined {
  const range = plainRange(layer, field, zoom, look, override);
  if (!range) return undefined;
  const { scale, from } = lookedLayer(layer, field, look);
  let hi = look.hi ?? range.hi;
  if (scale === "symmetric") return { lo: -hi, hi };
  const loFixed = from !== undefined && from === look.lo;
  let lo = loFixed ? from : range.lo;
  // An end that lies beyond the zoom's whole range leaves the other one no room: everything is on one side of it.
  if (lo >= hi && (loFixed || look.hi !== undefined)) {
    if (loFixed) hi = lo + Math.max(Math.abs(lo), 1) * 1e-3;
    else lo = hi - Math.max(Math.abs(hi), 1e-3) * 1e-3;
  }
  return { lo, hi };
}

/** Where values lie on the ramp under a look; undefined for an empty field. */
export function lookedMapping(layer: Layer, field: Field, zoom: number, look: Look, override?: Range): Mapping | undefined {
  const range = lookedRange(layer, field, zoom, look, override);
  return range && mapping({ ...lookedLayer(layer, field, look), from: range.lo }, field, range);
}

/** An end of the range as it is kept: a number that can be told and that is short in a link. */
export function roundedEnd(field: Field, value: number): number {
  switch (field.unit) {
    case "visits":
    case "athletes":
    case "bpm":
    case "day":
    case "first":
      return Math.round(value);
    case "%":
    case "m/100m":
      return Math.round(value * 10) / 10;
  }
  return Number(value.toPrecision(3));
}

/** The look with the ends of the range left to the zoom. */
export function withoutEnds({ lo: _lo, hi: _hi, ...rest }: Look): Look {
  return rest;
}

/** Whether a look changes nothing. */
export const isPlain = (look: Look): boolean => formatLook(look) === "";

/** Six digits are finer than any level of a tile. */
const written = (v: number | undefined): string => (v === undefined ? "" : String(Number(v.toPrecision(6))));

/** A look in a few letters for a link, as "viridis,r,log,1..20"; empty for one that changes nothing. */
export function formatLook({ ramp, reversed, scale, lo, hi }: Look): string {
  const parts: string[] = [];
  if (ramp !== undefined && ramp !== OWN) parts.push(ramp);
  if (reversed) parts.push("r");
  if (scale) parts.push(scale);
  if (lo !== undefined || hi !== undefined) parts.push(`${written(lo)}..${written(hi)}`);
  return parts.join(",");
}

const NUMBER = "-?\\d{1,12}(?:\\.\\d{1,12})?(?:e-\\d)?";
const RANGE = new RegExp(`^(${NUMBER})?\\.\\.(${NUMBER})?$`);

/** Reads what formatLook writes; undefined where a piece of it makes no sense. An unknown ramp is for the layer to judge. */
export function parseLook(text: string): Look | undefined {
  const look: Look = {};
  if (text === "") return look;
  for (const part of text.split(",")) {
    const range = RANGE.exec(part);
    if (range) {
      const [lo, hi] = [range[1], range[2]].map((v) => (v === undefined ? undefined : Number(v)));
      if (lo !== undefined) look.lo = lo;
      if (hi !== undefined) look.hi = hi;
      if (lo !== undefined && hi !== undefined && lo >= hi) return undefined;
    } else if (part === "r") {
      look.reversed = true;
    } else if (part === "linear" || part === "log" || part === "local") {
      look.scale = part;
    } else if (/^[a-z][a-z-]{1,15}$/.test(part)) {
      look.ramp = part;
    } else {
      return undefined;
    }
  }
  return look;
}
