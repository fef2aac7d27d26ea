// Layers of the owner's own (docs/format.md, "Layers of one's own"): how they look, and which activities they are of. They have no tiles.

import { MAX_FIELDS, tooMuch } from "./limits.ts";
import { liveField } from "./livefields.ts";
import { type Field, type Layer, parseLayer } from "./metadata.ts";

/**
 * The layers that a list of the metadata tells of, of activities of these days; those that make no sense, or look at a field that there is not, are left out. Live fields that
 * they look at are added to the fields.
 */
export function parseOwnLayers(raw: unknown, layers: readonly Layer[], fields: Map<string, Field>, days: readonly number[]): Layer[] {
  if (!Array.isArray(raw)) return [];
  if (raw.length > MAX_FIELDS) throw tooMuch("layers of the owner's own", MAX_FIELDS);
  const own: Layer[] = [];
  for (const one of raw) {
    const layer = parseLayer(one);
    const of = layer && flagsOf((one as Record<string, unknown>)["activities"], days.length);
    const field = layer && (fields.get(layer.field) ?? liveField(layer.field, days));
    if (!of || !field || [...layers, ...own].some((l) => l.id === layer.id)) continue;
    fields.set(field.id, field);
    own.push({ ...layer, group: "own", of });
  }
  return own;
}

/** 1 for each activity whose bit is set in a text in base64; all where there is no text, undefined where it is one of another number of activities. */
function flagsOf(text: unknown, activities: number): Uint8Array | undefined {
  if (text === undefined) return new Uint8Array(activities).fill(1);
  try {
    const bits = atob(String(text));
    return bits.length === Math.ceil(activities / 8) ? Uint8Array.from({ length: activities }, (_, a) => (bits.charCodeAt(a >> 3) >> (a & 7)) & 1) : undefined;
  } catch {
    return undefined; // it is no base64
  }
}
