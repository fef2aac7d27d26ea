// What the keys of the page do. The help shows the same list.

import type { HeatArchive } from "./archive/archive.ts";
import type { KeyAction } from "./keys.ts";
import type { Basemap } from "./map/basemaps.ts";
import { current, type PageState, type Store, withPicture } from "./state.ts";

/** What keys can do beside changing the state. */
export interface KeyDeeds {
  step(change: Partial<PageState>): void;
  help(): void;
  hide(): void;
  table(): void;
  selection(): void;
  compare(): void;
  fit(): void;
  /** Opens the list of places, and goes to the next one; undefined where there are not several. */
  places?(): void;
  nextPlace?(): void;
  askMiddle(): void;
  units(): void;
  /** Opens or closes the explore panel; undefined where the archive has nothing for it. */
  explore: (() => void) | undefined;
  /** Whether there is a replay, which has a key of its own. */
  replay: boolean;
  /** Undefined where the browser does not tell where it is. */
  locate: (() => void) | undefined;
}

/** All keys, in the order of the help. Digits choose layers; those without data do nothing. */
export function pageKeys(archive: HeatArchive, basemaps: readonly Basemap[], store: Store, deeds: KeyDeeds): KeyAction[] {
  const { layers } = archive.metadata;
  const own = layers.filter((l) => l.of && !archive.missing(l));
  const show = (layer: string): void => deeds.step({ pictures: withPicture(store.now, { layer }), routes: false });
  // Without a list of the activities there is nothing of single ones to ask for.
  const listed = (...keys: KeyAction[]): KeyAction[] => (archive.metadata.summary ? [] : keys);
  const next = <T>(list: readonly T[], at: number): T => list[(at + 1) % list.length]!;
  return [
    ...layers.slice(0, 10).flatMap((layer, i): KeyAction[] => {
      const run = (): void => {
        if (!archive.missing(layer)) show(layer.id);
      };
      return layer.of ? [] : [{ key: String((i + 1) % 10), label: "layer", run }];
    }),
    ...(own.length > 0 ? [{ key: "l", label: "ownLayer" as const, run: () => show(next(own, own.findIndex((l) => l.id === current(store.now).layer)).id) }] : []),
    ...listed({ key: "r", label: "routes", run: () => deeds.step({ routes: !store.now.routes }) }),
    ...(basemaps.length > 1 ? [{ key: "b", label: "basemap" as const, run: () => deeds.step({ basemap: next(basemaps, basemaps.findIndex((b) => b.id === store.now.basemap)).id }) }] : []),
    ...listed(
      { key: "s", label: "selection", run: deeds.selection },
      { key: "x", label: "clear", run: () => deeds.step({ pictures: withPicture(store.now, { selection: {} }) }) },
      { key: "c", label: "compare", run: deeds.compare },
      { key: "w", label: "who", run: deeds.askMiddle },
      { key: "t", label: "table", run: deeds.table },
    ),
    ...(deeds.explore ? [{ key: "d", label: "explore" as const, run: deeds.explore }] : []),
    ...(deeds.replay ? [{ key: " ", label: "replay" as const }] : []),
    { key: "e", label: "everything", run: deeds.fit },
    ...(deeds.places && deeds.nextPlace
      ? [
          { key: "p", label: "mapPlaces" as const, run: deeds.places },
          { key: "n", label: "nextPlace" as const, run: deeds.nextPlace },
        ]
      : []),
    ...(deeds.locate ? [{ key: "g", label: "locate" as const, run: deeds.locate }] : []),
    { key: "m", label: "units", run: deeds.units },
    { key: "h", label: "hide", run: deeds.hide },
    { key: "?", label: "help", run: deeds.help },
  ];
}
