// The help dialog: what the reader may choose, the keys, and where the data stands.

import type { Metadata } from "../archive/metadata.ts";
import { type KeyAction, keyRows } from "../keys.ts";
import { type Preferences, THEMES, UNITS } from "../preferences.ts";
import type { Formatter } from "../text/format.ts";
import type { Strings } from "../text/strings.ts";
import { h, icon, ICONS } from "./dom.ts";

export interface HelpOptions {
  strings: Strings;
  keys: readonly KeyAction[];
  preferences: Preferences;
  /** A line about the data (aboutData). */
  about: string;
  /** Called with one preference that was chosen. */
  choose<K extends keyof Preferences>(name: K, value: Preferences[K]): void;
}

export class Help {
  readonly element: HTMLDialogElement;

  constructor({ strings, keys, preferences, about, choose }: HelpOptions) {
    const words = strings.help;
    const choice = <K extends keyof Preferences>(name: K, values: readonly Preferences[K][]): HTMLElement =>
      h(
        "fieldset",
        { class: "choice" },
        h("legend", {}, words[name]),
        h(
          "div",
          { class: "segments" },
          ...values.map((value) =>
            h(
              "label",
              {},
              h("input", { type: "radio", class: "unseen", name, value, checked: preferences[name] === value, on: { change: () => choose(name, value) } }),
              words[value],
            ),
          ),
        ),
      );
    const kbd = (key: string): HTMLElement => h("kbd", {}, key.toUpperCase());
    this.element = h(
      "dialog",
      { class: "card help", "aria-labelledby": "help-title", on: { click: (e) => e.target === this.element && this.element.close() } },
      h(
        "div",
        { class: "inner" },
        h(
          "header",
          {},
          h("h2", { id: "help-title" }, words.title),
          h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, on: { click: () => this.element.close() } }, icon(ICONS.close)),
        ),
        choice("units", UNITS),
        choice("theme", THEMES),
        h(
          "section",
          { class: "keys" },
          h("h3", {}, words.keys),
          h(
            "dl",
            {},
            ...keyRows(keys).map((row) =>
              h(
                "div",
                {},
                h("dt", {}, kbd(row.keys[0]!), ...row.keys.slice(1).flatMap((k) => [row.range ? h("span", {}, ` ${words.to} `) : " ", kbd(k)])),
                h("dd", {}, strings.keys[row.label]),
              ),
            ),
          ),
        ),
        h("section", {}, h("h3", {}, words.data), h("p", { class: "about-data" }, about)),
      ),
    );
  }

  /** Opens the dialog with the preferences as they are by now. */
  open(preferences: Preferences): void {
    if (this.element.open) return;
    for (const input of this.element.querySelectorAll("input")) {
      input.checked = preferences[input.name as keyof Preferences] === input.value;
    }
    this.element.showModal();
  }
}

/** "312 activities, as of Nov 20, 2026. Built by heatmapgen 0.1.0." */
export function aboutData({ activities, asOf, generator }: Metadata, format: Formatter, strings: Strings): string {
  const { asOf: asOfWord, builtBy } = strings.help;
  const count = activities.day.length;
  const day = Date.parse(asOf) / 86_400_000;
  const parts = [`${format.whole(count)} ${count === 1 ? strings.activities.one : strings.activities.other}`];
  if (Number.isFinite(day)) parts.push(`${asOfWord} ${format.day(day, "day")}`);
  return `${parts.join(", ")}.${generator ? ` ${builtBy} ${generator}.` : ""}`;
}
