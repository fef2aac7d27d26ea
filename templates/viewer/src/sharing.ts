// Ways to hand the view on: a link, the system's sheet for sharing, and the code of a frame in another page.

import type { Strings } from "./text/strings.ts";
import type { Notices } from "./ui/notices.ts";

export interface SharingOptions {
  strings: Strings;
  notices: Notices;
  title: string;
  /** The page's URL with its present state; with embed that of a map without panels. */
  href(embed?: boolean): string;
}

/** Whether the browser has a sheet for sharing. */
export const canShare = typeof navigator !== "undefined" && typeof navigator.share === "function";

/** Whether that is how one shares here: where fingers point, the sheet has what a clipboard has elsewhere. */
export function sharesBySheet(): boolean {
  return canShare && window.matchMedia("(pointer: coarse)").matches;
}

/** The code of a frame with a page in it, for HTML. */
export function frameCode(href: string, title: string): string {
  const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<iframe src="${escaped(href)}" title="${escaped(title)}" width="100%" height="480" style="border:0" loading="lazy" allowfullscreen></iframe>`;
}

export class Sharing {
  readonly #options: SharingOptions;

  constructor(options: SharingOptions) {
    this.#options = options;
  }

  async copyLink(): Promise<void> {
    const { linkCopied, linkToCopy } = this.#options.strings.notices;
    await this.copy(this.#options.href(), linkCopied, linkToCopy);
  }

  async copyFrame(): Promise<void> {
    const { frameCopied, frameToCopy } = this.#options.strings.sharing;
    await this.copy(frameCode(this.#options.href(true), this.#options.title), frameCopied, frameToCopy);
  }

  /** Opens the system's sheet; where it fails the link is copied. */
  async share(): Promise<void> {
    try {
      await navigator.share({ title: this.#options.title, url: this.#options.href() });
    } catch (e) {
      if (e instanceof DOMException && e.name === "AbortError") return; // the reader thought better of it
      await this.copyLink();
    }
  }

  /** Copies a text, and says one thing where it could, or another above the text where the reader has to. */
  async copy(text: string, copied: string, toCopy: string): Promise<void> {
    const { notices } = this.#options;
    try {
      // Pages that did not come over HTTPS have no clipboard, and a browser may refuse it to any.
      await navigator.clipboard.writeText(text);
      notices.show("link", copied);
    } catch {
      notices.showField("link", toCopy, text);
    }
  }
}
