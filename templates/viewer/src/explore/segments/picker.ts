// How a segment is picked: by two clicks, from those that are kept, or from a file.

import { h, icon, ICONS } from "../../ui/dom.ts";
import { measure } from "../../ui/measure.ts";
import { saveFile } from "../../ui/savefile.ts";
import type { ToolGround } from "../tool.ts";
import { fromGeoJSON, toGeoJSON } from "./geojson.ts";
import { lengthOf, type Segment } from "./segment.ts";
import { copyTOML } from "./head.ts";
import { sameWay, type Shelf } from "./shelf.ts";

export interface PickerActions {
  /** Takes the middle of the map for the next end. */
  middle(): void;
  startOver(): void;
  /** Lists all that went the way of the activity that is kept lit. */
  route(): void;
  open(segment: Segment): void;
  /** Says something to the reader. */
  tell(text: string): void;
}

export class Picker {
  readonly element = h("div", { class: "segmentpicker" });
  readonly #ground: ToolGround;
  readonly #shelf: Shelf;
  readonly #published: readonly Segment[];
  readonly #actions: PickerActions;
  readonly #along = h("input", { type: "checkbox", checked: true });

  constructor(ground: ToolGround, shelf: Shelf, published: readonly Segment[], actions: PickerActions) {
    this.#ground = ground;
    this.#shelf = shelf;
    this.#published = published;
    this.#actions = actions;
  }

  /** Whether the next segment is to lie along the activity that is kept lit. */
  get alongKept(): boolean {
    return this.#along.checked;
  }

  /** Shows what can be done: one end may be there already, and an activity be kept lit. */
  show(started: boolean, lit: boolean): void {
    const { strings } = this.#ground;
    const words = strings.segments;
    const within = this.element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["deed"] : undefined;
    const deed = (name: string, label: string, run: () => void): HTMLElement => h("button", { type: "button", "data-deed": name, on: { click: run } }, label);
    const { segments } = this.#shelf;
    const published = this.#published;
    const mine = segments.filter((s) => !published.some((p) => sameWay(p, s)));
    const list = (title: string, rows: HTMLElement[]): HTMLElement[] => (rows.length > 0 ? [h("h3", {}, title), h("ul", { class: "passages", "aria-label": title }, ...rows)] : []);
    const file = h("input", { type: "file", class: "unseen", accept: ".geojson,.json,application/geo+json", on: { change: () => void this.#import(file.files?.[0]) } });
    this.element.replaceChildren(
      ...list(words.ofMap, published.map((s) => this.#row(s))),
      h("div", { class: "segmentdeeds" }, deed("middle", words.middle, this.#actions.middle), started && deed("over", words.startOver, this.#actions.startOver)),
      ...(lit ? [h("label", { class: "check" }, this.#along, words.alongKept), h("div", { class: "segmentdeeds" }, deed("route", words.sameRoute, this.#actions.route))] : []),
      ...list(words.mine, mine.map((s) => this.#row(s, () => {
        this.#shelf.remove(s);
        this.show(started, lit);
      }))),
      h(
        "div",
        { class: "segmentdeeds" },
        h("label", { class: "file" }, file, words.import),
        segments.length > 0 && deed("export", words.export, () => saveFile(new Blob([toGeoJSON(segments)], { type: "application/geo+json" }), "segments.geojson")),
        mine.length > 0 && deed("copy", words.copyTOML, () => copyTOML(this.#ground, mine)),
      ),
    );
    if (within) this.element.querySelector<HTMLElement>(`[data-deed="${within}"]`)?.focus();
  }

  #row(segment: Segment, remove?: () => void): HTMLElement {
    const { strings, format } = this.#ground;
    const words = strings.segments;
    const name = segment.name || words.untitled;
    return h(
      "li",
      {},
      h("button", { type: "button", class: "passage", on: { click: () => this.#actions.open(segment) } }, h("span", { class: "what" }, h("b", {}, name)), h("span", { class: "numbers number" }, measure(format.distance(lengthOf(segment))))),
      remove && h("button", { type: "button", class: "zoomto", "aria-label": words.removeOne(name), title: words.remove, on: { click: remove } }, icon(ICONS.close)),
    );
  }

  async #import(file: File | undefined): Promise<void> {
    const { strings, format } = this.#ground;
    const found = file ? fromGeoJSON(await file.text().catch(() => "")) : [];
    for (const segment of [...found].reverse()) this.#shelf.put(segment);
    this.show(false, this.#along.isConnected);
    this.#actions.tell(found.length > 0 ? strings.segments.imported(format.whole(found.length)) : strings.segments.notImported);
    if (found.length === 1) this.#actions.open(found[0]!);
  }
}
