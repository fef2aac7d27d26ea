// The panel of the tools: a tab for each, and below what the open one has to say.

import type { ToolKind } from "../explore/tool.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";
import { Tabs } from "./tabs.ts";

export interface ExploreActions {
  /** Opens a tool. */
  choose(id: string): void;
  /** Closes the open one. */
  close(): void;
}

export class ExplorePanel {
  readonly element: HTMLElement;
  readonly #kinds: readonly ToolKind[];
  readonly #tabs: Tabs<string>;
  readonly #title: HTMLElement;
  /** The tool that was open last, or the first one. */
  last: string;

  /** kinds are one at least. */
  constructor(kinds: readonly ToolKind[], strings: Strings, actions: ExploreActions) {
    const words = strings.explore;
    this.#kinds = kinds;
    this.last = kinds[0]!.id;
    this.#tabs = new Tabs<string>(words.tools, kinds.map(({ id, title }) => ({ id, label: title })), actions.choose);
    this.#tabs.list.hidden = kinds.length === 1;
    this.#title = h("h2", {}, words.title);
    this.element = h(
      "section",
      {
        class: "card places explore",
        on: {
          keydown: (e) => {
            if (e.key === "Escape" && !e.defaultPrevented) actions.close();
          },
        },
      },
      h("header", {}, this.#title, h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: actions.close } }, icon(ICONS.close))),
      this.#tabs.list,
      this.#tabs.panels,
    );
  }

  /** Shows a tool's element; undefined for none. */
  show(id: string | undefined, element: HTMLElement | undefined): void {
    if (id === undefined || !element) return;
    this.last = id;
    const [only] = this.#kinds;
    if (this.#kinds.length === 1) this.#title.textContent = only!.title;
    this.#tabs.fill(id, element);
    this.#tabs.show(id);
  }

  /** Gives the keyboard to the panel. */
  focus(): void {
    this.element.querySelector<HTMLElement>(this.#kinds.length > 1 ? "[aria-selected=true]" : ".close")?.focus();
  }
}
