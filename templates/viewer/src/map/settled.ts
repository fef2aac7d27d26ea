import type { Map as MapLibreMap } from "maplibre-gl";

/** Resolves once a map has drawn everything and settled says so. */
export async function drawn(map: MapLibreMap, settled: () => boolean): Promise<void> {
  for (;;) {
    const idle = new Promise<void>((resolve) => map.once("idle", () => resolve()));
    map.triggerRepaint();
    await idle;
    if (settled()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
