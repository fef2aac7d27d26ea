// A film of the map: every frame that the map draws, with what the page's pictures have below it, and the date on it.

import type { Map as MapLibreMap } from "maplibre-gl";

/** Kinds of films, the more widely played first. */
const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1.42E028", "video/webm;codecs=vp9", "video/webm", "video/mp4"] as const;

/** A film has no side of more pixels than this, and no more pixels in all: what every player of H.264 is up to (level 4). */
const LONGEST = 1920;
const MOST_PIXELS = 1920 * 1080;

const BITS_A_SECOND = 8_000_000;

/** A film that is ended at once waits for its first piece, but no longer than this, in ms. */
const WAIT_MS = 5000;

/** The kind of film that the browser makes; undefined where it makes none. */
export function filmKind(): (typeof KINDS)[number] | undefined {
  if (typeof MediaRecorder === "undefined" || !("captureStream" in HTMLCanvasElement.prototype)) return undefined;
  return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
}

/** Size of a film of a picture in pixels: even, as encoders want it. */
export function filmSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  const even = (v: number): number => Math.max(2, 2 * Math.floor((v * scale) / 2));
  return { width: even(width), height: even(height) };
}

export class Film {
  readonly #map: MapLibreMap;
  readonly #picture: () => HTMLCanvasElement;
  readonly #date: () => string;
  readonly #canvas = document.createElement("canvas");
  readonly #pen = this.#canvas.getContext("2d")!;
  readonly #recorder: MediaRecorder;
  readonly #pieces: Blob[] = [];
  /** Resolves with the first piece, or when there will be none. */
  readonly #begun: Promise<void>;
  /** Where the map ends and the band below it begins, as a share of the height. */
  #share = 1;

  /** picture draws the view with its band, date tells the date as it is now; throws where the picture cannot be had. */
  constructor(map: MapLibreMap, kind: string, picture: () => HTMLCanvasElement, date: () => string) {
    this.#map = map;
    this.#picture = picture;
    this.#date = date;
    const first = picture();
    Object.assign(this.#canvas, filmSize(first.width, first.height));
    this.#recorder = new MediaRecorder(this.#canvas.captureStream(), { mimeType: kind, videoBitsPerSecond: BITS_A_SECOND });
    this.#begun = new Promise((resolve) => {
      this.#recorder.addEventListener("error", () => resolve());
      this.#recorder.addEventListener("dataavailable", ({ data }) => {
        if (data.size === 0) return;
        this.#pieces.push(data);
        resolve();
      });
    });
    this.#lay(first);
    this.#frame();
    map.on("render", this.#frame);
    map.on("moveend", this.#moved);
    this.#recorder.start(1000);
  }

  /** Ends the film and resolves with it; rejects where nothing came of it. */
  async end(): Promise<Blob> {
    this.#map.off("render", this.#frame);
    this.#map.off("moveend", this.#moved);
    await Promise.race([this.#begun, new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
    const stopped = new Promise((resolve) => this.#recorder.addEventListener("stop", resolve, { once: true }));
    if (this.#recorder.state !== "inactive") {
      this.#recorder.stop();
      await stopped;
    }
    for (const track of this.#recorder.stream.getTracks()) track.stop();
    const film = new Blob(this.#pieces, { type: this.#recorder.mimeType });
    if (film.size === 0) throw new Error("the browser made an empty film");
    return film;
  }

  readonly #moved = (): void => this.#lay(this.#picture());

  /** Draws the band below the map, of which the scale changes with the view. */
  #lay(picture: HTMLCanvasElement): void {
    const { width, height } = this.#canvas;
    this.#share = this.#map.getCanvas().height / picture.height;
    this.#pen.drawImage(picture, 0, 0, width, height);
  }

  /** Takes what the map has just drawn. */
  readonly #frame = (): void => {
    const { width } = this.#canvas;
    const view = this.#map.getCanvas();
    const pen = this.#pen;
    const height = Math.round(this.#canvas.height * this.#share);
    pen.drawImage(view, 0, 0, width, height);
    const unit = width / view.clientWidth;
    pen.font = `300 ${Math.round(30 * unit)}px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillStyle = "#fff";
    pen.shadowColor = "rgba(0, 0, 0, 0.8)";
    pen.shadowBlur = 8 * unit;
    pen.fillText(this.#date(), 20 * unit, height - 20 * unit);
    pen.shadowBlur = 0;
  };
}
