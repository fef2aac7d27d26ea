// The way from a map in a frame to the map itself.

import type { Strings } from "../text/strings.ts";
import { h } from "./dom.ts";

/** A link to the page's present state, in a tab of its own. href is asked for when the link is about to be followed. */
export function openMapLink(title: string, strings: Strings, href: () => string): HTMLElement {
  const link = h("a", { class: "card openmap", target: "_blank", rel: "noopener" }, h("b", {}, title), h("span", {}, strings.sharing.openMap));
  const follow = (): void => {
    link.href = href();
  };
  link.href = "#";
  for (const type of ["pointerenter", "pointerdown", "focus", "click"]) link.addEventListener(type, follow);
  return link;
}
