// What the squares of a selection add up to: the largest square, the largest cluster, what is new and what is missing. Pure; docs/activities.md, "Squares", has the rules.

import { type Board, joinsWest, squareAt } from "./board.ts";

export interface Look {
  count: number;
  /** 1 for each square of the board that is visited. */
  visited: Uint8Array;
  /** The largest square of visited squares: its side, 0 without any, and column and row of its north-western one. */
  side: number;
  west: number;
  north: number;
  /** How many squares the largest cluster has, 1 for each of the board that is in it, and its columns and rows, both ends included. */
  clusterSize: number;
  cluster: Uint8Array;
  clusterBounds: readonly [west: number, north: number, east: number, south: number];
  /** How many are new, and 1 for each of them; undefined where nothing came before. */
  fresh: { count: number; squares: Uint8Array } | undefined;
}

/** A square to visit next. */
export interface Target {
  x: number;
  y: number;
  /** How many squares join the largest cluster with it. */
  gain: number;
}

/** 1 for each square of a board that one of the activities has been in whose flag is not 0. */
export function visitedBy({ first, squares, x }: Board, flags: Uint8Array): Uint8Array {
  const visited = new Uint8Array(x.length);
  for (let a = 0; a < flags.length; a++) {
    if (!flags[a]) continue;
    for (let k = first[a]!, end = first[a + 1]!; k < end; k++) visited[squares[k]!] = 1;
  }
  return visited;
}

/** Looks at the squares of the activities whose flag is not 0; earlier are the flags of those that what is new is told from. */
export function lookAt(board: Board, flags: Uint8Array, earlier?: Uint8Array): Look {
  const { x, y, north, south } = board;
  const visited = visitedBy(board, flags);
  const n = visited.length;
  let count = 0;
  const look = { side: 0, west: 0, north: 0 };
  // By the largest square that has each as its south-eastern corner.
  const sides = new Uint32Array(n);
  // And by clusters: each square of one points to an earlier one of it, the first to itself.
  const root = new Int32Array(n).fill(-1);
  const size = new Uint32Array(n);
  const find = (i: number): number => {
    while (root[i] !== i) i = root[i] = root[root[i]!]!;
    return i;
  };
  for (let i = 0; i < n; i++) {
    if (!visited[i]) continue;
    count++;
    const west = joinsWest(board, i) && visited[i - 1] === 1;
    const up = north[i]!;
    const above = up >= 0 && visited[up] === 1;
    const side = west && above && joinsWest(board, up) ? 1 + Math.min(sides[i - 1]!, sides[up]!, sides[up - 1]!) : 1;
    sides[i] = side;
    if (side > look.side) Object.assign(look, { side, west: x[i]! + 1 - side, north: y[i]! + 1 - side });
    const down = south[i]!;
    if (!west || !above || down < 0 || !visited[down] || i + 1 >= n || !joinsWest(board, i + 1) || !visited[i + 1]) continue;
    root[i] = i;
    for (const other of [i - 1, up]) {
      if (root[other] === -1) continue;
      const [p, q] = [find(other), find(i)];
      root[Math.max(p, q)] = Math.min(p, q);
    }
  }
  let best = -1;
  for (let i = 0; i < n; i++) if (root[i] !== -1) size[find(i)]!++;
  for (let i = 0; i < n; i++) if (size[i]! > (best < 0 ? 0 : size[best]!)) best = i;
  const cluster = new Uint8Array(n);
  const bounds: [number, number, number, number] = [Infinity, Infinity, -1, -1];
  for (let i = 0; best >= 0 && i < n; i++) {
    if (root[i] === -1 || find(i) !== best) continue;
    cluster[i] = 1;
    bounds[0] = Math.min(bounds[0], x[i]!);
    bounds[1] = Math.min(bounds[1], y[i]!);
    bounds[2] = Math.max(bounds[2], x[i]!);
    bounds[3] = Math.max(bounds[3], y[i]!);
  }
  return { count, visited, ...look, clusterSize: best < 0 ? 0 : size[best]!, cluster, clusterBounds: bounds, fresh: earlier && freshOf(visited, visitedBy(board, earlier)) };
}

function freshOf(visited: Uint8Array, before: Uint8Array): { count: number; squares: Uint8Array } {
  const squares = new Uint8Array(visited.length);
  let count = 0;
  for (let i = 0; i < squares.length; i++) if (visited[i] && !before[i]) count += squares[i] = 1;
  return { count, squares };
}

const isVisited = (board: Board, { visited }: Look, x: number, y: number): boolean => {
  const i = squareAt(board, x, y);
  return i >= 0 && visited[i] === 1;
};

/** What is missing for a square that is one larger around the largest one, where the least is. */
export function missingForSquare(board: Board, look: Look): Target[] {
  const { side, west, north } = look;
  const last = 2 ** board.zoom - 1;
  let best: Target[] | undefined;
  for (const [dx, dy] of side === 0 ? [] : [[0, 0], [-1, 0], [0, -1], [-1, -1]] as const) {
    const missing: Target[] = [];
    if (west + dx < 0 || north + dy < 0 || west + dx + side > last || north + dy + side > last) continue;
    const [column, row] = [dx === 0 ? west + side : west - 1, dy === 0 ? north + side : north - 1];
    for (let k = 0; k <= side; k++) {
      if (!isVisited(board, look, column, north + dy + k)) missing.push({ x: column, y: north + dy + k, gain: 0 });
      const at = west + dx + k;
      if (at !== column && !isVisited(board, look, at, row)) missing.push({ x: at, y: row, gain: 0 });
    }
    if (!best || missing.length < best.length) best = missing;
  }
  return best ?? [];
}

/** Squares beside the rim of the largest cluster, each of which would let squares of the rim join it, those with most of them first. */
export function missingForCluster(board: Board, look: Look): Target[] {
  const { x, y } = board;
  const found = new Map<number, Target>();
  const rim = new Set<number>();
  for (let i = 0; i < x.length; i++) {
    if (!look.cluster[i]) continue;
    for (const at of [i - 1, i + 1, board.north[i]!, board.south[i]!]) if (!look.cluster[at]) rim.add(at);
  }
  for (const i of rim) {
    const around = [[-1, 0], [1, 0], [0, -1], [0, 1]].map(([dx, dy]) => ({ x: x[i]! + dx!, y: y[i]! + dy!, gain: 0 }));
    const missing = around.filter((p) => !isVisited(board, look, p.x, p.y));
    const [only] = missing;
    if (!only || missing.length > 1) continue;
    const key = only.y * 2 ** 18 + only.x;
    const target = found.get(key) ?? only;
    target.gain++;
    found.set(key, target);
  }
  return [...found.values()].sort((p, q) => q.gain - p.gain || p.y - q.y || p.x - q.x);
}

/** The squares that are not visited and lie at most so many squares from the largest cluster, or without one from the largest square; as `heatmapgen export --squares missing` has them. */
export function missingAround(board: Board, look: Look, within: number): Target[] {
  const { x, y } = board;
  const found = new Map<number, Target>();
  const last = 2 ** board.zoom - 1;
  const around = (cx: number, cy: number): void => {
    for (let row = Math.max(0, cy - within); row <= Math.min(last, cy + within); row++) {
      for (let column = Math.max(0, cx - within); column <= Math.min(last, cx + within); column++) {
        const key = row * 2 ** 18 + column;
        if (!found.has(key) && !isVisited(board, look, column, row)) found.set(key, { x: column, y: row, gain: 0 });
      }
    }
  };
  if (look.clusterSize > 0) {
    for (let i = 0; i < x.length; i++) {
      // From the middle one comes nearer to any square by a step to a neighbour that is in it, too, so its rim says all.
      if (look.cluster[i] && ![i - 1, i + 1, board.north[i]!, board.south[i]!].every((at) => look.cluster[at])) around(x[i]!, y[i]!);
    }
  } else {
    for (let k = 0; k < look.side ** 2; k++) around(look.west + (k % look.side), look.north + Math.floor(k / look.side));
  }
  return [...found.entries()].sort(([p], [q]) => p - q).map(([, t]) => t);
}
