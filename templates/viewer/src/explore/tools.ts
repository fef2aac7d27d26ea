// Which tools there are, in the order of their tabs.

import type { HeatArchive } from "../archive/archive.ts";
import type { Strings } from "../text/strings.ts";
import type { ToolKind } from "./tool.ts";

/** The tools that an archive has something for. */
export function toolKinds(_archive: HeatArchive, _strings: Strings): ToolKind[] {
  return [];
}
