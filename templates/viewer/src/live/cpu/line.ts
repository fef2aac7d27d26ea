// Lines without width: which share of a line lies in which pixel. Pure.

/**
 * Calls deposit with the index of every pixel of a plane of the given size that the line from (x0, y0) to (x1, y1) crosses,
 * and the share of the line inside it (J. Amanatides, A. Woo, "A fast voxel traversal algorithm for ray tracing",
 * Eurographics 1987). A line without length leaves everything in its pixel.
 */
export function spread(
  x0: number, y0: number, x1: number, y1: number,
  width: number, height: number,
  deposit: (at: number, share: number) => void,
): void {
  let px = Math.floor(x0);
  let py = Math.floor(y0);
  if (px === Math.floor(x1) && py === Math.floor(y1)) {
    if (px >= 0 && px < width && py >= 0 && py < height) deposit(py * width + px, 1);
    return;
  }
  const dx = x1 - x0;
  const dy = y1 - y0;
  // Liang and Barsky's clipping to the plane: at most where the line enters the last of its four sides, and leaves the first.
  if ((dx === 0 && (x0 < 0 || x0 > width)) || (dy === 0 && (y0 < 0 || y0 > height))) return;
  const enter = Math.max(0, dx > 0 ? -x0 / dx : dx < 0 ? (width - x0) / dx : 0, dy > 0 ? -y0 / dy : dy < 0 ? (height - y0) / dy : 0);
  const leave = Math.min(1, dx > 0 ? (width - x0) / dx : dx < 0 ? -x0 / dx : 1, dy > 0 ? (height - y0) / dy : dy < 0 ? -y0 / dy : 1);
  if (enter >= leave) return;
  if (enter > 0) {
    px = entered(x0 + enter * dx, dx, width);
    py = entered(y0 + enter * dy, dy, height);
  }
  const stepX = Math.sign(dx);
  const stepY = Math.sign(dy);
  let nextX = border(px, dx, x0);
  let nextY = border(py, dy, y0);
  for (let t = enter; t < leave; ) {
    const alongX = nextX < nextY;
    const end = Math.min(leave, alongX ? nextX : nextY);
    if (end > t) {
      if (px >= 0 && px < width && py >= 0 && py < height) deposit(py * width + px, end - t);
      t = end;
    }
    if (alongX) {
      px += stepX;
      nextX = border(px, dx, x0);
    } else {
      py += stepY;
      nextY = border(py, dy, y0);
    }
    if (px < 0 || px >= width || py < 0 || py >= height) return;
  }
}

/** The pixel of coordinate a on entering the plane in direction d. */
function entered(a: number, d: number, size: number): number {
  const p = Math.floor(a);
  return Math.max(0, Math.min(size - 1, d < 0 && p === a ? p - 1 : p));
}

/** Where along a line from a, d long, it reaches the far border of pixel p. */
const border = (p: number, d: number, a: number): number => (d === 0 ? Infinity : (p + (d > 0 ? 1 : 0) - a) / d);
