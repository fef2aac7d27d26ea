// From the state of the page to what the map shows of it: one picture, or two that meet at the divider.

import type { Map as MapLibreMap } from "maplibre-gl";
import { type Activities, type Layer, type Metadata, rangeAt } from "./archive/metadata.ts";
import { differenceLayer, differenceRange, differs } from "./difference.ts";
import { formatLook, lookedLayer, lookedRange, type Look, type RangeOverride } from "./heat/look.ts";
import type { Jobs } from "./jobs.ts";
import { FADE_MS, type HeatView } from "./map/heatview.ts";
import { type PictureOptions, type PictureSpec, PictureView } from "./map/pictureview.ts";
import { SelectionRanges } from "./ranges.ts";
import { isAll, select, type Selection } from "./selection.ts";
import { sportColour } from "./sportcolours.ts";
import { commonManner } from "./sports.ts";
import type { PageState, PictureState, Side } from "./state.ts";
import type { Lines, Overview } from "./tracks/lines.ts";

const NO_RANGE = { lo: 0, hi: 0 };

export class Pictures {
  readonly #metadata: Metadata;
  readonly #heat: HeatView;
  readonly #views: [PictureView, PictureView];
  readonly #lines: Lines;
  #ranges: SelectionRanges | undefined;
  /** 1 for each activity that is shown where it is selected, 0 for the others; undefined where all are. Ranges are of the selections. */
  only: Uint8Array | undefined;
  #selections = new Map<Selection, Uint8Array>();
  /** What of those layers of the owner's own are of, by layer. */
  readonly #within = new WeakMap<Uint8Array, Map<string, Uint8Array>>();
  #specs: PictureSpec[] = [];

  constructor(map: MapLibreMap, metadata: Metadata, heat: HeatView, lines: Lines, jobs: Jobs, reducedMotion: boolean) {
    this.#metadata = metadata;
    this.#heat = heat;
    this.#lines = lines;
    const colours = metadata.activities.sports.map((_, i) => sportColour(rankOfSport(metadata.activities, i)));
    const options: Omit<PictureOptions, "name"> = {
      metadata,
      tiles: () => heat.tiles,
      colours,
      fadeMS: reducedMotion ? 0 : FADE_MS,
      lines,
      paintJob: (tracks, request) => jobs.paint(tracks, request),
    };
    this.#views = [new PictureView(map, { ...options, name: "left", heat }), new PictureView(map, { ...options, name: "right" })];
  }

  /** Knows the ranges of selections from now on. */
  overlook(overview: Overview): void {
    this.#ranges ??= new SelectionRanges(this.#metadata, overview);
  }

  /** Whether a state needs the lines of the activities. */
  needsLines(s: PageState): boolean {
    return s.pictures.some((p) => this.#modeOf(s, p) !== "baked");
  }

  /** Whether a state needs an overview of them that is not there yet. */
  needsOverview(s: PageState): boolean {
    return !this.#ranges && s.pictures.some((p) => this.#modeOf(s, p) === "live" && this.#limited(p));
  }

  /** Works out what a state shows. */
  plan(s: PageState): void {
    const specs = s.pictures.map((p, side) => this.#spec(s, p, side as Side));
    this.#specs = this.differs(s) && !s.routes && s.difference ? [this.#difference(specs[0]!, specs[1]!)] : specs;
  }

  /** Whether two pictures have a difference to show. */
  differs(s: PageState): boolean {
    return differs(s, (id) => this.#metadata.fields.get(this.#layer(id).field)!);
  }

  /** The picture of what the right one has more, or less, than the left one. */
  #difference(left: PictureSpec, right: PictureSpec): PictureSpec {
    const { field } = left;
    const range = (zoom: number): RangeOverride => differenceRange(field, left.override(zoom) ?? rangeAt(field, zoom) ?? NO_RANGE, right.override(zoom) ?? rangeAt(field, zoom) ?? NO_RANGE);
    return {
      ...right,
      layer: differenceLayer(this.#layer(left.layer.id), field),
      override: range,
      range,
      local: false,
      less: left.selected,
      empty: () => (left.empty() ? right.empty() : undefined),
      clip: { from: 0, to: 1 },
    };
  }

  /** Brings the map to a state; baked tiles stand in for what has no lines, or no range yet. */
  show(s: PageState): void {
    this.plan(s);
    this.#showTiles(s);
    const baked = !this.#lines.available || this.needsOverview(s);
    this.#specs.forEach((spec, side) => this.#views[side]!.show(baked ? { ...spec, mode: "baked" } : spec));
    if (this.#specs.length < 2) this.#views[1].remove();
  }

  /** The picture of a side: its layer as it looks, the range of a zoom and what is live. */
  spec(side: Side): PictureSpec {
    return this.#specs[side] ?? this.#specs[0]!;
  }

  view(side: Side): PictureView {
    return this.#specs.length > 1 ? this.#views[side] : this.#views[0];
  }

  get settled(): boolean {
    return this.#views[0].settled && (this.#specs.length < 2 || this.#views[1].settled);
  }

  /** 1 for each activity of a selection. */
  selected(s: Selection): Uint8Array {
    let flags = this.#selections.get(s);
    if (!flags) {
      flags = select(s, this.#metadata.activities);
      // Two pictures need two; dragging a slider makes a new one each frame.
      if (this.#selections.size >= 4) this.#selections.clear();
      this.#selections.set(s, flags);
    }
    return flags;
  }

  #layer(id: string): Layer {
    return this.#metadata.layers.find((l) => l.id === id)!;
  }

  /** 1 for each activity of a selection that a layer is of. */
  #shown({ id, of }: Layer, s: Selection): Uint8Array {
    const selected = this.selected(s);
    if (!of) return selected;
    const known = this.#within.get(selected) ?? new Map<string, Uint8Array>();
    const flags = known.get(id) ?? selected.map((f, a) => f & of[a]!);
    this.#within.set(selected, known.set(id, flags));
    return flags;
  }

  /** Whether a picture need not show all activities. */
  #limited(p: PictureState): boolean {
    return !isAll(p.selection) || this.#layer(p.layer).of !== undefined;
  }

  /** How a picture is drawn, once the tracks are there. */
  #modeOf(s: PageState, p: PictureState): PictureSpec["mode"] {
    if (s.routes) return "routes";
    return s.pictures.length > 1 || this.#limited(p) || s.looks[p.layer]?.scale === "local" ? "live" : "baked";
  }

  #spec(s: PageState, p: PictureState, side: Side): PictureSpec {
    const layer = this.#layer(p.layer);
    const field = this.#metadata.fields.get(layer.field)!;
    const look: Look = s.looks[p.layer] ?? {};
    const { only } = this;
    const whole = this.#modeOf(s, p);
    const mode = only && whole === "baked" ? "live" : whole;
    const selected = this.#shown(layer, p.selection);
    // The range has the last word on where the ramp begins.
    const { from: _, ...looked } = lookedLayer(layer, field, look);
    const local = mode === "live" && look.scale === "local";
    const limited = mode === "live" && this.#limited(p);
    const two = s.pictures.length > 1;
    const override = (zoom: number): RangeOverride | undefined => {
      const all = rangeAt(field, zoom);
      const ranges = limited ? this.#ranges : undefined;
      if (!all || (!ranges && !local)) return undefined;
      return { ...(ranges?.range(layer, field, selected, zoom, all) ?? { lo: all.lo, hi: all.hi }), ...(local ? { local } : {}) };
    };
    return {
      mode,
      layer: looked,
      field,
      override,
      range: (zoom) => lookedRange(layer, field, zoom, look, override(zoom)) ?? { lo: 0, hi: 0 },
      local,
      selected: only ? selected.map((f, a) => f & only[a]!) : selected,
      manner: this.#metadata.summary?.speeds ?? commonManner(this.#metadata.activities, selected),
      empty: () => (limited ? this.#ranges?.nothing(field, selected) : undefined),
      opacity: s.opacity,
      clip: two ? (side === 0 ? { from: 0, to: s.at } : { from: s.at, to: 1 }) : { from: 0, to: 1 },
    };
  }

  /** Baked tiles in the colours of their look: another layer fades in, other colours come without a fade. */
  #showTiles(s: PageState): void {
    const { layer } = s.pictures[0];
    const look = formatLook(s.looks[layer] ?? {});
    this.#heat.setOpacity(s.opacity);
    if (this.#layer(layer).of) return; // what is there stays until its picture is
    if (this.#heat.layer === layer) this.#heat.recolour(look);
    else this.#heat.show(layer, look);
  }
}

/** Places of the sports by how often they occur, 0 for the most frequent. */
export function rankOfSport(a: Activities, sport: number): number {
  const counts = a.sports.map((_, i) => a.sport.filter((s) => s === i).length);
  return counts.filter((n, i) => n > counts[sport]! || (n === counts[sport] && i < sport)).length;
}
