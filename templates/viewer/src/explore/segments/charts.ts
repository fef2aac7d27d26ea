// Small charts of a segment: times over the years, and the profile of its climb.

import { s } from "../../ui/dom.ts";

const WIDTH = 300;
const HEIGHT = 54;
const EDGE = 5;

/** An effort of a trend: a day, counted from 1970-01-01, its seconds, and whether it is the best. */
export interface Dot {
  day: number;
  seconds: number;
  best: boolean;
}

/** How many efforts in a row the line of a trend is the middle of. */
const ROW = 5;

/** Where values lie between two edges; all of them in the middle where they are one. */
function scale(values: readonly number[], from: number, to: number): (v: number) => number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (v) => (most > least ? from + ((v - least) / (most - least)) * (to - from) : (from + to) / 2);
}

const path = (places: readonly (readonly [number, number])[]): string => places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function chart(label: string, ...children: SVGElement[]): SVGElement {
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "segmentchart" }, ...children);
}

/** The middle of the values around each. */
export function runningMedian(values: readonly number[], row = ROW): number[] {
  return values.map((_, i) => {
    const around = values.slice(Math.max(0, i - (row >> 1)), i + (row >> 1) + 1).sort((a, b) => a - b);
    return (around[(around.length - 1) >> 1]! + around[around.length >> 1]!) / 2;
  });
}

/** Efforts over time, at least one, the faster the higher, with the line of their middle. */
export function trendChart(dots: readonly Dot[], label: string): SVGElement {
  const sorted = [...dots].sort((a, b) => a.day - b.day);
  const x = scale(sorted.map((d) => d.day), EDGE, WIDTH - EDGE);
  const y = scale(sorted.map((d) => d.seconds), EDGE, HEIGHT - EDGE);
  const middle = runningMedian(sorted.map((d) => d.seconds));
  const dot = (d: Dot): SVGElement => s("circle", { cx: x(d.day).toFixed(1), cy: y(d.seconds).toFixed(1), r: d.best ? 4 : 2.5, class: d.best ? "best" : "effort" });
  return chart(
    label,
    s("path", { d: path(sorted.map((d, i) => [x(d.day), y(middle[i]!)])), class: "middle" }),
    ...sorted.filter((d) => !d.best).map(dot),
    ...sorted.filter((d) => d.best).map(dot),
  );
}

/** Height over the way, at least two places of it. */
export function profileChart({ metres, altitude }: { metres: readonly number[]; altitude: readonly number[] }, label: string): SVGElement {
  const x = scale(metres, 0, WIDTH);
  // What is nearly flat is shown so.
  const least = Math.min(...altitude);
  const y = scale([least, Math.max(...altitude, least + 10)], HEIGHT - EDGE, EDGE);
  const line = path(metres.map((m, i) => [x(m), y(altitude[i]!)]));
  return chart(label, s("path", { d: `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`, class: "area" }), s("path", { d: line, class: "height" }));
}
