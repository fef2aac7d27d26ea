import type { Map as MapLibreMap } from "maplibre-gl";
import { h } from "./dom.ts";

/** Puts a still of the map on the printed page: what WebGL drew is gone by the time a browser prints. */
export function printable(map: MapLibreMap, container: HTMLElement, signal: AbortSignal): void {
  let still: HTMLImageElement | undefined;
  window.addEventListener(
    "beforeprint",
    () => {
      map.redraw();
      still = h("img", { class: "still", alt: "", src: map.getCanvas().toDataURL() });
      container.append(still);
    },
    { signal },
  );
  window.addEventListener("afterprint", () => still?.remove(), { signal });
}
