// From a look at squares to what is drawn of it. Pure.

import { type Board, joinsWest } from "./board.ts";
import type { Look, Target } from "./look.ts";
import { type Ink, Rectangles } from "./overlay.ts";

/** Cool and faint, so that the heat stays what glows; what is to be visited and what is new stand out a little. */
const VISITED: Ink = [150, 190, 230, 38];
const CLUSTER: Ink = [90, 205, 255, 62];
const FRESH: Ink = [120, 230, 150, 100];
const TARGET: Ink = [255, 214, 90, 46];
const TARGET_EDGE: Ink = [255, 214, 90, 210];
const CLUSTER_EDGE: Ink = [90, 205, 255, 235];
const SHADOW: Ink = [8, 12, 16, 150];
const SQUARE_EDGE: Ink = [255, 255, 255, 245];
const PICKED: Ink = [255, 255, 255, 255];

/** What to show of a board: squares, the outlines of cluster and largest square, what is missing, and a square that was picked. */
export function drawn(board: Board, look: Look, targets: readonly Target[], picked: { x: number; y: number } | undefined): Rectangles {
  const { x, y, north, south } = board;
  const { visited, cluster, fresh } = look;
  const shapes = new Rectangles();
  for (let i = 0; i < x.length; i++) {
    if (visited[i]) shapes.add(x[i]!, y[i]!, 1, 1, -0.5, fresh?.squares[i] ? FRESH : cluster[i] ? CLUSTER : VISITED);
  }
  for (const t of targets) {
    shapes.add(t.x, t.y, 1, 1, -0.5, TARGET);
    shapes.outline(t.x, t.y, 1, 1, 0.6, TARGET_EDGE);
  }
  for (const [wider, ink] of [[2, SHADOW], [1, CLUSTER_EDGE]] as const) {
    for (let i = 0; i < x.length; i++) {
      if (!cluster[i]) continue;
      if (!(joinsWest(board, i) && cluster[i - 1])) shapes.add(x[i]!, y[i]!, 0, 1, wider, ink);
      if (!(i + 1 < x.length && joinsWest(board, i + 1) && cluster[i + 1])) shapes.add(x[i]! + 1, y[i]!, 0, 1, wider, ink);
      if (!(north[i]! >= 0 && cluster[north[i]!])) shapes.add(x[i]!, y[i]!, 1, 0, wider, ink);
      if (!(south[i]! >= 0 && cluster[south[i]!])) shapes.add(x[i]!, y[i]! + 1, 1, 0, wider, ink);
    }
  }
  if (look.side > 0) {
    shapes.outline(look.west, look.north, look.side, look.side, 2.4, SHADOW);
    shapes.outline(look.west, look.north, look.side, look.side, 1.3, SQUARE_EDGE);
  }
  if (picked) shapes.outline(picked.x, picked.y, 1, 1, 1.5, PICKED);
  return shapes;
}
