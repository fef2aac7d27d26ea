// What was found in the files: how many activities, from when, and which have no track on the map and why.

import { h, icon, ICONS } from "../../templates/viewer/src/ui/dom.ts";
import type { Found, FoundRow } from "../worker/core.ts";
import type { SourceEntry } from "../worker/messages.ts";
import type { Texts } from "./text/en.ts";
import type { Teller } from "./text/told.ts";

/** States of activities that have a track; studio/wasm has them from generator.States. */
const WITH_TRACK = new Set(["kept", "duplicate", "sport", "dates", "labels", "far", "hidden", "excluded"]);
/** So many files are named; the report has all. */
const MOST_LISTED = 200;

export interface SportCount {
  sport: string;
  count: number;
  virtual: boolean;
}

/** The sports there are a track of, the most frequent first. */
export function sportCounts(rows: readonly FoundRow[]): SportCount[] {
  const counts = new Map<string, number>();
  for (const { sport, state } of rows) if (WITH_TRACK.has(state)) counts.set(sport || "Other", (counts.get(sport || "Other") ?? 0) + 1);
  return [...counts].map(([sport, count]) => ({ sport, count, virtual: /^virtual/i.test(sport) })).sort((a, b) => b.count - a.count || a.sport.localeCompare(b.sport));
}

/** The first and last day of what has a track, "" for none. */
export function span(rows: readonly FoundRow[]): [from: string, to: string] {
  const days = rows.filter((r) => WITH_TRACK.has(r.state) && r.start).map((r) => r.start.slice(0, 10)).sort();
  return [days[0] ?? "", days.at(-1) ?? ""];
}

/** The card's content. */
export function foundCard(found: Found, sources: readonly SourceEntry[], onRemove: (path: string) => void, texts: Texts, teller: Teller, whole: (n: number) => string): HTMLElement[] {
  const tracks = found.rows.filter((r) => WITH_TRACK.has(r.state)).length;
  const without = found.rows.filter((r) => !WITH_TRACK.has(r.state));
  const [from, to] = span(found.rows);
  const parts: HTMLElement[] = [
    h("p", { class: "big" }, h("span", { class: "number" }, tracks === 1 ? texts.foundOne : texts.foundTitle(whole(tracks))), from && h("small", {}, ` ${texts.years(from.slice(0, 4), to.slice(0, 4))}`)),
  ];
  parts.push(
    h(
      "ul",
      { class: "sources" },
      ...sources.map(({ path }) =>
        h(
          "li",
          {},
          h("span", { class: "name" }, path),
          sources.length > 1 && h("button", { type: "button", class: "iconbutton", "aria-label": texts.removeSource(path), on: { click: () => onRemove(path) } }, icon(ICONS.close) as unknown as HTMLElement),
        ),
      ),
    ),
  );
  if (without.length > 0) {
    const rest = without.length - MOST_LISTED;
    parts.push(
      list(
        texts.unread(whole(without.length)),
        [
          ...without.slice(0, MOST_LISTED).map((r) => h("li", {}, h("b", {}, r.path || r.name || r.id), ` ${teller.reason(r.reason, r.detail)}`)),
          ...(rest > 0 ? [h("li", {}, texts.unreadMore(whole(rest)))] : []),
        ],
        "unread",
      ),
    );
  }
  const notes = [...found.warnings, ...found.notes];
  if (notes.length > 0) parts.push(list(texts.notes, notes.map((n) => h("li", {}, teller.message(n))), "notes", found.warnings.length > 0));
  return parts;
}

function list(title: string, items: HTMLElement[], name: string, open = false): HTMLElement {
  return h("details", { class: name, open }, h("summary", {}, title), h("ul", { tabindex: name === "unread" && 0 }, ...items));
}
