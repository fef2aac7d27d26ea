// The tool of the year: what a year of the selection adds up to, its page of charts, and its picture.

import { retried } from "../../retried.ts";
import { type Selection, withLimits } from "../../selection.ts";
import { current, type PageState } from "../../state.ts";
import { yearSpan } from "../../text/describe.ts";
import { h, icon, ICONS } from "../../ui/dom.ts";
import { BLOCK_ZOOMS, SMALL } from "../squares/block.ts";
import type { Board } from "../squares/board.ts";
import type { Tool, ToolGround } from "../tool.ts";
import { YearCard } from "./card.ts";
import { type NewGround, newGround } from "./figures.ts";
import { YearPage } from "./page.ts";
import { YearPicker } from "./picker.ts";
import { formatChoice, parseChoice, reportOf, type YearChoice, type YearReport } from "./report.ts";
import { type TileGround, totalTiles } from "./tiles.ts";

/** Its name in links. */
export const YEAR = "year";

export class YearTool implements Tool {
  readonly element: HTMLElement;
  readonly #ground: ToolGround;
  readonly #picker: YearPicker;
  readonly #totals = h("div", { role: "status" });
  readonly #buttons: HTMLElement;
  readonly #page: YearPage;
  readonly #card: YearCard;
  readonly #tiles: TileGround;
  #board: Board | undefined;
  #loading = false;
  #state: PageState | undefined;
  /** What is on screen. */
  #report: YearReport | undefined;

  constructor(ground: ToolGround) {
    this.#ground = ground;
    const { archive, strings, format, lines, signal } = ground;
    const { activities, attribution } = archive.metadata;
    const words = strings.year;
    const choose = (year: number | "all"): void => this.#step({ ...this.#choice, year });
    const picture = (): void => this.#report && this.#card.open(this.#report);
    const show = (activity: number): void => {
      this.#step({ ...this.#choice, page: false }, { kept: activity });
      ground.zoomTo(activity);
    };
    this.#tiles = { activities, strings, format, show: lines.available ? show : undefined };
    this.#picker = new YearPicker(strings, choose);
    this.#page = new YearPage(this.#tiles, { choose, picture, closed: () => this.#choice.page && this.#step({ ...this.#choice, page: false }) });
    this.#card = new YearCard({
      title: ground.title,
      attribution,
      strings,
      format,
      still: (report, width, height, below, until) => ground.still(this.#limits(report), { width, height, below }, until),
    });
    this.#buttons = h(
      "div",
      { class: "yearbuttons" },
      h("button", { type: "button", class: "yearbutton opens", on: { click: () => this.#step({ ...this.#choice, page: true }) } }, icon(ICONS.chart), words.charts),
      h("button", { type: "button", class: "yearbutton", on: { click: picture } }, icon(ICONS.picture), words.picture),
    );
    this.element = h("div", { class: "year" }, this.#picker.element, this.#totals, this.#buttons);
    signal.addEventListener("abort", () => this.close());
  }

  get settled(): boolean {
    return !this.#loading && this.#card.settled;
  }

  open(): void {}

  close(): void {
    this.#state = this.#report = undefined;
    this.#page.close();
    this.#card.close();
  }

  follow(now: PageState, before: PageState | undefined): void {
    this.#state = now;
    if (before && now.pictures === before.pictures && now.side === before.side && now.tool === before.tool) return;
    this.#update(now);
  }

  relabel(): void {
    if (this.#state) this.#update(this.#state);
  }

  get #choice(): YearChoice {
    return parseChoice(this.#state?.tool?.of ?? "");
  }

  #step(choice: YearChoice, more: Partial<PageState> = {}): void {
    this.#ground.step({ ...more, tool: { id: YEAR, of: formatChoice(choice) } });
  }

  #update(now: PageState): void {
    const { archive, strings } = this.#ground;
    const { activities, asOf } = archive.metadata;
    const { year, page } = this.#choice;
    const until = Math.floor(Date.parse(asOf) / 86_400_000);
    const report = reportOf(activities, current(now).selection, year, Number.isFinite(until) ? until : 0);
    this.#report = report;
    this.#picker.element.hidden = this.#buttons.hidden = !report;
    if (!report) {
      this.#page.close();
      this.#totals.replaceChildren(h("p", { class: "caption" }, strings.year.nothing));
      return;
    }
    this.#picker.show(report);
    this.#totals.replaceChildren(totalTiles(report, this.#tiles));
    if (!page) {
      this.#page.close();
      return;
    }
    this.#page.show(report, this.#fresh(report));
    if (archive.hasSquares && !this.#board) void this.#load();
  }

  /** The new ground of a report; undefined where the archive cannot tell. */
  #fresh(report: YearReport): NewGround | "counting" | undefined {
    const { archive, selected } = this.#ground;
    if (!archive.hasSquares) return undefined;
    if (!this.#board) return "counting";
    const earlier = selected(withLimits(current(this.#state!).selection, { from: undefined }));
    return newGround(this.#board, archive.metadata.activities.distanceM, report.flags, earlier);
  }

  async #load(): Promise<void> {
    const { archive, jobs, signal, failed } = this.#ground;
    if (this.#loading) return;
    this.#loading = true;
    try {
      const blocks = await retried(() => archive.squares(...BLOCK_ZOOMS[SMALL]!), signal);
      this.#board = await jobs.board(blocks, SMALL, archive.metadata.activities.day.length);
    } catch (e) {
      failed(e, () => this.relabel());
    } finally {
      this.#loading = false;
    }
    if (!this.#report || !this.#choice.page || signal.aborted) return;
    const fresh = this.#board && this.#fresh(this.#report);
    this.#page.showFresh(this.#report, fresh === "counting" ? undefined : fresh);
  }

  /** The selection whose heat stands behind the picture of a report: that of the page, within the year. */
  #limits({ year }: YearReport): Selection {
    const { selection } = current(this.#state!);
    if (year === "all") return selection;
    const { from, to } = yearSpan(year);
    return withLimits(selection, { from: Math.max(from, selection.from ?? from), to: Math.min(to, selection.to ?? to) });
  }
}
