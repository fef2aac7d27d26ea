// Where files are dropped or chosen: at first the whole stage, afterwards a line in the panel. Files may be dropped anywhere on the page.

import { h, icon, ICONS } from "../../templates/viewer/src/ui/dom.ts";
import { type Chosen, dropped, picked } from "./drops.ts";
import type { Texts } from "./text/en.ts";

export class DropZone {
  readonly element: HTMLElement;
  /** Covers the page while files are dragged over it. */
  readonly veil: HTMLElement;
  /** The buttons to choose more files, for the panel. */
  readonly more: HTMLElement;
  readonly #onFiles: (chosen: Chosen) => void;

  constructor(texts: Texts, onFiles: (chosen: Chosen) => void) {
    this.#onFiles = onFiles;
    this.veil = h("div", { class: "dropveil", hidden: true }, h("span", {}, texts.dropNow));
    this.more = h("div", { class: "buttons" }, this.#button(texts.addMore, "quietbutton", {}));
    this.element = h(
      "div",
      { class: "drop" },
      h(
        "div",
        { class: "card" },
        h("h1", { class: "headline" }, texts.headline),
        h("p", {}, texts.pitch),
        h("div", { class: "buttons" }, this.#button(texts.chooseFiles, "main", {}), "webkitdirectory" in HTMLInputElement.prototype && this.#button(texts.chooseFolder, "quietbutton", { webkitdirectory: true })),
        h("p", { class: "droptext" }, icon(ICONS.plus) as unknown as HTMLElement, texts.dropHere),
        h("p", { class: "privacy" }, texts.privacy),
        h("details", {}, h("summary", {}, texts.whereFrom), h("ul", {}, ...texts.whereFromText.map((t) => h("li", {}, t)))),
      ),
    );
  }

  #button(label: string, kind: string, attributes: Record<string, unknown>): HTMLElement {
    const input = h("input", {
      type: "file",
      multiple: true,
      class: "unseen",
      tabindex: -1,
      "aria-hidden": "true",
      ...attributes,
      on: {
        change: () => {
          if (input.files?.length) this.#onFiles(picked(input.files));
          input.value = "";
        },
      },
    });
    return h("span", {}, h("button", { type: "button", class: kind, on: { click: () => input.click() } }, label), input);
  }

  /** Takes files that are dropped anywhere on a page, before anything else there does: the studio's, and the map's in the frame. */
  acceptDrops(page: EventTarget): void {
    let depth = 0;
    const listen = (type: "dragenter" | "dragleave" | "dragover" | "drop", act: (e: DragEvent) => void): void =>
      page.addEventListener(
        type,
        (event) => {
          const e = event as DragEvent;
          if (!e.dataTransfer?.types.includes("Files")) return;
          e.stopPropagation();
          act(e);
        },
        { capture: true },
      );
    listen("dragenter", () => (this.veil.hidden = ++depth === 0));
    listen("dragleave", () => (this.veil.hidden = --depth <= 0));
    listen("dragover", (e) => e.preventDefault());
    listen("drop", (e) => {
      e.preventDefault();
      depth = 0;
      this.veil.hidden = true;
      void dropped(e.dataTransfer!).then(this.#onFiles);
    });
  }
}
