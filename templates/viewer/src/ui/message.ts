// The card in the middle of the page when there is no map to show, and the ways
// out of it: try again, choose the file, drop the file.

import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** Names of the texts in Strings.messages that have a title. */
export type MessageKind = {
  [K in keyof Strings["messages"]]: Strings["messages"][K] extends { title: string } ? K : never;
}[keyof Strings["messages"]];

export class Message {
  readonly element = h("div", { class: "message", role: "alert", hidden: true });
  readonly #strings: Strings;
  /** Name of the archive beside the page. */
  readonly #file: string;
  readonly #onFile: (file: File) => void;
  readonly #picker: HTMLInputElement;
  /** The message shown; undefined for none. */
  kind: MessageKind | undefined;

  constructor(strings: Strings, file: string, onFile: (file: File) => void) {
    this.#strings = strings;
    this.#file = file;
    this.#onFile = onFile;
    this.#picker = h("input", {
      type: "file",
      accept: ".pmtiles,.mbtiles",
      class: "unseen",
      tabindex: -1,
      "aria-hidden": "true",
      on: {
        change: () => {
          const file = this.#picker.files?.[0];
          if (file) this.#onFile(file);
          this.#picker.value = "";
        },
      },
    });
  }

  /** Shows a message; retry is offered where given, the file picker unless the browser is what is wrong. */
  show(kind: MessageKind, retry?: () => void): void {
    this.kind = kind;
    const text = this.#strings.messages[kind];
    const choose = h("button", { type: "button", on: { click: () => this.#picker.click() } }, this.#strings.messages.chooseFile);
    const again = retry && h("button", { type: "button", on: { click: retry } }, this.#strings.messages.tryAgain);
    if (kind === "file") choose.classList.add("main");
    else again?.classList.add("main");
    this.element.replaceChildren(
      h(
        "div",
        { class: "card" },
        h("h1", {}, text.title),
        h("p", {}, typeof text.text === "string" ? text.text : text.text(this.#file)),
        kind !== "webgl" && h("div", { class: "buttons" }, kind === "file" ? null : (again ?? null), choose, this.#picker),
      ),
    );
    this.element.hidden = false;
  }

  hide(): void {
    this.kind = undefined;
    this.element.hidden = true;
  }

  /** Lets an archive be dropped anywhere on the page. */
  acceptDrops(page: HTMLElement): void {
    let depth = 0;
    const veil = h("div", { class: "dropveil", hidden: true }, h("span", {}, this.#strings.messages.drop));
    page.append(veil);
    const hasFile = (e: DragEvent): boolean => e.dataTransfer?.types.includes("Files") ?? false;
    page.addEventListener("dragenter", (e) => {
      if (hasFile(e)) veil.hidden = ++depth === 0;
    });
    page.addEventListener("dragleave", (e) => {
      if (hasFile(e)) veil.hidden = --depth <= 0;
    });
    page.addEventListener("dragover", (e) => {
      if (hasFile(e)) e.preventDefault();
    });
    page.addEventListener("drop", (e) => {
      if (!hasFile(e)) return;
      e.preventDefault();
      depth = 0;
      veil.hidden = true;
      const file = e.dataTransfer?.files[0];
      if (file) this.#onFile(file);
    });
  }
}
