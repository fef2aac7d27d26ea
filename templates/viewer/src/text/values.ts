// A value of a layer in words: its number and its unit as the reader has them. Pure but for Intl.

import type { Summary } from "../archive/metadata.ts";
import { duration, isCount, MANNERS, type Quantity } from "../heat/legend.ts";
import type { Formatter } from "./format.ts";
import type { Strings } from "./strings.ts";

/** The unit that a bar of a quantity stands under. */
export function unitText(quantity: Quantity, format: Formatter, strings: Strings): string {
  const { units, values } = strings;
  const imperial = format.units === "imperial";
  switch (quantity) {
    case "visits":
    case "athletes":
    case "time":
    case "bpm":
    case "rpm":
    case "spm":
    case "day":
    case "first":
      return units[quantity];
    case "watts":
      return "W";
    case "degrees":
      return imperial ? "°F" : "°C";
    case "trend":
      return values.minusIsFaster(values.trend(trendUnit(format, strings)));
    case "pace":
      return imperial ? values.paceMile : units.pace;
    case "swim":
      return `min/${format.swimUnit}`;
    case "speed":
      return imperial ? values.speedMile : units.speed;
    case "climb":
      return imperial ? values.climbFeet : units.climb; // the same number: it is a ratio
    case "percent":
    case "grade":
      return units.percent;
    case "number":
      return "";
  }
}

const trendUnit = (format: Formatter, { units }: Strings): string => `${units.second}/${format.distanceUnit}`;

/** Seconds a kilometre as seconds a kilometre or mile. */
const perUnit = (value: number, format: Formatter): number => (value * format.distanceUnitM) / 1000;

/** "12 visits", "4:35 min/km", "148 bpm", "+3.2 %", "last here 3 May 2025". value in the field's unit; empty where there is none to tell. */
export function valueText(quantity: Quantity, value: number, format: Formatter, strings: Strings): string {
  if (!Number.isFinite(value)) return "";
  const number = valueNumber(quantity, value, format, strings);
  switch (quantity) {
    case "visits":
    case "athletes": {
      // The glow beside a line is less than one outing, yet one outing it was.
      const nouns = strings[quantity];
      return `${number}\u202f${wholeVisits(value) === 1 ? nouns.one : nouns.other}`;
    }
    case "time":
      return number;
    case "day":
    case "first":
      return strings.values[quantity === "day" ? "lastHere" : "firstHere"].replace("{day}", number);
    case "trend":
      return strings.values[value < 0 ? "fasterYearly" : "slowerYearly"](`${number}\u202f${trendUnit(format, strings)}`);
    case "pace":
    case "swim":
    case "speed":
      if (!(value > 0)) return "";
  }
  const unit = unitText(quantity, format, strings);
  return unit ? `${number}\u202f${unit}` : number;
}

/** By how much two values differ: "+3 visits", "−0.4 km/h", "no difference". quantity is that of a difference, value in the field's unit. */
export function differenceText(quantity: Quantity, value: number, format: Formatter, strings: Strings): string {
  if (!Number.isFinite(value)) return "";
  const shown = isCount(quantity) ? Math.round(value) : quantity === "speed" ? (value * 3600) / format.distanceUnitM : quantity === "trend" ? perUnit(value, format) : quantity === "degrees" ? format.degrees(value, true) : value;
  if (format.signed(shown) === format.signed(0) || Math.abs(shown) < 0.05) return strings.comparison.same;
  if (quantity === "time") return `${value > 0 ? "+" : "\u2212"}${duration(Math.abs(value), format, strings.units)}`;
  const unit = isCount(quantity) ? (Math.abs(shown) === 1 ? strings[quantity].one : strings[quantity].other) : quantity === "trend" ? strings.values.trend(trendUnit(format, strings)) : unitText(quantity, format, strings);
  return `${format.signed(shown)}\u202f${unit}`;
}

/** An end of a range in words: like a value, but nothing may be an end, and a day is only a day. */
export function endText(quantity: Quantity, value: number, format: Formatter, strings: Strings): string {
  if (quantity === "day" || quantity === "first") return valueNumber(quantity, value, format, strings);
  if (isCount(quantity) && value < 0.5) return `${format.whole(0)}\u202f${strings[quantity].other}`;
  return valueText(quantity, value, format, strings);
}

/** "312 activities" */
export function countText(count: number, nouns: { one: string; other: string }, format: Formatter): string {
  return `${format.whole(count)} ${count === 1 ? nouns.one : nouns.other}`;
}

/** "310 activities or more": what is told of activities that are not listed. */
export function summaryText({ count, of, least }: Summary, format: Formatter, strings: Strings): string {
  const text = countText(count, strings[of], format);
  return least > 1 ? strings.values.orMore(text) : text;
}

/** Which end of its scale a value stands at, where what lies beyond is told as the end itself. */
export type ScaleEnd = "low" | "high";

/** "83 bpm or less", "9:30 min/km or slower": a value that stands for all beyond an end of its scale. */
export function orBeyond(text: string, quantity: Quantity, end: ScaleEnd | undefined, { values }: Strings): string {
  if (!end || text === "") return text;
  const paced = quantity === "pace" || quantity === "swim";
  const words = end === "low" ? (paced ? values.orSlower : values.orLess) : paced ? values.orFaster : values.orMore;
  return words(text);
}

/**
 * What is told of a value of a map of a crowd: counts in steps of the least that share a place, nothing on the rim of their glow; all else as it is.
 */
export function crowdText(text: string, quantity: Quantity, value: number, least: number, strings: Strings): string {
  if (!isCount(quantity) || least < 2) return text;
  return value < least ? "" : orBeyond(text, quantity, "high", strings);
}

/** Visits as a whole number: the nearest, a half (which archives of earlier versions store) downwards, and one at least. */
const wholeVisits = (value: number): number => Math.max(1, Math.ceil(value - 0.5));

/** The number of valueText alone, for places that have the unit beside them. */
export function valueNumber(quantity: Quantity, value: number, format: Formatter, strings: Strings): string {
  switch (quantity) {
    case "visits":
    case "athletes":
      return format.whole(wholeVisits(value));
    case "time":
      return duration(value, format, strings.units);
    case "pace":
    case "swim":
    case "speed":
      return format.speed(value, MANNERS[quantity]).value;
    case "degrees":
      return format.whole(format.degrees(value));
    case "bpm":
    case "rpm":
    case "spm":
    case "watts":
      return format.whole(value);
    case "grade":
      return format.signed(value);
    case "trend":
      return format.number(Math.abs(perUnit(value, format)));
    case "day":
    case "first":
      return format.day(Math.round(value), "day");
    case "percent":
    case "climb":
    case "number":
      return format.number(value);
  }
}
