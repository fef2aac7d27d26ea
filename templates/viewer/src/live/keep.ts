// Keeps a layer of our own on the map, also when the browser takes the drawing context away and gives another one.

import type { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl";

/** Adds a layer below the one that below names, on top if it names none; returns how to take it off. */
export function keepOnMap(map: MapLibreMap, layer: CustomLayerInterface, below: () => string | undefined = () => undefined): () => void {
  const add = (): void => {
    if (!map.getLayer(layer.id)) map.addLayer(layer, below());
  };
  // MapLibre makes its style anew, but leaves layers like this one to whoever added them.
  const restored = (): void => {
    try {
      add();
    } catch {
      map.once("style.load", add); // it is not there yet
    }
  };
  add();
  map.on("webglcontextrestored", restored);
  return () => {
    map.off("webglcontextrestored", restored);
    map.off("style.load", add);
    if (map.getLayer(layer.id)) map.removeLayer(layer.id);
  };
}
