// The days of a selection in their order: which activities are there at a time, and which of them still glow. Pure.

import { formatDay, parseDay } from "../../linkparts.ts";

/** Dated activities in the order of their days. */
export interface Timeline {
  /** Rows of the activities. */
  activity: Uint32Array;
  /** Their days since 1970-01-01, ascending. */
  day: Int32Array;
  /** Whether the rows ascend, too. */
  ascending: boolean;
}

/** The selected activities that have a day; day is by row, 0 where not known. */
export function timelineOf(day: readonly number[], selected: Uint8Array): Timeline {
  const activity = Uint32Array.from(day.keys()).filter((a) => selected[a] && day[a] !== 0);
  activity.sort((a, b) => day[a]! - day[b]! || a - b);
  return { activity, day: Int32Array.from(activity, (a) => day[a]!), ascending: activity.every((a, i) => i === 0 || activity[i - 1]! < a) };
}

/** How many of them are there at a time in days since 1970-01-01, fractional: those of its day included. */
export function countAt({ day }: Timeline, time: number): number {
  let [lo, hi] = [0, day.length];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (day[middle]! <= time) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}

/** 0 for each activity whose day is still to come, 1 for the others; those without a day are there from the beginning. */
export const thereAt = (day: readonly number[], time: number): Uint8Array => Uint8Array.from(day, (d) => Number(d <= time));

/** Calls back with every activity of the last days before a time, and how strongly it glows: 1 on its own day, 0 when so many days are over. */
export function eachGlowing(timeline: Timeline, time: number, days: number, glows: (activity: number, strength: number) => void): void {
  for (let i = countAt(timeline, time) - 1; i >= 0; i--) {
    const over = Math.max(0, time - timeline.day[i]! - 1);
    if (over >= days) return;
    glows(timeline.activity[i]!, 1 - over / days);
  }
}

/** Rows from (included) to (excluded), of which the selected ones glow as strongly. */
export interface Span {
  from: number;
  to: number;
  strength: number;
}

/** What glows in so many strengths, the oldest first. Neighbours of one strength are put together, with rows between them that are not selected. */
export function glowingSpans(timeline: Timeline, time: number, days: number, strengths: number): Span[] {
  const spans: Span[] = [];
  eachGlowing(timeline, time, days, (a, exact) => {
    const strength = Math.ceil(exact * strengths) / strengths;
    const before = spans.at(-1);
    // Of rows in the order of their days none that is selected lies between two in a row.
    if (before && before.strength === strength && timeline.ascending) before.from = a;
    else spans.push({ from: a, to: a + 1, strength });
  });
  return spans.reverse();
}

/** What is replayed: the days one after the other, or all activities as if they had begun together. */
export type Mode = "days" | "together";

/** How fast each mode can go: days, and seconds of the activities, to the second. */
export const SPEEDS: Record<Mode, readonly number[]> = { days: [1, 7, 30, 91], together: [60, 300, 900, 3600] };

/** The least speed that gets through so much within a minute, or the greatest. */
export const speedFor = (mode: Mode, length: number): number => SPEEDS[mode].find((s) => length / s <= 60) ?? SPEEDS[mode].at(-1)!;

/** What a link says of a replay: "" for the days, all of them there. */
export function formatReplay(mode: Mode, at: number | undefined): string {
  if (at === undefined) return mode === "days" ? "" : mode;
  return `${mode}/${mode === "days" ? formatDay(at) : Math.round(at)}`;
}

/** Reads what a link says; a time is in days since 1970-01-01, or in seconds since all began. */
export function parseReplay(text: string): { mode: Mode; at: number | undefined } {
  const [mode, at = "", ...more] = text.split("/");
  if (more.length > 0 || mode !== "together") return { mode: "days", at: mode === "days" && more.length === 0 ? parseDay(at) : undefined };
  return { mode, at: /^\d{1,6}$/.test(at) ? Number(at) : undefined };
}
