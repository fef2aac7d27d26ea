// Labels, hours and weekdays in words. Pure but for Intl.

import type { HourSpan } from "../labels.ts";
import type { Selection } from "../selection.ts";
import type { Formatter } from "./format.ts";
import type { Strings } from "./strings.ts";

/** What an outing was for; a kind that is not known here as it is called. */
export function kindName(kind: string, strings: Strings): string {
  return (Object.hasOwn(strings.filters.kinds, kind) && strings.filters.kinds[kind]) || kind;
}

/** Hours from the first to the end of the last: "10 PM – 5 AM". */
export function hoursText([first, last]: HourSpan, format: Formatter): string {
  const time = (hour: number): string => format.hour(hour).replaceAll(/\s/g, "\u00a0");
  return `${time(first)}\u2009\u2013\u2009${time((last + 1) % 24)}`;
}

/** Days of the week, those that follow each other as a span: "Mon – Fri". */
export function weekdaysText(days: readonly number[], format: Formatter): string {
  const spans: number[][] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else spans.push([day]);
  }
  return spans
    .flatMap((span) => (span.length > 2 ? [`${format.weekday(span[0]!)}\u2009\u2013\u2009${format.weekday(span.at(-1)!)}`] : span.map((d) => format.weekday(d))))
    .join(", ");
}

/** The limits of a selection on labels, hours and weekdays, in words. */
export function describeLabels({ gear, kinds, commute, hours, weekdays }: Selection, format: Formatter, strings: Strings): string[] {
  const { commutes, noCommutes } = strings.filters;
  return [
    gear?.join(", ") ?? "",
    kinds?.map((kind) => kindName(kind, strings)).join(", ") ?? "",
    commute === undefined ? "" : commute ? commutes : noCommutes,
    hours ? hoursText(hours, format) : "",
    weekdays ? weekdaysText(weekdays, format) : "",
  ];
}
