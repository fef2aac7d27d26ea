// The figures of a report as tiles: a number, what it is, and beside it what is to be known of it.

import type { Formatter, Measure } from "../../text/format.ts";
import type { Strings } from "../../text/strings.ts";
import { h } from "../../ui/dom.ts";
import type { Activities } from "../../archive/metadata.ts";
import { eddington, type NewGround, type Streak } from "./figures.ts";
import type { YearReport } from "./report.ts";

export interface TileGround {
  activities: Activities;
  strings: Strings;
  format: Formatter;
  /** Shows an activity on the map; undefined where there is nothing of them to see there. */
  show: ((activity: number) => void) | undefined;
}

interface Tile {
  measure: Measure;
  label: string;
  note?: string;
  /** The activity that it is of. */
  of?: number | undefined;
}

/** Tiles in a list. */
function list(tiles: readonly Tile[], { strings, show }: TileGround): HTMLElement {
  const one = ({ measure: { value, unit }, label, note, of }: Tile): HTMLElement => {
    const inner = [h("b", { class: "number" }, value, unit !== "" && h("small", {}, `\u202f${unit}`)), h("span", {}, label), note !== undefined && h("small", {}, note)];
    if (of === undefined || !show) return h("li", {}, ...inner);
    return h("li", {}, h("button", { type: "button", title: strings.year.show(note ?? label), on: { click: () => show(of) } }, ...inner));
  };
  return h("ul", { class: "tiles" }, ...tiles.map(one));
}

/** Distance, time, ascent and how many, with how they differ from the year before. */
export function totalTiles({ totals, totalsBefore: before, year }: YearReport, ground: TileGround): HTMLElement {
  const { strings, format } = ground;
  const words = strings.year;
  const tile = (label: string, measure: Measure, of: "distanceM" | "movingS" | "ascentM" | "count"): Tile => {
    const past = before?.[of] ?? 0;
    if (!past || year === "all") return { label, measure };
    return { label, measure, note: words.against(`${format.signed(Math.round((100 * (totals[of] - past)) / past))}\u202f%`, String(year - 1)) };
  };
  return list(
    [
      tile(words.distance, format.distance(totals.distanceM), "distanceM"),
      tile(words.time, format.duration(totals.movingS), "movingS"),
      tile(words.ascent, format.height(totals.ascentM), "ascentM"),
      tile(words.activities, { value: format.whole(totals.count), unit: "" }, "count"),
    ],
    ground,
  );
}

/** The bests of a report; ground is new ground, undefined while it is counted and where nobody can tell. */
export function bestTiles(report: YearReport, fresh: NewGround | "counting" | undefined, ground: TileGround): HTMLElement {
  const { activities, strings, format } = ground;
  const words = strings.year;
  const { longest, highest, days } = report;
  const whole = (n: number): Measure => ({ value: format.whole(n), unit: "" });
  const day = (d: number): string => (d === 0 ? strings.places.noDate : format.day(d, "day"));
  const streak = ({ length, first, last }: Streak, nouns: { one: string; other: string }): Tile[] =>
    length > 0 ? [{ measure: whole(length), label: length === 1 ? nouns.one : nouns.other, note: first === last ? day(first) : `${day(first)}\u2009\u2013\u2009${day(last)}` }] : [];
  const best = (of: number | undefined, label: string, measure: (i: number) => Measure): Tile[] =>
    of === undefined ? [] : [{ measure: measure(of), label, of, note: [day(activities.day[of]!), activities.name[of] ?? ""].filter((t) => t !== "").join(" \u00b7 ") }];
  const e = eddington(days, format.distanceUnitM);
  const freshTile = (): Tile[] => {
    if (!fresh) return [];
    if (fresh === "counting") return [{ measure: { value: "\u2026", unit: "" }, label: words.newGround, note: words.counting }];
    return [{ measure: format.distance(fresh.metres), label: words.newGround, note: words.newGroundNote(format.whole(fresh.squares), fresh.squares) }];
  };
  return list(
    [
      { measure: whole(days.day.length), label: words.activeDays },
      ...streak(report.dayStreak, words.dayStreak),
      ...streak(report.weekStreak, words.weekStreak),
      ...best(longest, words.longest, (i) => format.distance(activities.distanceM[i]!)),
      ...best(highest, words.highest, (i) => format.height(activities.ascentM[i]!)),
      ...best(report.earliest, words.earliest, (i) => ({ value: format.hour(activities.hour![i]!), unit: "" })),
      { measure: whole(e), label: words.eddington, note: words.eddingtonNote(format.whole(e), format.distanceUnit) },
      ...freshTile(),
    ],
    ground,
  );
}
