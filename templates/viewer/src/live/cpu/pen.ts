// The round pen: which pixels a stroke covers. Pure.

/**
 * Calls row for every row of a plane of the given size in which there are pixels whose centres lie within radius pixels of the line from (x0, y0)
 * to (x1, y1), with the indices of the first and the last of them.
 */
export function stroke(width: number, height: number, radius: number, x0: number, y0: number, x1: number, y1: number, row: (from: number, to: number) => void): void {
  const r = radius;
  if (y0 > y1) {
    const [x, y] = [x0, y0];
    x0 = x1;
    y0 = y1;
    x1 = x;
    y1 = y;
  }
  const [left, right] = x0 < x1 ? [x0, x1] : [x1, x0];
  if (y1 + r < 0 || y0 - r > height || right + r < 0 || left - r > width) return;
  // A strip between two edges parallel to the line, and a disc at either end; (ux, uy) is along the line, uy >= 0.
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = Math.sqrt(dx * dx + dy * dy);
  const ux = length > 1e-9 ? dx / length : 1;
  const uy = length > 1e-9 ? dy / length : 0;
  const offX = uy * r;
  const offY = -ux * r;
  const slope = ux / uy;
  const first = Math.max(0, Math.ceil(y0 - r - 0.5));
  const last = Math.min(height - 1, Math.floor(y1 + r - 0.5));
  for (let j = first; j <= last; j++) {
    const y = j + 0.5;
    let hi: number;
    let lo: number;
    if (y < y0 + offY) hi = x0 + chord(r, y - y0);
    else if (y > y1 + offY) hi = x1 + chord(r, y - y1);
    else if (uy > 1e-12) hi = x0 + offX + (y - y0 - offY) * slope;
    else hi = right + chord(r, y - y0);
    if (y < y0 - offY) lo = x0 - chord(r, y - y0);
    else if (y > y1 - offY) lo = x1 - chord(r, y - y1);
    else if (uy > 1e-12) lo = x0 - offX + (y - y0 + offY) * slope;
    else lo = left - chord(r, y - y0);
    const a = Math.ceil(Math.max(lo - 0.5, 0));
    const b = Math.floor(Math.min(hi - 0.5, width - 1));
    if (a <= b) row(j * width + a, j * width + b);
  }
}

/** Half of the chord of a circle of radius r at a distance from its centre. */
const chord = (r: number, d: number): number => Math.sqrt(Math.max(0, r * r - d * d));
