// The tabs of a phone's sheet and of the explore panel (WAI-ARIA Authoring Practices, tabs pattern).

import { h } from "./dom.ts";

export class Tabs<T extends string> {
  readonly list: HTMLElement;
  readonly panels = h("div", { class: "tabs" });
  readonly #tabs = new Map<T, { button: HTMLButtonElement; panel: HTMLElement }>();
  readonly #chosen: (id: T) => void;
  current: T;

  /** chosen is called with a tab when the reader goes to a tab, also to the one that is shown. */
  constructor(label: string, tabs: readonly { id: T; label: string }[], chosen: (id: T) => void) {
    this.list = h("div", { class: "tablist", role: "tablist", "aria-label": label });
    // The sheet that is dragged by what is around them does not take hold of them.
    this.list.addEventListener("pointerdown", (e) => e.stopPropagation());
    this.#chosen = chosen;
    this.current = tabs[0]!.id;
    for (const { id, label } of tabs) {
      const panel = h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}` });
      const button = h(
        "button",
        { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": panel.id, on: { click: () => this.#choose(id), keydown: (e) => this.#onKey(e) } },
        label,
      );
      this.list.append(button);
      this.panels.append(panel);
      this.#tabs.set(id, { button, panel });
    }
    this.show(this.current);
  }

  fill(id: T, content: HTMLElement): void {
    this.#tabs.get(id)?.panel.replaceChildren(content);
  }

  show(id: T): void {
    this.current = id;
    for (const [each, { button, panel }] of this.#tabs) {
      button.setAttribute("aria-selected", String(each === id));
      button.tabIndex = each === id ? 0 : -1;
      panel.hidden = each !== id;
    }
  }

  #choose(id: T): void {
    this.show(id);
    this.#chosen(id);
  }

  #onKey(e: KeyboardEvent): void {
    const ids = [...this.#tabs.keys()];
    const along = getComputedStyle(this.list).direction === "rtl" ? -1 : 1;
    const step = e.key === "ArrowRight" ? along : e.key === "ArrowLeft" ? -along : 0;
    if (step === 0) return;
    e.preventDefault();
    const next = ids[(ids.indexOf(this.current) + step + ids.length) % ids.length]!;
    this.#choose(next);
    this.#tabs.get(next)!.button.focus();
  }
}
