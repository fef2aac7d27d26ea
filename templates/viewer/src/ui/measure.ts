import type { Measure } from "../text/format.ts";
import { h } from "./dom.ts";

/** A number with its unit beside it, smaller. */
export function measure({ value, unit }: Measure): HTMLElement {
  return h("span", {}, value, unit && h("small", {}, `\u202f${unit}`));
}
