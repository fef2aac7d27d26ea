// A chart of one or more series over months, days or years: uPlot in the page's colours, and the same numbers as a table.

import uPlot from "uplot";
import { h } from "../../ui/dom.ts";

/** One series of a chart; null where there is nothing to tell. */
export interface Series {
  label: string;
  values: readonly (number | null)[];
  /** How it stands out: what is asked for, what it is compared with, and all else. */
  look: "main" | "other" | "faint";
}

export interface ChartSpec {
  title: string;
  /** Unit of the values. */
  unit: string;
  x: readonly number[];
  series: readonly Series[];
  bars: boolean;
  /** Places on the x axis that are written, and what stands there. */
  ticks: readonly number[];
  tick: (x: number) => string;
  /** What the legend calls a place that is pointed at. */
  name: (x: number) => string;
  value: (v: number) => string;
  /** Places on the x axis that the table has rows of. */
  rows: readonly number[];
  words: { numbers: string; at: string };
}

/** Height of the plot with its axes, in CSS pixels. */
const HEIGHT = 220;

/** Part of a place's width that bars take: those compared with stand behind, wider. */
const BARS = { main: 0.5, other: 0.86, faint: 0.86 };

/** A chart on the page; it follows the width of its element until the signal. */
export function chart(spec: ChartSpec, signal: AbortSignal): HTMLElement {
  const plot = h("div", { class: "plot", "aria-hidden": "true" });
  const figure = h("figure", { class: "chart" }, h("figcaption", {}, h("h3", {}, spec.title), h("small", {}, spec.unit)), plot, numbers(spec));
  let drawn: uPlot | undefined;
  const observer = new ResizeObserver(() => {
    const width = Math.floor(plot.clientWidth);
    if (width === 0) return;
    if (drawn) drawn.setSize({ width, height: HEIGHT });
    else drawn = new uPlot(optionsOf(spec, width), [[...spec.x], ...spec.series.map((s) => [...s.values])], plot);
  });
  observer.observe(plot);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    drawn?.destroy();
  });
  return figure;
}

function optionsOf(spec: ChartSpec, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  // On paper, too, the faint ones are to be seen, whatever the theme on the screen.
  const inks = { main: colour("--accent"), other: colour("--faint"), faint: `${colour("--faint")}73` };
  const axis: uPlot.Axis = { stroke: colour("--dim"), font: `11px ${getComputedStyle(document.body).fontFamily}`, grid: { stroke: colour("--hairline"), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    scales: { x: { time: false, ...(spec.bars ? { range: [spec.x[0]! - 0.6, spec.x.at(-1)! + 0.6] as [number, number] } : {}) }, y: { range: (_, __, most) => [0, most > 0 ? 1.06 * most : 1] } },
    cursor: { y: false, drag: { x: false, y: false }, ...(spec.bars ? {} : { focus: { prox: 24 } }) },
    focus: { alpha: 0.3 },
    axes: [
      { ...axis, grid: { show: false }, size: 24, gap: 4, splits: () => [...spec.ticks], values: (_, splits) => splits.map(spec.tick) },
      { ...axis, size: 48, gap: 6, values: (_, splits) => splits.map(spec.value) },
    ],
    series: [
      { label: spec.words.at, value: (_, v) => (v == null ? "" : spec.name(v)) },
      ...spec.series.map(({ label, look }): uPlot.Series => {
        const stroke = inks[look];
        const told = { label, stroke, value: (_: uPlot, v: number | null) => (v == null ? "" : spec.value(v)) };
        if (!spec.bars) return { ...told, width: look === "main" ? 2.5 : 1.5, points: { show: false } };
        return { ...told, fill: stroke, width: 0, paths: uPlot.paths.bars!({ size: [BARS[look], 100] }), points: { show: false } };
      }),
    ],
  };
}

/** The numbers of a chart for whoever cannot see it, or wants them: a table that is made when it is opened first. */
function numbers({ x, series, rows, name, value, words, title, unit }: ChartSpec): HTMLElement {
  const table = (): HTMLElement =>
    h(
      "table",
      { "aria-label": `${title}, ${unit}` },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.at), ...series.map((s) => h("th", { scope: "col" }, s.label)))),
      h(
        "tbody",
        {},
        ...rows.map((row) => {
          const i = x.indexOf(row);
          return h("tr", {}, h("th", { scope: "row" }, name(row)), ...series.map((s) => h("td", {}, s.values[i] == null ? "\u2013" : value(s.values[i]!))));
        }),
      ),
    );
  return folded(words.numbers, title, table);
}

/** Something below a figure that is made when the reader opens it first. */
export function folded(label: string, title: string, make: () => HTMLElement): HTMLElement {
  const details = h("details", { class: "numbers" }, h("summary", { "aria-label": `${label}: ${title}` }, label));
  const fill = (): void => details.append(h("div", { class: "numbertable", tabindex: 0, role: "region", "aria-label": `${label}: ${title}` }, make()));
  details.addEventListener("toggle", fill, { once: true });
  return details;
}
