// The controls of a replay: what is played, play and pause, where it is, how fast, again and again, and a film of it.

import type { Formatter } from "../../text/format.ts";
import type { Strings } from "../../text/strings.ts";
import { h, icon, ICONS } from "../../ui/dom.ts";
import { type Mode, SPEEDS } from "./timeline.ts";

export interface ReplayActions {
  mode(mode: Mode): void;
  /** Plays or pauses; where the reader wants less motion, goes on by a step. */
  play(): void;
  /** Goes to a value of the slider; done when the reader lets go of it. */
  seek(value: number, done: boolean): void;
  speed(speed: number): void;
  loop(): void;
  /** Begins or ends a film; undefined where the browser makes none. */
  record: (() => void) | undefined;
}

export interface Shown {
  mode: Mode;
  playing: boolean;
  recording: boolean;
  loop: boolean;
  speed: number;
  /** The slider's ends and value, and what it says of that. */
  from: number;
  to: number;
  value: number;
  text: string;
  /** A line below it. */
  note: string;
}

export class ReplayControls {
  readonly element: HTMLElement;
  readonly #strings: Strings;
  readonly #format: Formatter;
  readonly #actions: ReplayActions;
  readonly #steps: boolean;
  readonly #modes = new Map<Mode, HTMLInputElement>();
  readonly #play: HTMLButtonElement;
  readonly #slider: HTMLInputElement;
  readonly #when = h("output", { class: "number" });
  readonly #note = h("p", { class: "caption" });
  readonly #speeds = h("div", { class: "segments", role: "radiogroup" });
  readonly #loop: HTMLButtonElement;
  readonly #record: HTMLButtonElement | undefined;
  #shown: Partial<Shown> = {};

  /** With steps, play goes on by a step at a time. */
  constructor(strings: Strings, format: Formatter, steps: boolean, actions: ReplayActions) {
    const words = strings.replay;
    this.#strings = strings;
    this.#format = format;
    this.#actions = actions;
    this.#steps = steps;
    const mode = (of: Mode): HTMLElement => {
      const input = h("input", { type: "radio", class: "unseen", name: "replaymode", value: of, on: { change: () => actions.mode(of) } });
      this.#modes.set(of, input);
      return h("label", {}, input, words.modes[of]);
    };
    this.#play = h("button", { type: "button", class: "play", on: { click: actions.play } });
    this.#slider = h("input", {
      type: "range",
      "aria-label": words.time,
      on: { input: () => actions.seek(this.#slider.valueAsNumber, false), change: () => actions.seek(this.#slider.valueAsNumber, true) },
    });
    this.#speeds.setAttribute("aria-label", words.speed);
    this.#loop = h("button", { type: "button", on: { click: actions.loop } }, icon(ICONS.loop), words.loop);
    this.#record = actions.record && h("button", { type: "button", class: "record", on: { click: actions.record } });
    this.element = h(
      "div",
      { class: "replay" },
      h("div", { class: "segments", role: "radiogroup", "aria-label": words.mode }, mode("days"), mode("together")),
      h("div", { class: "replaytime" }, this.#play, h("div", {}, this.#when, this.#slider)),
      this.#note,
      ...(steps ? [] : [h("div", { class: "replayspeed" }, h("span", { class: "caption" }, words.speed), this.#speeds), h("div", { class: "replayrow" }, this.#loop, this.#record)]),
    );
  }

  show(now: Shown): void {
    const before = this.#shown;
    this.#shown = now;
    const words = this.#strings.replay;
    if (now.mode !== before.mode) {
      for (const [of, input] of this.#modes) input.checked = of === now.mode;
      this.#listSpeeds(now.mode);
    }
    if (now.mode !== before.mode || now.speed !== before.speed) {
      for (const input of this.#speeds.querySelectorAll("input")) input.checked = Number(input.value) === now.speed;
    }
    if (now.playing !== before.playing || now.mode !== before.mode) {
      const label = this.#steps ? words.step[now.mode] : now.playing ? words.pause : words.play;
      this.#play.replaceChildren(icon(this.#steps ? ICONS.step : now.playing ? ICONS.pause : ICONS.play));
      this.#play.setAttribute("aria-label", label);
      this.#play.title = label;
    }
    if (now.loop !== before.loop) this.#loop.setAttribute("aria-pressed", String(now.loop));
    if (now.recording !== before.recording) {
      this.#record?.setAttribute("aria-pressed", String(now.recording));
      this.#record?.replaceChildren(icon(now.recording ? ICONS.stop : ICONS.record), now.recording ? words.recording : words.record);
    }
    for (const [name, v] of [["min", now.from], ["max", now.to]] as const) this.#slider[name] = String(v);
    this.#slider.valueAsNumber = now.value;
    this.#slider.style.setProperty("--filled", `${(100 * (now.value - now.from)) / Math.max(1, now.to - now.from)}%`);
    if (now.text !== before.text) {
      this.#slider.setAttribute("aria-valuetext", now.text);
      this.#when.textContent = now.text;
    }
    if (now.note !== before.note) this.#note.textContent = now.note;
  }

  #listSpeeds(mode: Mode): void {
    const words = this.#strings.replay;
    const name = (speed: number, i: number): string => {
      if (mode === "days") return words.spans[i]!;
      if (speed >= 3600) return `${this.#format.whole(speed / 3600)}\u202fh`;
      const { value, unit } = this.#format.duration(speed);
      return `${value}\u202f${unit}`;
    };
    this.#speeds.replaceChildren(
      ...SPEEDS[mode].map((speed, i) => h("label", {}, h("input", { type: "radio", class: "unseen", name: "replayspeed", value: speed, on: { change: () => this.#actions.speed(speed) } }), name(speed, i))),
    );
  }
}
