// The tool that plays the history again: day by day, with the heat growing and the days' lines glowing, or all activities from a common start.

import { isForPage } from "../../keys.ts";
import { keepOnMap } from "../../live/keep.ts";
import { TOP } from "../../map/style.ts";
import { rankOfSport } from "../../pictures.ts";
import { retried } from "../../retried.ts";
import { sportColour } from "../../sportcolours.ts";
import { current, type PageState } from "../../state.ts";
import { h } from "../../ui/dom.ts";
import { saveFile } from "../../ui/savefile.ts";
import { countText } from "../../text/values.ts";
import { formatDay } from "../../linkparts.ts";
import type { Tool, ToolGround } from "../tool.ts";
import { ReplayControls } from "./controls.ts";
import { Dots } from "./dots.ts";
import { Film, filmKind } from "./film.ts";
import { Glow } from "./glow.ts";
import { durationsOf, longestOf } from "./swarm.ts";
import { countAt, formatReplay, type Mode, parseReplay, speedFor, thereAt, type Timeline, timelineOf } from "./timeline.ts";

/** The heat follows at most so often while it plays, in ms; lines and dots do with every frame. */
const HEAT_MS = 100;

/** No frame goes on by more than this many ms, so that nothing is skipped where the page was out of sight. */
const MOST_MS = 250;

/** Lines glow, and tails are long, for so many seconds of the play. */
const GLOW_S = 1.5;
const TAIL_S = 0.35;

/** Steps of a reader who wants less motion: days, and seconds. */
const STEPS: Record<Mode, number> = { days: 30, together: 600 };

/** Where the key does what it does for what has the focus. */
const PRESSED = "button, a, summary, input[type=radio], input[type=checkbox]";

export const REPLAY = "replay";

export class ReplayTool implements Tool {
  readonly element: HTMLElement;
  readonly #ground: ToolGround;
  readonly #controls: ReplayControls;
  readonly #glow: Glow;
  readonly #dots: Dots;
  readonly #date = h("p", { class: "replaydate", "aria-hidden": "true" });
  readonly #steps = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** All activities, and those selected. */
  readonly #all: Timeline;
  #timeline: Timeline;
  #selected: Uint8Array = new Uint8Array(0);
  #mode: Mode = "days";
  /** Days since 1970-01-01, or seconds since all began; undefined while the page is as it is without the tool. */
  #at: number | undefined;
  readonly #speeds: Partial<Record<Mode, number>> = {};
  #loop = false;
  /** The frame that is asked for; 0 while nothing plays. */
  #frame = 0;
  #last = 0;
  #heated = { at: 0, count: -1 };
  /** Seconds that each activity takes; empty until they are known. */
  #durations: Float32Array = new Float32Array(0);
  #loading = false;
  #film: Film | undefined;
  /** What the link was last told. */
  #said = "";
  #takeOff: (() => void)[] = [];
  readonly #onKey = (e: KeyboardEvent): void => {
    if (e.key !== " " || !isForPage(e) || (e.target as Element).closest(PRESSED) || document.querySelector("dialog[open]")) return;
    e.preventDefault();
    this.#toggle();
  };

  constructor(ground: ToolGround) {
    this.#ground = ground;
    const { archive, lines, tileZoom, strings, format, signal } = ground;
    const { activities } = archive.metadata;
    this.#all = this.#timeline = timelineOf(activities.day, new Uint8Array(activities.day.length).fill(1));
    this.#glow = new Glow("replay-lines", lines, tileZoom);
    this.#dots = new Dots("replay-dots", lines, tileZoom, activities.sport, activities.sports.map((_, i) => sportColour(rankOfSport(activities, i))));
    const kind = filmKind();
    this.#controls = new ReplayControls(strings, format, this.#steps, {
      mode: (mode) => this.#go(mode, undefined, true),
      play: () => this.#toggle(),
      seek: (value, done) => this.#seek(value, done),
      speed: (speed) => {
        this.#speeds[this.#mode] = speed;
        this.#show();
      },
      loop: () => {
        this.#loop = !this.#loop;
        this.#show();
      },
      record: kind && (() => (this.#film ? void this.#cut() : this.#record(kind))),
    });
    this.element = this.#controls.element;
    signal.addEventListener("abort", () => this.#stop());
  }

  get settled(): boolean {
    return !this.#loading && this.#glow.settled && this.#dots.settled;
  }

  open(): void {
    const { map } = this.#ground;
    this.#takeOff = [this.#glow, this.#dots].map((layer) => keepOnMap(map, layer, () => TOP));
    map.getContainer().append(this.#date);
    document.addEventListener("keydown", this.#onKey);
  }

  close(): void {
    this.#stop();
    this.#at = undefined;
    this.#show();
    document.removeEventListener("keydown", this.#onKey);
    this.#date.remove();
    for (const off of this.#takeOff) off();
  }

  follow(now: PageState, before: PageState | undefined): void {
    const { selected, archive } = this.#ground;
    if (!before || current(now).selection !== current(before).selection) {
      this.#selected = selected(current(now).selection);
      this.#timeline = timelineOf(archive.metadata.activities.day, this.#selected);
      if (this.#at !== undefined) this.#at = this.#within(this.#at);
    }
    const of = now.tool?.of ?? "";
    if (!before || of !== this.#said) {
      this.#said = of;
      const { mode, at } = parseReplay(of);
      this.#go(mode, at, false);
    } else {
      this.#show();
    }
  }

  relabel(): void {
    this.#show();
  }

  /** The first time of a mode, and the one at which all is over. */
  #span(): { from: number; to: number } {
    if (this.#mode === "together") return { from: 0, to: Math.ceil(longestOf(this.#durations, this.#selected)) };
    const { day } = this.#timeline;
    return day.length > 0 ? { from: day[0]!, to: day.at(-1)! + 1 } : { from: 0, to: 1 };
  }

  #within(at: number): number {
    const { from, to } = this.#span();
    return Math.min(to, Math.max(from, at));
  }

  #speed(): number {
    const { from, to } = this.#span();
    return this.#speeds[this.#mode] ?? speedFor(this.#mode, to - from);
  }

  /** Goes to a time of a mode; undefined for the page as it is. */
  #go(mode: Mode, at: number | undefined, tell: boolean): void {
    this.#stop();
    this.#mode = mode;
    if (mode === "together" && this.#durations.length === 0) void this.#measure();
    this.#at = at === undefined ? undefined : mode === "together" && this.#durations.length === 0 ? at : this.#within(at);
    this.#show();
    if (tell) this.#tell();
  }

  async #measure(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const { tracks } = await retried(() => this.#ground.lines.overview(), this.#ground.signal);
      this.#durations = durationsOf(tracks);
    } catch (e) {
      this.#ground.failed(e, () => void this.#measure());
    } finally {
      this.#loading = false;
    }
    if (this.#at !== undefined) this.#at = this.#within(this.#at);
    this.#show();
  }

  #toggle(): void {
    if (this.#frame) {
      this.#stop();
      this.#show();
      this.#tell();
      return;
    }
    const { from, to } = this.#span();
    if (this.#steps) {
      this.#at = this.#at === undefined ? from : this.#at + STEPS[this.#mode];
      if (this.#at >= to) this.#at = undefined;
      this.#show();
      this.#tell();
    } else {
      if (this.#at === undefined || this.#at >= to) this.#at = from;
      this.#last = performance.now();
      this.#frame = requestAnimationFrame(this.#next);
      this.#show();
    }
  }

  readonly #next = (): void => {
    const now = performance.now();
    const { from, to } = this.#span();
    this.#at = this.#at! + (this.#speed() * Math.min(MOST_MS, now - this.#last)) / 1000;
    this.#last = now;
    this.#frame = requestAnimationFrame(this.#next);
    if (this.#at >= to) {
      if (this.#loop && !this.#film) this.#at = from;
      else {
        this.#stop();
        this.#at = undefined;
        this.#tell();
      }
    }
    this.#show();
  };

  /** Stands still, and ends a film. */
  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#film) void this.#cut();
  }

  #seek(value: number, done: boolean): void {
    const { to } = this.#span();
    this.#at = this.#mode === "days" && value >= to - 1 && !this.#frame ? undefined : value;
    this.#show();
    if (done && !this.#frame) this.#tell();
  }

  #tell(): void {
    this.#said = formatReplay(this.#mode, this.#at === undefined ? undefined : Math.floor(this.#at));
    this.#ground.step({ tool: { id: REPLAY, of: this.#said } });
  }

  /** The time in words; "" where there is nothing to tell. */
  #words(at: number | undefined): string {
    const { format } = this.#ground;
    if (at === undefined) return "";
    if (this.#mode === "days") return this.#timeline.day.length > 0 ? format.day(Math.floor(at), "day") : "";
    const { value, unit } = format.duration(at);
    return `${value}\u202f${unit}`;
  }

  /** Brings map and controls to the time that it is. */
  #show(): void {
    const { strings, format } = this.#ground;
    const { from, to } = this.#span();
    const days = this.#mode === "days";
    const last = days ? to - 1 : to;
    const at = this.#at === undefined ? undefined : Math.min(this.#at, to - 1e-6);
    const speed = this.#speed();
    this.#heat(days ? at : undefined);
    this.#glow.show(days && at !== undefined ? { timeline: this.#timeline, time: at, days: GLOW_S * speed } : undefined);
    this.#dots.show(this.#selected, days ? undefined : at, TAIL_S * speed);
    const value = at ?? (days ? last : 0);
    const there = countText(countAt(this.#timeline, days ? value : Infinity), strings.activities, format);
    this.#controls.show({
      mode: this.#mode,
      playing: this.#frame !== 0,
      recording: this.#film !== undefined,
      loop: this.#loop,
      speed,
      from,
      to: last,
      value: Math.floor(value),
      text: this.#words(value),
      note: days ? there : strings.replay.together,
    });
    this.#date.textContent = this.#words(at);
  }

  /** Shows the heat of the days up to a time, undefined for all. */
  #heat(time: number | undefined): void {
    const count = time === undefined ? -1 : countAt(this.#all, time);
    const now = performance.now();
    if (count === this.#heated.count || (this.#frame && count >= 0 && now - this.#heated.at < HEAT_MS)) return;
    this.#heated = { at: now, count };
    this.#ground.showOnly(time === undefined ? undefined : thereAt(this.#ground.archive.metadata.activities.day, time));
  }

  /** Begins a film, and plays from where it is. */
  #record(kind: string): void {
    const { map, picture, notKept } = this.#ground;
    // First, so that the film begins with what it plays.
    if (!this.#frame) this.#toggle();
    try {
      this.#film = new Film(map, kind, picture, () => this.#words(this.#at));
    } catch (e) {
      notKept(e);
    }
    this.#show();
  }

  /** Ends the film and hands it to the reader. */
  async #cut(): Promise<void> {
    const film = this.#film!;
    this.#film = undefined;
    try {
      const blob = await film.end();
      saveFile(blob, `heatmap-replay-${formatDay(Math.floor(Date.now() / 86_400_000))}.${blob.type.includes("mp4") ? "mp4" : "webm"}`);
    } catch (e) {
      this.#ground.notKept(e);
    }
    this.#show();
  }
}
