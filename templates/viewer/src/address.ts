// Keeps the fragment of the page's URL and the state of the page in step, both ways.

import { formatLink, type Link, parseLink } from "./link.ts";

/** The fragment is written once nothing has moved for so long; Safari refuses more than 100 writes in 30 s. */
const REST_MS = 250;

export interface AddressActions {
  /** The state of the page. */
  read(): Link;
  /** Brings the page to the state of a link; what a link leaves out is to be as by default. */
  apply(link: Link): void;
}

export class Address {
  readonly #actions: AddressActions;
  /** State that the fragment stands for; a fragment with unknown pieces stays as it is until the state changes. */
  #known: string;
  /** The fragment as last written or applied: going back tells of it twice, as popstate and as hashchange. */
  #fragment = location.hash;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #applying = false;

  /** The page is to be in the state of the URL already; signal ends it all. */
  constructor(actions: AddressActions, signal: AbortSignal) {
    this.#actions = actions;
    this.#known = this.#read();
    const follow = (): void => this.#follow();
    window.addEventListener("popstate", follow, { signal });
    window.addEventListener("hashchange", follow, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Takes note that the state changes by and by; the present entry of the history follows. */
  moved(): void {
    if (this.#applying) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write("replaceState"), REST_MS);
  }

  /** Makes a change that the reader can take back by going back. */
  step(change: () => void): void {
    this.settle();
    change();
    this.push();
  }

  /** Writes what is still to be written, before a change that the reader makes bit by bit and `push` ends. */
  settle(): void {
    if (this.#timer !== undefined) this.#write("replaceState");
  }

  /** Makes an entry of the history for what has become of the state. */
  push(): void {
    if (!this.#applying) this.#write("pushState");
  }

  #read(): string {
    return `#${formatLink(this.#actions.read())}`;
  }

  #write(how: "pushState" | "replaceState"): void {
    this.#rest();
    const state = this.#read();
    if (state === this.#known) return;
    this.#known = state;
    try {
      history[how](null, "", state);
    } catch {
      // A browser that has had enough of writes, or a frame that may not: the map works without.
    }
    this.#fragment = location.hash;
  }

  #follow(): void {
    if (location.hash === this.#fragment) return;
    this.#rest();
    this.#fragment = location.hash;
    this.#applying = true;
    try {
      this.#actions.apply(parseLink(location.hash));
    } finally {
      this.#applying = false;
    }
    this.#known = this.#read();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
