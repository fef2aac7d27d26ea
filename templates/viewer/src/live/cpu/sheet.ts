// The planes that the processor paints on, by the definitions of docs/layers.md: lines in, values and presences out. Pure.

import { PEN_RIDGE } from "../kernel.ts";
import { isCounted, type Plan, slopeOf, type ThinGlow, thinGlowOf } from "../plan.ts";
import { Blur } from "./blur.ts";
import { stroke } from "./pen.ts";
import { type Corner, ThinPlanes } from "./thin.ts";

/** A plane that is made when it is first needed. */
type Plane = Float32Array | undefined;

export class Sheet {
  readonly width: number;
  readonly height: number;
  /** In the field's unit; says nothing where presence is 0. Row by row from the north-western corner, like all planes. */
  readonly value: Float32Array;
  /** 0..1. */
  readonly presence: Float32Array;
  /** What the pens leave: the number of activities of a count or a trend, the greatest weight of a date. */
  #ink: Plane;
  /** 1 where a pen was. */
  #footprint: Plane;
  /** What thin lines carry, by the zooms that they are drawn for. */
  readonly #thins = new Map<string, ThinPlanes>();
  /** Those of the picture, and how they glow; of a trend there are three, of the sums times the zeroth, first and second power of the years. */
  #thin: { planes: ThinPlanes[]; glow: ThinGlow } | undefined;
  #soft: Plane[] = [];
  #blur: Blur | undefined;
  /** By pixel the activity that covered it last; nothing is cleared between two activities. */
  #marks: Uint32Array | undefined;
  #activity = 0;
  #weight = 0;
  #plan!: Plan;
  #press!: (from: number, to: number) => void;
  readonly #date = (from: number, to: number): void => {
    const [ink, weight] = [this.#ink!, this.#weight];
    for (let at = from; at <= to; at++) if (weight > ink[at]!) ink[at] = weight;
  };

  /** Pixels; neither is 0. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.value = new Float32Array(width * height);
    this.presence = new Float32Array(width * height);
  }

  /** Clears everything for a picture by a plan that lies there. */
  begin(plan: Plan, corner: Corner): void {
    const clean = (plane: Plane): Float32Array => plane?.fill(0) ?? this.#plane();
    this.#plan = plan;
    if (isCounted(plan) || plan.kind === "date") this.#ink = clean(this.#ink);
    if (isCounted(plan)) this.#marks ??= new Uint32Array(this.width * this.height);
    else this.#footprint = clean(this.#footprint);
    this.#press = this.#pressFor(plan);
    this.#thin = undefined;
    if (!plan.thin) return;
    const planes = Array.from({ length: plan.middle === undefined ? 1 : 3 }, (_, power) => {
      const key = `${ThinPlanes.key(plan, corner.zoom)}/${power}`;
      let own = this.#thins.get(key);
      if (!own) this.#thins.set(key, (own = ThinPlanes.for(this.width, this.height, plan, corner.zoom)));
      own.begin(corner);
      return own;
    });
    this.#thin = { planes, glow: thinGlowOf(plan, corner.zoom) };
  }

  /** Begins the next activity; its weight is that of plan.ts: penWeights. */
  activity(weight: number): void {
    this.#activity++;
    this.#weight = weight;
  }

  /** Draws with the pen from (x0, y0) to (x1, y1), in pixels. */
  stroke(x0: number, y0: number, x1: number, y1: number): void {
    const { radius, dayRadius } = this.#plan;
    stroke(this.width, this.height, radius, x0, y0, x1, y1, this.#press);
    if (dayRadius !== undefined) stroke(this.width, this.height, dayRadius, x0, y0, x1, y1, this.#date);
  }

  /** Draws a thin line that carries a numerator and a denominator. */
  carry(x0: number, y0: number, x1: number, y1: number, sum: number, divisor: number): void {
    let power = 1;
    for (const planes of this.#thin!.planes) {
      planes.carry(x0, y0, x1, y1, power * sum, power * divisor);
      power *= this.#weight - (this.#plan.middle ?? 0);
    }
  }

  /**
   * Makes value and presence of what was drawn, pausing after each pass over the planes; with a margin only for what lies so many pixels from the
   * edges and more.
   */
  *finish(margin = 0): Generator<void, void> {
    const [plan, ink, value, presence] = [this.#plan, this.#ink, this.value, this.presence];
    const count = isCounted(plan);
    const softPrint = this.#soften(0, count ? ink! : this.#footprint!, plan.soft, margin);
    yield;
    const farther = plan.dayRadius !== undefined;
    const softInk = plan.kind === "date" && !farther ? this.#soften(1, ink!, plan.soft, margin) : softPrint;
    yield;
    const [thin, mean] = [this.#thin, plan.kind === "mean"];
    for (const planes of thin?.planes ?? []) yield* planes.soften(thin!.glow.blur, mean, margin);
    const pair = new Float32Array(2);
    const [once, twice] = [new Float32Array(2), new Float32Array(2)];
    const least = plan.least * PEN_RIDGE * plan.full;
    presence.fill(0);
    value.fill(0);
    for (let y = margin; y < this.height - margin; y++) {
      for (let x = margin, i = y * this.width + margin; x < this.width - margin; x++, i++) {
        if (softPrint[i]! < least || (farther && !ink![i])) continue;
        let here = softPrint[i]! / PEN_RIDGE;
        let v = here;
        // Where two or more cover a pixel it shows their number at least.
        if (count && ink![i]! >= 2) v = here = Math.max(v, ink![i]!);
        if (plan.kind === "date") v = plan.base + plan.way * (ink![i]! || softInk[i]! / softPrint[i]!);
        else if (thin) {
          thin.planes[0]!.at(x, y, pair);
          v = pair[0]! * thin.glow.factor;
          const divisor = mean ? pair[1]! : v > 0 ? 1 : 0;
          if (!(divisor > 0)) continue;
          v /= divisor;
          if (plan.middle !== undefined) {
            thin.planes[1]!.at(x, y, once);
            thin.planes[2]!.at(x, y, twice);
            v = thin.glow.factor * slopeOf(pair[1]!, pair[0]!, once[1]!, once[0]!, twice[1]!);
            if (Number.isNaN(v)) continue;
          }
        }
        value[i] = v;
        presence[i] = Math.min(1, here / plan.full);
      }
    }
    yield;
  }

  #plane(): Float32Array {
    return new Float32Array(this.width * this.height);
  }

  #soften(k: number, plane: Float32Array, half: Float32Array, margin: number): Float32Array {
    this.#blur ??= new Blur(this.width, this.height);
    const out = (this.#soft[k] ??= this.#plane());
    this.#blur.run(plane, half, out, margin);
    return out;
  }

  /** What the pen does to the pixels of a row. Rows are short, and there are many: each kind has its own loop, and none calls a method. */
  #pressFor(plan: Plan): (from: number, to: number) => void {
    const [ink, footprint, marks] = [this.#ink!, this.#footprint!, this.#marks!];
    if (isCounted(plan)) {
      return (from, to) => {
        const activity = this.#activity;
        for (let at = from; at <= to; at++) {
          if (marks[at] === activity) continue;
          marks[at] = activity;
          ink[at]!++;
        }
      };
    }
    if (plan.kind === "date" && plan.dayRadius === undefined) {
      return (from, to) => {
        const weight = this.#weight;
        for (let at = from; at <= to; at++) {
          footprint[at] = 1;
          if (weight > ink[at]!) ink[at] = weight;
        }
      };
    }
    return (from, to) => {
      for (let at = from; at <= to; at++) footprint[at] = 1;
    };
  }
}
