// The charts of a report: months, the sum up to each day, years, the calendar of days, and the parts of the sports.

import type { Activities } from "../../archive/metadata.ts";
import { rankOfSport } from "../../pictures.ts";
import { sportColour } from "../../sportcolours.ts";
import type { Formatter } from "../../text/format.ts";
import { sportName } from "../../text/sportname.ts";
import type { Strings } from "../../text/strings.ts";
import { countText } from "../../text/values.ts";
import { h, s } from "../../ui/dom.ts";
import { CALENDAR, calendarPaths, cornerOf, dayAt } from "./calendar.ts";
import { chart, type ChartSpec, folded, type Series } from "./chart.ts";
import { byDay, byMonth, cumulated, type Days, firstOf, LEAP, lengthOf, type Share, shadesOf } from "./figures.ts";
import type { YearReport } from "./report.ts";

/** What charts are made with. */
export interface ChartGround {
  activities: Activities;
  strings: Strings;
  format: Formatter;
}

const DAY_MS = 86_400_000;

const MONTHS = Array.from({ length: 12 }, (_, m) => m);

/** All charts of a report, until the signal. */
export function chartsOf(report: YearReport, ground: ChartGround, signal: AbortSignal): HTMLElement[] {
  const { year, years } = report;
  const charts = [chart(monthsOf(report, ground), signal), chart(sumsOf(report, ground), signal)];
  if (year === "all" && years.length > 1) charts.push(chart(yearsChart(report, ground), signal));
  const sports = sportsOf(report, ground);
  return year === "all" ? [...charts, sports, calendarOf(report, years.slice().reverse(), ground)] : [...charts, calendarOf(report, [year], ground), sports];
}

/** A series for each year that is shown: of one year, after that of the year before; of all, the newest stands out. */
function seriesOf(report: YearReport, values: (days: Days, year: number) => (number | null)[]): Series[] {
  const { year, years, days, daysBefore, all } = report;
  if (year === "all") return years.map((y, i) => ({ label: String(y), values: values(all, y), look: i === years.length - 1 ? "main" : i === years.length - 2 ? "other" : "faint" }));
  const now: Series = { label: String(year), values: values(days, year), look: "main" };
  return daysBefore.day.length > 0 ? [{ label: String(year - 1), values: values(daysBefore, year - 1), look: "other" }, now] : [now];
}

function common({ strings, format }: ChartGround): Pick<ChartSpec, "unit" | "value" | "words"> {
  const { numbers } = strings.year;
  return { unit: format.distanceUnit, value: (v) => (v < 10 ? format.number(v) : format.whole(v)), words: { numbers, at: "" } };
}

function monthsOf(report: YearReport, ground: ChartGround): ChartSpec {
  const { strings, format } = ground;
  const unit = format.distanceUnitM;
  const base = common(ground);
  return {
    ...base,
    title: strings.year.months,
    words: { ...base.words, at: strings.year.month },
    x: MONTHS,
    series: seriesOf(report, (days, year) => byMonth(days, year).map((m, i) => (firstOf(year, i) > report.until ? null : m / unit))),
    bars: report.year !== "all" || report.years.length < 2,
    ticks: MONTHS,
    tick: (m) => format.month(m, "narrow"),
    name: (m) => format.month(m, "long"),
    rows: MONTHS,
  };
}

function sumsOf(report: YearReport, ground: ChartGround): ChartSpec {
  const { strings, format } = ground;
  const unit = format.distanceUnitM;
  const start = firstOf(LEAP);
  const base = common(ground);
  return {
    ...base,
    title: strings.year.sums,
    words: { ...base.words, at: strings.year.until },
    x: Array.from({ length: lengthOf(LEAP) }, (_, i) => i),
    series: seriesOf(report, (days, year) => cumulated(days, year, report.until).map((m) => (m === null ? null : m / unit))),
    bars: false,
    ticks: MONTHS.map((m) => firstOf(LEAP, m) - start + 15),
    tick: (i) => format.month(new Date((start + i) * DAY_MS).getUTCMonth(), "narrow"),
    name: (i) => format.dayOfYear(start + i),
    rows: MONTHS.map((m) => firstOf(LEAP, m + 1) - 1 - start),
  };
}

function yearsChart({ years, all }: YearReport, ground: ChartGround): ChartSpec {
  const { strings, format } = ground;
  const base = common(ground);
  const sums = years.map((y) => byMonth(all, y).reduce((n, m) => n + m, 0) / format.distanceUnitM);
  return {
    ...base,
    title: strings.year.years,
    words: { ...base.words, at: strings.year.year },
    x: years,
    series: [{ label: strings.year.distance, values: sums, look: "main" }],
    bars: true,
    // As many as have room on a phone.
    ticks: years.filter((_, i) => (years.length - 1 - i) % Math.ceil(years.length / 8) === 0),
    tick: String,
    name: String,
    rows: years,
  };
}

/** The calendars of some years: how far each day went, told of the one that is pointed at. */
function calendarOf({ days }: YearReport, years: readonly number[], { strings, format }: ChartGround): HTMLElement {
  const words = strings.year;
  const least = shadesOf(days);
  const told = h("p", { class: "told number", "aria-hidden": "true" }, words.pointAtDay);
  const metresOn = new Map(days.day.map((d, i) => [d, days.metres[i]!]));
  const text = (metres: number): string => {
    const { value, unit } = format.distance(metres);
    return `${value}\u202f${unit}`;
  };
  const calendar = (year: number): HTMLElement => {
    const paths = calendarPaths(year, byDay(days, year), least).map((d, shade) => s("path", { d, class: `shade${shade}` }));
    const months = MONTHS.map((m) => {
      const day = firstOf(year, m);
      const name = s("text", { x: cornerOf(day + 6, year).x, y: 12 });
      name.textContent = format.month(m, "narrow");
      return name;
    });
    const svg = s("svg", { viewBox: `0 0 ${CALENDAR.width} ${CALENDAR.height}`, "aria-hidden": "true" }, ...months, ...paths);
    const tell = (e: MouseEvent): void => {
      const box = svg.getBoundingClientRect();
      const scale = CALENDAR.width / box.width;
      const day = dayAt((e.clientX - box.left) * scale, (e.clientY - box.top) * scale, year);
      if (day !== undefined) told.textContent = `${format.day(day, "day")}: ${metresOn.has(day) ? text(metresOn.get(day)!) : words.restDay}`;
    };
    svg.addEventListener("pointermove", tell);
    svg.addEventListener("click", tell); // a tap moves nothing
    return h("div", { class: "calendar" }, ...(years.length > 1 ? [h("h4", {}, String(year))] : []), svg);
  };
  const table = (): HTMLElement => {
    const rows = days.day.map((d, i) => h("tr", {}, h("th", { scope: "row" }, format.day(d, "day")), h("td", {}, text(days.metres[i]!))));
    return h("table", { "aria-label": words.days }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.day), h("th", { scope: "col" }, words.distance))), h("tbody", {}, ...rows));
  };
  return h("figure", { class: years.length > 1 ? "chart wide" : "chart" }, h("figcaption", {}, h("h3", {}, words.days), told), h("div", { class: "calendars" }, ...years.map(calendar)), folded(words.numbers, words.days, table));
}

/** The parts of the sports: by their way, or by how many where none has one. */
function sportsOf({ shares }: YearReport, { activities, strings, format }: ChartGround): HTMLElement {
  const words = strings.year;
  const far = shares.some((share) => share.metres > 0);
  const of = (share: Share): number => (far ? share.metres : share.count);
  const total = shares.reduce((n, share) => n + of(share), 0);
  const colour = ({ sport }: Share): string => `rgb(${sportColour(rankOfSport(activities, sport)).join(" ")})`;
  const bar = shares.map((share) => h("span", { style: { "flex-grow": String(of(share)), background: colour(share) } }));
  const row = (share: Share): HTMLElement => {
    const { value, unit } = format.distance(share.metres);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("span", { class: "dot", style: { background: colour(share) } }), sportName(activities.sports[share.sport]!, strings)),
      h("td", {}, `${format.whole((100 * of(share)) / total)}\u202f%`),
      h("td", {}, value, h("small", {}, `\u202f${unit}`)),
      h("td", {}, countText(share.count, strings.activities, format)),
    );
  };
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h3", {}, words.sports)),
    h("div", { class: "shares", "aria-hidden": "true" }, ...bar),
    h("table", { class: "sharelist", "aria-label": words.sports }, h("tbody", {}, ...shares.map(row))),
  );
}
