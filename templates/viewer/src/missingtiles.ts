// Tiles of the heat that did not come: a word about them, and another try once others come again.

import type { HeatView } from "./map/heatview.ts";
import type { Strings } from "./text/strings.ts";
import type { Notices } from "./ui/notices.ts";

/** A tile that comes so long after another one failed says that the cause has gone; in ms. */
const MENDED_MS = 3000;

export class MissingTiles {
  readonly #notices: Notices;
  readonly #strings: Strings;
  readonly #heat: () => HeatView;
  /** When a tile failed to come, by performance.now(); undefined where none is missed. */
  #since: number | undefined;

  constructor(notices: Notices, strings: Strings, heat: () => HeatView) {
    this.#notices = notices;
    this.#strings = strings;
    this.#heat = heat;
  }

  failed(): void {
    const { tilesMissing, retry } = this.#strings.notices;
    this.#since = performance.now();
    this.#notices.show("tiles", tilesMissing, { label: retry, run: () => this.#again() });
  }

  /** With the first tile that comes again, some time after one did not, those that are missing are asked for, too. */
  came(): void {
    if (this.#since !== undefined && performance.now() - this.#since >= MENDED_MS) this.#again();
  }

  #again(): void {
    this.#since = undefined;
    this.#notices.hide("tiles");
    this.#heat().refresh();
  }
}
