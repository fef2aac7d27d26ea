// The switch between heat and routes at the head of the layer card.

import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

export interface ModeSwitch {
  element: HTMLElement;
  show(routes: boolean): void;
}

export function modeSwitch(strings: Strings, choose: (routes: boolean) => void): ModeSwitch {
  const options = (["heat", "routes"] as const).map((mode) => {
    const input = h("input", { type: "radio", name: "mode", value: mode, class: "unseen", on: { change: () => choose(mode === "routes") } });
    return { input, label: h("label", {}, input, h("span", {}, strings.mode[mode])) };
  });
  const element = h("fieldset", { class: "segments" }, h("legend", { class: "unseen" }, strings.mode.label), ...options.map((o) => o.label));
  return {
    element: h("section", { class: "mode" }, element),
    show: (routes) => {
      options[0]!.input.checked = !routes;
      options[1]!.input.checked = routes;
    },
  };
}
