// The picture of a year in the shapes of the places where people show such things: its heat behind its numbers.

import type { Credit } from "../../map/basemaps.ts";
import { GROUND } from "../../map/style.ts";
import type { Still } from "../../still.ts";
import type { Formatter, Measure } from "../../text/format.ts";
import type { Strings } from "../../text/strings.ts";
import { h, icon, ICONS } from "../../ui/dom.ts";
import { downloadPicture, pictureProblem } from "../../ui/picture.ts";
import { type CardContents, cardLayout, cardName, SHAPES, type Shape } from "./cardlayout.ts";
import type { YearReport } from "./report.ts";

export interface CardGround {
  title: string;
  attribution: string;
  strings: Strings;
  format: Formatter;
  /** Draws the heat of a report in a size in CSS pixels with so many below kept free, until the signal. */
  still: (report: YearReport, width: number, height: number, below: number, signal: AbortSignal) => Promise<Still>;
}

const INKS = { bright: "#f4f5f6", dim: "#b9c0c7", accent: "#ff7a33" };

export class YearCard {
  readonly element: HTMLDialogElement;
  readonly #ground: CardGround;
  readonly #preview = h("canvas", { role: "img" });
  readonly #told = h("p", { class: "caption", role: "status" });
  readonly #shapes = new Map<Shape, HTMLInputElement>();
  readonly #buttons: HTMLButtonElement[];
  #shape: Shape = "4:5";
  #report: YearReport | undefined;
  #making = new AbortController();
  /** Whether what is to be seen is drawn. */
  #drawn = true;

  constructor(ground: CardGround) {
    this.#ground = ground;
    const words = ground.strings.year.card;
    const shape = (of: Shape): HTMLElement => {
      const input = h("input", { type: "radio", class: "unseen", name: "cardshape", value: of, on: { change: () => this.#choose(of) } });
      this.#shapes.set(of, input);
      return h("label", {}, input, of);
    };
    const button = (label: string, run: () => Promise<void>): HTMLButtonElement => h("button", { type: "button", class: "yearbutton", on: { click: () => void this.#hand(run) } }, label);
    const file = new File([], "a.png", { type: "image/png" });
    // Telephones hand pictures on to other programs; a browser without that has no such button.
    const shares = typeof navigator.canShare === "function" && navigator.canShare({ files: [file] });
    this.#buttons = [button(words.save, () => downloadPicture(this.#preview, this.#name)), ...(shares ? [button(words.share, () => this.#share())] : [])];
    this.element = h(
      "dialog",
      {
        class: "card help yearcard",
        "aria-labelledby": "yearcard-title",
        on: {
          keydown: (e) => e.stopPropagation(),
          click: (e) => e.target === this.element && this.element.close(),
          close: () => {
            if (this.element.open) return;
            this.#making.abort();
            this.#drawn = true;
            this.element.remove();
          },
        },
      },
      h(
        "div",
        { class: "inner" },
        h(
          "header",
          {},
          h("h2", { id: "yearcard-title" }, words.title),
          h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: () => this.element.close() } }, icon(ICONS.close)),
        ),
        h("div", { class: "segments", role: "radiogroup", "aria-label": words.shape }, ...(Object.keys(SHAPES) as Shape[]).map(shape)),
        h("div", { class: "preview" }, this.#preview),
        this.#told,
        h("div", { class: "cardbuttons" }, ...this.#buttons),
      ),
    );
  }

  get settled(): boolean {
    return this.#drawn;
  }

  open(report: YearReport): void {
    this.#report = report;
    if (!this.element.open) {
      document.body.append(this.element);
      this.element.showModal();
    }
    this.#choose(this.#shape);
  }

  close(): void {
    this.#making.abort();
    this.element.close();
  }

  get #name(): string {
    return cardName(this.#report!.year, this.#shape);
  }

  #choose(shape: Shape): void {
    this.#shape = shape;
    for (const [of, input] of this.#shapes) input.checked = of === shape;
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const { strings, format, title, attribution, still } = this.#ground;
    const words = strings.year.card;
    const report = this.#report!;
    const shape = this.#shape;
    const { width, height } = SHAPES[shape];
    this.#making.abort();
    const { signal } = (this.#making = new AbortController());
    this.#drawn = false;
    for (const b of this.#buttons) b.disabled = true;
    this.#told.textContent = words.making;
    const contents = contentsOf(report, title, format, strings);
    [this.#preview.width, this.#preview.height] = [width, height];
    const year = report.year === "all" ? strings.year.all : String(report.year);
    this.#preview.setAttribute("aria-label", words.shown(year, shape));
    // First the numbers, on nothing: the heat may take a while.
    const { shade } = paint(this.#preview, shape, { ...contents, credits: attribution }, undefined);
    try {
      const { canvas, heat, basemap } = await still(report, width / 2, height / 2, (height - (shade.from + shade.to) / 2) / 2, signal);
      if (signal.aborted) return;
      paint(this.#preview, shape, { ...contents, credits: creditsOf(basemap?.credits ?? [], attribution) }, canvas);
      this.#told.textContent = heat ? words.hint : "";
      for (const b of this.#buttons) b.disabled = false;
    } catch (e) {
      if (signal.aborted) return;
      console.warn(e);
      this.#told.textContent = pictureProblem(e, strings);
    }
    this.#drawn = true;
  }

  async #hand(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (e) {
      // Who thinks better of it is told nothing.
      if (!(e instanceof DOMException && e.name === "AbortError")) this.#told.textContent = pictureProblem(e, this.#ground.strings);
    }
  }

  async #share(): Promise<void> {
    const blob = await new Promise<Blob | null>((resolve) => this.#preview.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("the picture is too large for this browser");
    await navigator.share({ files: [new File([blob], this.#name, { type: "image/png" })] });
  }
}

/** What a picture says of a report. */
function contentsOf({ year, totals, dayStreak }: YearReport, title: string, format: Formatter, strings: Strings): Omit<CardContents, "credits"> {
  const words = strings.year;
  const number = (label: string, { value, unit }: Measure): { value: string; unit: string; label: string } => ({ value, unit, label });
  return {
    title,
    year: year === "all" ? words.all : String(year),
    main: number(words.distance, format.distance(totals.distanceM)),
    more: [
      number(words.time, format.duration(totals.movingS)),
      number(words.ascent, format.height(totals.ascentM)),
      number(words.activities, { value: format.whole(totals.count), unit: "" }),
      number(dayStreak.length === 1 ? words.dayStreak.one : words.dayStreak.other, { value: format.whole(dayStreak.length), unit: "" }),
    ],
  };
}

/** Whom a picture is owed to: those of the basemap as their licences ask, and the heatmap's owner. */
function creditsOf(credits: readonly Credit[], attribution: string): string {
  const owed = credits.map(({ text }) => text).join(", ");
  return [owed && `\u00a9 ${owed}`, attribution].filter((t) => t !== "").join(" \u00b7 ");
}

/** Draws a picture: the heat, a shade, and the words. */
function paint(canvas: HTMLCanvasElement, shape: Shape, contents: CardContents, behind: HTMLCanvasElement | undefined): { shade: { from: number; to: number } } {
  const { width, height } = SHAPES[shape];
  const pen = canvas.getContext("2d")!;
  const family = getComputedStyle(document.body).fontFamily;
  const font = (size: number, bold: boolean): string => `${bold ? 700 : 400} ${size}px ${family}`;
  const { texts, shade } = cardLayout(shape, contents, (text, size, bold) => {
    pen.font = font(size, bold);
    return pen.measureText(text).width;
  });
  pen.fillStyle = GROUND;
  pen.fillRect(0, 0, width, height);
  if (behind) pen.drawImage(behind, 0, 0, width, height);
  const dark = pen.createLinearGradient(0, shade.from, 0, shade.to);
  dark.addColorStop(0, "rgba(15,18,22,0)");
  dark.addColorStop(1, "rgba(15,18,22,.86)");
  pen.fillStyle = dark;
  pen.fillRect(0, shade.from, width, height - shade.from);
  for (const { text, x, y, size, bold, ink } of texts) {
    pen.font = font(size, bold);
    pen.fillStyle = INKS[ink];
    pen.fillText(text, x, y);
  }
  return { shade };
}
