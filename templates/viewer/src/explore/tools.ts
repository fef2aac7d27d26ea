// Which tools there are, in the order of their tabs.

import type { HeatArchive } from "../archive/archive.ts";
import type { Strings } from "../text/strings.ts";
import { SEGMENTS, SegmentsTool } from "./segments/segments.ts";
import { SquaresTool } from "./squares/squares.ts";
import { REPLAY, ReplayTool } from "./replay/replay.ts";
import type { ToolGround, ToolKind } from "./tool.ts";
import { YEAR, YearTool } from "./year/year.ts";

/** The tools that an archive has something for. */
export function toolKinds(archive: HeatArchive, strings: Strings): ToolKind[] {
  const listed = archive.metadata.activities.day.length > 0;
  const dated = archive.metadata.activities.day.some((d) => d !== 0);
  return [
    ...(listed && archive.hasSquares ? [{ id: "squares", title: strings.squares.title, make: (ground: ToolGround) => new SquaresTool(ground) }] : []),
    ...(listed && archive.hasLines ? [{ id: SEGMENTS, title: strings.segments.title, make: (ground: ToolGround) => new SegmentsTool(ground) }] : []),
    ...(listed ? [{ id: YEAR, title: strings.year.title, make: (ground: ToolGround) => new YearTool(ground) }] : []),
    ...(dated && archive.hasLines ? [{ id: REPLAY, title: strings.replay.title, make: (ground: ToolGround) => new ReplayTool(ground) }] : []),
  ];
}
