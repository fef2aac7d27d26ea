// All activities as a table: the way in without a map, and for whoever cannot see one. A full-page dialog; rows are
// drawn only where they are in view, so that twenty thousand of them cost no more than thirty.

import type { Activities } from "../archive/metadata.ts";
import type { Formatter, Measure } from "../text/format.ts";
import { kindName } from "../text/labels.ts";
import { sportName } from "../text/sportname.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { type Column, filterRows, NEWEST, type Order, orderAfter, manner, rowsInView, searchTexts, sortKeys, sortRows, speedOf } from "./tablerows.ts";

export interface TableActions {
  /** Shows an activity on the map; the table has closed itself. */
  zoomTo(activity: number): void;
  /** Lists all that went the same way; missing where that cannot be told. */
  route?(activity: number): void;
  /** Keeps an activity lit on the map; undefined for none. */
  keep(activity: number | undefined): void;
}

export class ActivityTable {
  readonly element: HTMLDialogElement;
  readonly #activities: Activities;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #actions: TableActions;
  readonly #columns: Column[];
  readonly #collator: Intl.Collator;
  /** What the sports of the activities are called, by their numbers. */
  readonly #sports: readonly string[];
  readonly #heads = new Map<Column, HTMLElement>();
  readonly #count = h("p", { class: "count number", role: "status" });
  readonly #query: HTMLInputElement;
  readonly #only: HTMLInputElement;
  readonly #onlyLabel: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #table: HTMLElement;
  readonly #body = h("tbody", { role: "rowgroup" });
  readonly #nothing = h("p", { class: "nothing", hidden: true });
  /** Rows drawn, by their place in the order. */
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #keys = new Map<Column, Float64Array>();
  #texts: string[] | undefined;
  #order: Order = NEWEST;
  /** Activities shown, in order. */
  #rows: Uint32Array = new Uint32Array(0);
  #selected: Uint8Array = new Uint8Array(0);
  #canZoom = false;
  #kept: number | undefined;
  /** Height of a row in CSS pixels, which the style decides. */
  #line = 40;

  constructor(activities: Activities, strings: Strings, format: Formatter, actions: TableActions) {
    this.#activities = activities;
    this.#strings = strings;
    this.#format = format;
    this.#actions = actions;
    this.#collator = new Intl.Collator(format.locale, { numeric: true });
    this.#sports = activities.sports.map((sport) => sport && sportName(sport, strings));
    const words = strings.table;
    const named = activities.name.some((n) => n !== "");
    this.#columns = [...(named ? (["name"] as const) : []), "date", "sport", "distance", "moving", "speed", "ascent"];
    if (activities.gear) this.#columns.push("gear");
    if (activities.kind || activities.commute) this.#columns.push("kind");
    if (activities.hour) this.#columns.push("hour");
    const widths = { gear: "minmax(90px, 1fr)", kind: "minmax(90px, 1fr)", hour: "64px" } as Partial<Record<Column, string>>;
    const labels = this.#columns.map((c) => widths[c] ?? "").join(" ");

    const change = { input: () => this.#select() };
    this.#query = h("input", { type: "search", class: "query", placeholder: words.filterHint, "aria-label": words.filter, autocomplete: "off", on: change });
    this.#only = h("input", { type: "checkbox", role: "switch", on: { change: () => this.#select() } });
    this.#onlyLabel = h("label", { class: "only" }, this.#only, words.selectionOnly);
    this.#table = h(
      "table",
      { role: "table", "aria-labelledby": "activities-title", class: named ? "named" : "unnamed" },
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row", "aria-rowindex": 1 },
          ...this.#columns.map((c) => this.#head(c)),
          h("th", { role: "columnheader", scope: "col", class: "actions" }, h("span", { class: "unseen" }, words.actions)),
        ),
      ),
      this.#body,
    );
    // Focused first, so that the keys scroll at once and no keyboard covers a phone.
    this.#scroller = h(
      "div",
      { class: "rows", style: { "--labels": labels }, tabindex: 0, autofocus: true, role: "region", "aria-labelledby": "activities-title", on: { scroll: () => this.#draw() } },
      this.#table,
      this.#nothing,
    );
    this.element = h(
      "dialog",
      { class: "activities", "aria-labelledby": "activities-title" },
      h(
        "header",
        {},
        h("h2", { id: "activities-title" }, words.title),
        this.#count,
        this.#query,
        this.#onlyLabel,
        h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: () => this.close() } }, icon(ICONS.close)),
      ),
      this.#scroller,
    );
    new ResizeObserver(() => this.element.open && this.#measure()).observe(this.#scroller);
  }

  /**
   * Opens the table. selected has a flag an activity; without canZoom there is nothing of them to be shown on the map;
   * kept is the activity that is lit there.
   */
  open(selected: Uint8Array, canZoom: boolean, kept?: number): void {
    if (this.element.open) return;
    this.#selected = selected;
    this.#canZoom = canZoom;
    this.#kept = kept;
    this.#table.classList.toggle("still", !canZoom);
    const all = selected.every((f) => f === 1);
    this.#onlyLabel.hidden = all;
    if (all) this.#only.checked = false;
    this.element.showModal();
    this.#select();
    this.#measure();
  }

  close(): void {
    this.element.close();
  }

  #head(column: Column): HTMLElement {
    const button = h("button", { type: "button", on: { click: () => this.#sort(column) } }, this.#strings.table[column], icon(ICONS.fold));
    const head = h("th", { role: "columnheader", scope: "col", class: column }, button);
    this.#heads.set(column, head);
    return head;
  }

  #sort(column: Column): void {
    this.#order = orderAfter(this.#order, column);
    this.#select();
  }

  /** Filters and sorts anew, and starts at the top. */
  #select(): void {
    const kind = (i: number): string => this.#kind(i);
    const texts = (): string[] => (this.#texts ??= searchTexts(this.#activities, this.#sports, (day) => this.#format.day(day, "day"), kind));
    const { column, descending } = this.#order;
    let keys = this.#keys.get(column);
    if (!keys) this.#keys.set(column, (keys = sortKeys(this.#activities, this.#sports, column, this.#collator.compare, kind)));
    const only = this.#only.checked;
    this.#rows = sortRows(filterRows(this.#activities.day.length, texts, this.#query.value, only ? this.#selected : undefined), keys, descending);

    const { rows, nothing, nothingSelected } = this.#strings.table;
    const count = this.#rows.length;
    this.#count.textContent = `${this.#format.whole(count)} ${count === 1 ? rows.one : rows.other}`;
    this.#nothing.textContent = only ? nothingSelected : nothing;
    this.#nothing.hidden = count > 0;
    this.#table.setAttribute("aria-rowcount", String(count + 1));
    for (const [c, head] of this.#heads) {
      if (c === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    this.#scroller.scrollTop = 0;
    this.#clear();
    this.#draw();
  }

  #measure(): void {
    const line = parseFloat(getComputedStyle(this.#scroller).getPropertyValue("--line")) || this.#line;
    if (line !== this.#line) {
      this.#line = line;
      this.#clear();
    }
    this.#draw();
  }

  #clear(): void {
    this.#drawn.clear();
    this.#body.replaceChildren();
  }

  #draw(): void {
    const line = this.#line;
    this.#body.style.height = `${this.#rows.length * line}px`;
    const [from, to] = rowsInView(this.#scroller.scrollTop, this.#scroller.clientHeight, line, this.#rows.length);
    for (const [place, row] of this.#drawn) {
      // A row that has the focus stays: the focus would be lost with it.
      if ((place >= from && place < to) || row.contains(document.activeElement)) continue;
      row.remove();
      this.#drawn.delete(place);
    }
    const places = [...this.#drawn.keys()].filter((p) => p < from || p >= to);
    for (let p = from; p < to; p++) places.push(p);
    let next: Node | null = this.#body.firstChild;
    for (const place of places.sort((p, q) => p - q)) {
      if (this.#drawn.has(place)) {
        next = this.#drawn.get(place)!.nextSibling;
        continue;
      }
      const row = this.#row(place);
      this.#drawn.set(place, row);
      this.#body.insertBefore(row, next);
    }
  }

  #row(place: number): HTMLElement {
    const i = this.#rows[place]!;
    const { table } = this.#strings;
    const title = this.#activities.name[i] || table.untitled;
    const first = this.#columns[0]!;
    const row = h(
      "tr",
      { role: "row", "aria-rowindex": place + 2, style: { top: `${place * this.#line}px` } },
      ...this.#columns.map((c) =>
        c === first ? h("th", { role: "rowheader", scope: "row", class: c }, ...this.#cell(c, i)) : h("td", { role: "cell", class: c }, ...this.#cell(c, i)),
      ),
    );
    if (!this.#canZoom) return row;
    const about = this.#columns[0] === "name" ? title : this.#date(i);
    const button = (label: string, path: string, run: () => void, more: object = {}): HTMLElement =>
      h("button", { type: "button", "aria-label": `${label}: ${about}`, title: label, on: { click: run }, ...more }, icon(path));
    const { route, zoomTo } = this.#actions;
    row.append(
      h(
        "td",
        { role: "cell", class: "actions" },
        button(table.keep, ICONS.lamp, () => this.#keep(i), { "aria-pressed": String(this.#kept === i), "data-keep": i }),
        route &&
          button(this.#strings.segments.sameWay, ICONS.route, () => {
            this.close();
            route(i);
            zoomTo(i);
          }, { class: "route" }),
        button(table.show, ICONS.pin, () => {
          this.close();
          zoomTo(i);
        }),
      ),
    );
    return row;
  }

  #keep(activity: number): void {
    this.#kept = this.#kept === activity ? undefined : activity;
    for (const button of this.#body.querySelectorAll<HTMLElement>("[data-keep]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset["keep"]) === this.#kept));
    }
    this.#actions.keep(this.#kept);
  }

  #date(i: number): string {
    const day = this.#activities.day[i]!;
    return day === 0 ? "\u2013" : this.#format.day(day, "day");
  }

  #cell(column: Column, i: number): (Node | string)[] {
    const a = this.#activities;
    const measure = ({ value, unit }: Measure): (Node | string)[] => [value, h("small", {}, `\u202f${unit}`)];
    const or = (v: number | undefined, show: (v: number) => Measure): (Node | string)[] => (v ? measure(show(v)) : ["\u2013"]);
    switch (column) {
      case "name":
        return [a.name[i] || h("span", { class: "untitled" }, this.#strings.table.untitled)];
      case "date":
        return [this.#date(i)];
      case "sport":
        return [this.#sports[a.sport[i]!] || "\u2013"];
      case "distance":
        return or(a.distanceM[i], (v) => this.#format.distance(v));
      case "moving":
        return or(a.movingS[i], (v) => this.#format.duration(v));
      case "speed":
        return or(speedOf(a, i), (v) => this.#format.speed(v, manner(a, i)));
      case "ascent":
        return or(a.ascentM[i], (v) => this.#format.height(v));
      case "gear":
        return [a.gears?.[a.gear?.[i] ?? -1] || "\u2013"];
      case "kind":
        return [this.#kind(i) || "\u2013"];
      case "hour":
        return [a.hour && a.hour[i]! >= 0 ? this.#format.hour(a.hour[i]!) : "\u2013"];
    }
  }

  /** What an activity was for, in words, "" where nothing special is known of it. */
  #kind(i: number): string {
    const { kind, kinds, commute } = this.#activities;
    const { filters } = this.#strings;
    const name = kinds?.[kind?.[i] ?? -1] ?? "";
    return [name === "ordinary" ? "" : kindName(name, this.#strings), commute?.[i] === 2 ? filters.commute : ""].filter((t) => t !== "").join(", ");
  }
}
