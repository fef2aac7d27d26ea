// The Gaussian, along rows and then along columns; beyond the plane's edges there is nothing. Pure.

/** Softens a plane of the given width with a half kernel (live/kernel.ts); the plane given stays as it was. */
export function blur(plane: Float32Array, width: number, half: Float32Array): Float32Array {
  const height = plane.length / width;
  const radius = half.length - 1;
  const rows = new Float32Array(plane.length);
  const filled = new Uint8Array(height);
  // Most pixels are empty, so those that are not are dealt out.
  for (let y = 0; y < height; y++) {
    const from = y * width;
    for (let x = 0; x < width; x++) {
      const v = plane[from + x]!;
      if (v === 0) continue;
      filled[y] = 1;
      const last = Math.min(width - 1, x + radius);
      for (let i = Math.max(0, x - radius); i <= last; i++) rows[from + i]! += v * half[Math.abs(i - x)]!;
    }
  }
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const to = y * width;
    const last = Math.min(height - 1, y + radius);
    for (let j = Math.max(0, y - radius); j <= last; j++) {
      if (!filled[j]) continue;
      const tap = half[Math.abs(j - y)]!;
      const from = j * width;
      for (let x = 0; x < width; x++) out[to + x]! += tap * rows[from + x]!;
    }
  }
  return out;
}
