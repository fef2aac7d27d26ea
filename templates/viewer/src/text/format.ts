// Numbers as the reader's locale writes them. Pure but for Intl.

/** A formatter of one locale; formatters of Intl are dear to make, so one is kept for the page. */
export class Formatter {
  readonly #locale: string | undefined;
  readonly #plain: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;

  constructor(locale?: string) {
    this.#locale = locale;
    this.#plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  }

  /** A number with at most one decimal. */
  number(v: number): string {
    return this.#plain.format(v);
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
    const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", year: "numeric" };
    if (precision !== "year") options.month = "short";
    if (precision === "day") options.day = "numeric";
    return new Intl.DateTimeFormat(this.#locale, options).format(new Date(day * 86_400_000));
  }
}

/** Minutes and seconds of a number of seconds, as runners write a pace: 4:30. */
export function clock(seconds: number): string {
  const s = Math.round(seconds);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** Seconds a kilometre of a speed in m/s. */
export const paceOf = (speedMS: number): number => 1000 / speedMS;
