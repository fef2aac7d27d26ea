// A map layer of lines that comes back after the browser has dropped the drawing context. What is drawn is for those who
// build on it: routes.ts and highlight.ts.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";
import { LineDrawer } from "./linedrawer.ts";

export abstract class LineLayer implements CustomLayerInterface {
  readonly id: string;
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  readonly #below: (() => string | undefined) | undefined;
  #contextLost = false;
  protected map: MapLibreMap | undefined;
  protected drawer: LineDrawer | undefined;

  /** below tells the map layer to go below when the layer comes back; on top if missing. */
  constructor(id: string, below?: () => string | undefined) {
    this.id = id;
    this.#below = below;
  }

  /** Hands the drawer its vertices and colours: after the layer came to a map, and after the context was lost. */
  protected abstract load(drawer: LineDrawer): void;
  protected abstract draw(drawer: LineDrawer, map: MapLibreMap): void;

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    this.drawer = new LineDrawer(gl);
    this.load(this.drawer);
    this.#listen("off", map);
    this.#listen("on", map);
  }

  /** Removed together with its context, it waits for that to come back. */
  onRemove(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.drawer?.delete();
    this.drawer = undefined;
    if (this.#contextLost || gl.isContextLost()) return;
    this.#listen("off", map);
    this.map = undefined;
  }

  render(): void {
    if (this.drawer && this.map) this.draw(this.drawer, this.map);
  }

  #listen(how: "on" | "off", map: MapLibreMap): void {
    map[how]("webglcontextlost", this.#lost);
    map[how]("webglcontextrestored", this.#restored);
  }

  readonly #lost = (): void => {
    this.#contextLost = true;
    this.drawer = undefined;
  };

  /** MapLibre makes its style anew, but leaves layers like this one to whoever added them. */
  readonly #restored = (): void => {
    const map = this.map;
    this.#contextLost = false;
    if (!map) return;
    const add = (): void => {
      if (this.map && !map.getLayer(this.id)) map.addLayer(this, this.#below?.());
    };
    try {
      add();
    } catch {
      map.once("style.load", add); // it is not there yet
    }
  };
}
