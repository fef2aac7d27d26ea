// Where the days of a year lie on its calendar: a column a week, from Monday at the top to Sunday. Pure.

import { firstOf, lengthOf, SHADES, shadeOf } from "./figures.ts";

/** Side of a day's square and the step to the next one, in the calendar's own units; the names of the months stand above. */
const SIDE = 10;
const STEP = 12;
const HEAD = 18;

/** Width and height of every calendar: a leap year that begins on a Sunday has 54 weeks. */
export const CALENDAR = { width: 54 * STEP - (STEP - SIDE), height: HEAD + 7 * STEP - (STEP - SIDE) };

/** Day of the week, 0 being Monday; 1970-01-01 was a Thursday. */
const weekday = (day: number): number => (day + 3) % 7;

/** Left upper corner of a day. */
export function cornerOf(day: number, year: number): { x: number; y: number } {
  const first = firstOf(year);
  return { x: STEP * Math.floor((day - first + weekday(first)) / 7), y: HEAD + STEP * weekday(day) };
}

/** The day at a place of a year's calendar; undefined where there is none. */
export function dayAt(x: number, y: number, year: number): number | undefined {
  const row = Math.floor((y - HEAD) / STEP);
  if (row < 0 || row > 6 || x < 0) return undefined;
  const first = firstOf(year);
  const n = 7 * Math.floor(x / STEP) + row - weekday(first);
  return n >= 0 && n < lengthOf(year) ? first + n : undefined;
}

/** One path a shade, from none at all to the strongest, of the metres of each day of a year. */
export function calendarPaths(year: number, metres: ArrayLike<number>, least: readonly number[]): string[] {
  const paths = new Array<string>(SHADES + 1).fill("");
  for (let i = 0; i < metres.length; i++) {
    const { x, y } = cornerOf(firstOf(year) + i, year);
    paths[shadeOf(metres[i]!, least)] += `M${x} ${y}h${SIDE}v${SIDE}h-${SIDE}z`;
  }
  return paths;
}
