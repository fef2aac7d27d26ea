// Numbers as the reader's locale writes them, in the reader's units. Pure but for Intl.

import type { Manner } from "../sports.ts";

export type Units = "metric" | "imperial";

/** The unit of long ways. */
export const unitsText = (units: Units): string => (units === "imperial" ? "mi" : "km");

/** Metres of a mile, a yard and a foot (international yard and pound agreement of 1959). */
export const MILE_M = 1609.344;
export const YARD_M = 0.9144;
export const FOOT_M = 0.3048;

/** Round steps of paces in seconds, and of speeds. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/** A number and its unit, apart: units are shown smaller and dimmer. */
export interface Measure {
  value: string;
  unit: string;
}

/** A formatter of one locale; formatters of Intl are dear to make, so one is kept for the page. */
export class Formatter {
  /** As Intl has it; undefined is the browser's own. */
  readonly locale: string | undefined;
  readonly #plain: Intl.NumberFormat;
  readonly #whole: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #days = new Map<string, Intl.DateTimeFormat>();
  units: Units;

  constructor(locale?: string, units: Units = "metric") {
    this.locale = locale;
    this.units = units;
    this.#plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  }

  /** A number with at most one decimal. */
  number(v: number): string {
    return this.#plain.format(v);
  }

  /** A number without decimals. */
  whole(v: number): string {
    return this.#whole.format(v);
  }

  /** A number in little room: 12,000 becomes 12K. */
  compact(v: number): string {
    return v >= 10_000 ? this.#compact.format(v) : this.#plain.format(v);
  }

  /** A signed number: the plus is written too. */
  signed(v: number): string {
    return (v > 0 ? "+" : v < 0 ? "\u2212" : "") + this.#plain.format(Math.abs(v));
  }

  /** A day, counted from 1970-01-01 UTC, as precisely as asked. */
  day(day: number, precision: "year" | "month" | "day"): string {
    return this.#dayFormat(precision).format(day * 86_400_000);
  }

  /** The days from one to another, what both have in common once where the language does so: 4–14 Oct 2024. */
  days(from: number, to: number): string {
    return this.#dayFormat("day").formatRange(from * 86_400_000, to * 86_400_000);
  }

  /** A month, 0 being January, without its year. */
  month(month: number, length: "narrow" | "long"): string {
    return this.#dated(`month ${length}`, { month: length }).format(Date.UTC(2024, month));
  }

  /** A day, counted from 1970-01-01 UTC, without its year. */
  dayOfYear(day: number): string {
    return this.#dated("day of year", { month: "long", day: "numeric" }).format(day * 86_400_000);
  }

  /** An hour of the day, 0..23, as a time. */
  hour(hour: number): string {
    return this.#dated("hour", { hour: "numeric" }).format(hour * 3_600_000);
  }

  /** A day of the week, 0 being Monday, in short or in full. */
  weekday(day: number, length: "short" | "long" = "short"): string {
    // The fifth of January 1970 was a Monday.
    return this.#dated(length, { weekday: length }).format((day + 4) * 86_400_000);
  }

  #dayFormat(precision: "year" | "month" | "day"): Intl.DateTimeFormat {
    const options: Intl.DateTimeFormatOptions = { year: "numeric" };
    if (precision !== "year") options.month = "short";
    if (precision === "day") options.day = "numeric";
    return this.#dated(precision, options);
  }

  #dated(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let format = this.#days.get(name);
    if (!format) this.#days.set(name, (format = new Intl.DateTimeFormat(this.locale, { timeZone: "UTC", ...options })));
    return format;
  }

  /** Metres of a way in km or mi: one decimal below 100, none above. */
  distance(metres: number): Measure {
    const v = metres / this.distanceUnitM;
    return { value: Math.abs(v) < 99.95 ? this.#plain.format(v) : this.#whole.format(v), unit: this.distanceUnit };
  }

  /** The unit of long ways, and its metres. */
  get distanceUnit(): string {
    return unitsText(this.units);
  }

  get distanceUnitM(): number {
    return this.units === "imperial" ? MILE_M : 1000;
  }

  /** Metres of height in m or ft, whole. */
  height(metres: number): Measure {
    const imperial = this.units === "imperial";
    return { value: this.#whole.format(imperial ? metres / FOOT_M : metres), unit: imperial ? "ft" : "m" };
  }

  /** Degrees Celsius in the reader's unit, or, of a difference, as many of the reader's degrees; and back. */
  degrees(celsius: number, difference = false): number {
    return this.units === "imperial" ? celsius * 1.8 + (difference ? 0 : 32) : celsius;
  }

  celsius(degrees: number): number {
    return this.units === "imperial" ? (degrees - 32) / 1.8 : degrees;
  }

  /** The unit of a swimmer's pace, and its metres. */
  get swimUnit(): string {
    return this.units === "imperial" ? "100\u202fyd" : "100\u202fm";
  }

  get swimUnitM(): number {
    return this.units === "imperial" ? 100 * YARD_M : 100;
  }

  /**
   * A speed in m/s: km/h or mph for rides, minutes per 100 m or yards for swims, minutes a kilometre or mile for everything else. doubt is how far
   * it may be off, as a part of it: it is rounded to a round step that is no wider.
   */
  speed(ms: number, manner: Manner, doubt = 0): Measure {
    if (!(ms > 0)) return { value: "\u2013", unit: "" };
    const unit = this.distanceUnit;
    const rounded = (v: number, steps: readonly number[]): number => {
      const step = steps.filter((s) => s <= 2 * doubt * v).at(-1);
      return step ? Math.round(v / step) * step : v;
    };
    if (manner === "swim") return { value: clock(rounded(this.swimUnitM / ms, SECONDS)), unit: `min/${this.swimUnit}` };
    if (manner === "ride") return { value: this.#plain.format(rounded((ms * 3600) / this.distanceUnitM, SPEEDS)), unit: unit === "mi" ? "mph" : "km/h" };
    return { value: clock(rounded(this.distanceUnitM / ms, SECONDS)), unit: `min/${unit}` };
  }

  /** Seconds as minutes below an hour, as hours and minutes, 1:05 h, below a day, and as hours from there. */
  duration(seconds: number): Measure {
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return { value: this.#whole.format(minutes), unit: "min" };
    if (minutes >= 1440) return { value: this.#whole.format(minutes / 60), unit: "h" };
    return { value: `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`, unit: "h" };
  }
}

/** Minutes and seconds of a number of seconds, as runners write a pace: 4:30. */
export function clock(seconds: number): string {
  const s = Math.round(seconds);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** A time as a stopwatch shows it: 4:30, and from an hour on 1:04:30. */
export function stopwatch(seconds: number): string {
  const s = Math.round(seconds);
  const [minutes, rest] = [Math.floor(s / 60), String(s % 60).padStart(2, "0")];
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** Seconds a kilometre of a speed in m/s. */
export const paceOf = (speedMS: number): number => 1000 / speedMS;
