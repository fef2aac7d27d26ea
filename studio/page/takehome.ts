// The ways out: a zip, a folder, single files. What is for the public and what is for oneself are kept apart.

import { h } from "../../templates/viewer/src/ui/dom.ts";
import type { Site } from "../worker/messages.ts";
import { saveInto } from "./savefolder.ts";
import type { Texts } from "./text/en.ts";
import { makeZip, MAX_ZIP_BYTES } from "./zip.ts";

/** The part of the File System Access API (https://wicg.github.io/file-system-access/) that TypeScript has no type of. */
type Picker = (options: { mode: "readwrite"; id: string }) => Promise<FileSystemDirectoryHandle>;

const pickFolder = (window as { showDirectoryPicker?: Picker }).showDirectoryPicker?.bind(window);

export interface Taken {
  site: Site;
  /** heatmap.toml. */
  settings: string;
}

/** Hands a file to the browser's downloads. */
export function download(name: string, data: Blob): void {
  const address = URL.createObjectURL(data);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The files of a site, by the names they are published under. */
export function publicFiles(site: Site): { name: string; data: Blob }[] {
  return [
    { name: "index.html", data: site.page },
    { name: site.archiveName, data: site.archive },
  ];
}

export class TakeHome {
  readonly element = h("section", { class: "takehome", hidden: true });
  readonly #texts: Texts;
  readonly #bytes: (n: number) => string;
  readonly #say: (text: string) => void;
  readonly #fail: (kind: string, text: string, detail: string) => void;
  readonly #buttons = h("div", { class: "takebuttons" });
  readonly #stale: HTMLElement;
  readonly #text = h("p", { class: "help" });
  readonly #next: HTMLElement;

  /** bytes writes a size, say tells of what was done, and fail of what was not: its kind, the page's words, and the browser's. */
  constructor(texts: Texts, bytes: (n: number) => string, say: (text: string) => void, fail: (kind: string, text: string, detail: string) => void, onForget: () => void) {
    this.#texts = texts;
    this.#bytes = bytes;
    this.#say = say;
    this.#fail = fail;
    this.#stale = h("p", { class: "help warn", hidden: true }, texts.updateFirst);
    this.#next = h("div", { class: "takebuttons" });
    this.element.append(
      h("h2", {}, texts.home),
      this.#text,
      this.#stale,
      this.#buttons,
      h("details", {}, h("summary", {}, texts.publish), h("ol", {}, ...texts.publishText.map((t) => h("li", {}, t)))),
      h("details", {}, h("summary", {}, texts.nextTime), this.#next, h("button", { type: "button", class: "quietbutton", on: { click: onForget } }, texts.forget)),
    );
  }

  /** Offers a site; undefined for none. While it is stale, nothing can be taken: it may show what has been hidden since. */
  offer(taken: Taken | undefined, stale: boolean): void {
    this.element.hidden = !taken;
    if (!taken) return;
    const { site, settings } = taken;
    const texts = this.#texts;
    const files = publicFiles(site);
    this.#text.textContent = texts.homeText(this.#bytes(site.page.size + site.archive.size));
    this.#stale.hidden = !stale;
    const small = site.page.size + site.archive.size < MAX_ZIP_BYTES - 1024;
    this.#buttons.replaceChildren(
      ...(small
        ? [this.#button(texts.downloadZip, stale, "main", async () => download("heatmap.zip", await makeZip(files)))]
        : [h("p", { class: "help" }, texts.tooLargeForZip), ...files.map((f) => this.#button(f.name, stale, "quietbutton", async () => download(f.name, f.data)))]),
      ...(pickFolder ? [this.#button(texts.saveFolder, stale, "quietbutton", () => this.#save(files))] : []),
    );
    const own = (name: string, text: string): HTMLElement => this.#button(name, stale, "quietbutton", async () => download(name, new Blob([text], { type: "text/plain" })));
    this.#next.replaceChildren(
      h("p", { class: "help" }, texts.nextTimeText),
      own("heatmap.toml", settings),
      ...(site.secret === undefined ? [] : [h("p", { class: "help" }, texts.secretText), own("privacy-secret", site.secret)]),
      own("report.txt", site.report),
    );
  }

  #button(label: string, disabled: boolean, kind: string, act: () => Promise<void>): HTMLButtonElement {
    return h("button", { type: "button", class: kind, disabled, on: { click: () => void act().catch((e: unknown) => this.#fail("unexpected", "", String((e as Error).message ?? e))) } }, label);
  }

  async #save(files: { name: string; data: Blob }[]): Promise<void> {
    const { noFolder, notSaved, savedFolder, saving } = this.#texts;
    const failed = ({ name, message }: DOMException): void => {
      const known = Object.hasOwn(notSaved, name) ? notSaved[name] : undefined;
      this.#fail(name, known ?? notSaved["other"]!, known ? "" : message);
    };
    let folder: FileSystemDirectoryHandle;
    try {
      folder = await pickFolder!({ mode: "readwrite", id: "heatmap" });
    } catch (e) {
      if ((e as DOMException).name === "AbortError") this.#say(noFolder);
      else failed(e as DOMException);
      return;
    }
    try {
      this.#say(saving(folder.name));
      // The archive first: a page is not to name one that is not there yet.
      await saveInto(folder, [...files].reverse());
      this.#say(savedFolder(folder.name));
    } catch (e) {
      failed(e as DOMException);
    }
  }
}
