// The head of a segment that is shown: its name, whether it is kept, its tolerance, and its file.

import { h } from "../../ui/dom.ts";
import { saveFile } from "../../ui/savefile.ts";
import type { ToolGround } from "../tool.ts";
import { toGeoJSON } from "./geojson.ts";
import { MAX_NAME, type Segment, segmentOf, TOLERANCES, toTOML } from "./segment.ts";
import { sameWay, type Shelf } from "./shelf.ts";

export interface HeadActions {
  /** Shows a segment in place of the one that is shown. */
  change(segment: Segment): void;
  /** Goes back to where a segment is picked. */
  another(): void;
}

/** Copies segments as heatmap.toml has them. */
export function copyTOML({ copy, strings }: ToolGround, segments: readonly Segment[]): void {
  copy(toTOML(segments), strings.segments.tomlCopied, strings.segments.tomlToCopy);
}

export class SegmentHead {
  readonly element = h("div", { class: "segmenthead" });
  /** What stands below the efforts. */
  readonly foot: HTMLElement;
  readonly #file: HTMLElement;
  readonly #copy: HTMLElement;
  #segment: Segment | undefined;
  readonly #ground: ToolGround;
  readonly #shelf: Shelf;
  readonly #published: readonly Segment[];
  readonly #actions: HeadActions;

  constructor(ground: ToolGround, shelf: Shelf, published: readonly Segment[], actions: HeadActions) {
    this.#ground = ground;
    this.#shelf = shelf;
    this.#published = published;
    this.#actions = actions;
    const words = ground.strings.segments;
    this.#file = h("button", { type: "button", on: { click: () => this.#save() } }, words.export);
    this.#copy = h("button", { type: "button", on: { click: () => this.#segment && copyTOML(ground, [this.#segment]) } }, words.copyTOML);
    this.foot = h("div", { class: "segmentdeeds" }, h("button", { type: "button", on: { click: actions.another } }, words.another), this.#file, this.#copy);
  }

  /** Shows the head of a segment. */
  show(segment: Segment): void {
    const { strings, format } = this.#ground;
    const words = strings.segments;
    const kept = this.#shelf.segments.some((s) => sameWay(s, segment));
    const change = (to: Partial<Segment>): void => {
      const changed = segmentOf(segment, to.name ?? segment.name, to.toleranceM ?? segment.toleranceM);
      if (!changed) return;
      const next = { ...segment, name: changed.name, toleranceM: changed.toleranceM };
      if (kept) this.#shelf.put(next);
      this.#actions.change(next);
    };
    const name = h("input", { type: "text", maxlength: MAX_NAME, placeholder: words.name, "aria-label": words.name, on: { change: () => change({ name: name.value }) } });
    name.value = segment.name;
    const keep = h("button", { type: "button", "aria-pressed": String(kept), on: { click: () => this.#keep(segment, kept) } }, words.keep);
    const tolerance = (metres: number): HTMLElement => {
      const { value, unit } = format.height(metres);
      return h("label", {}, h("input", { type: "radio", class: "unseen", name: "segmenttolerance", checked: metres === segment.toleranceM, on: { change: () => change({ toleranceM: metres }) } }), `\u00b1\u202f${value}\u202f${unit}`);
    };
    const published = this.#published.find((s) => sameWay(s, segment));
    this.#fill(
      published ? h("h3", {}, published.name || words.untitled) : h("div", { class: "segmentname" }, name, keep),
      h("div", { class: "segments", role: "radiogroup", "aria-label": words.tolerance, title: words.tolerance }, ...TOLERANCES.map(tolerance)),
    );
    this.#segment = segment;
    this.#file.hidden = false;
    this.#copy.hidden = published !== undefined;
  }

  /** Shows the head of the way of an activity. */
  showRoute(title: string): void {
    this.#fill(h("h3", {}, title));
    this.#file.hidden = this.#copy.hidden = true;
  }

  /** Puts parts in the place of those there are; who is at one with the keyboard stays there. */
  #fill(...parts: HTMLElement[]): void {
    const controls = (): HTMLElement[] => [...this.element.querySelectorAll<HTMLElement>("input, button")];
    const at = controls().findIndex((c) => c === document.activeElement);
    this.element.replaceChildren(...parts);
    controls()[at]?.focus();
  }

  #save(): void {
    if (this.#segment) saveFile(new Blob([toGeoJSON([this.#segment])], { type: "application/geo+json" }), "segment.geojson");
  }

  #keep(segment: Segment, kept: boolean): void {
    if (kept) this.#shelf.remove(segment);
    else this.#shelf.put(segment);
    this.show(segment);
  }
}
