import type { Stop } from "../archive/metadata.ts";
import { rampColour } from "../heat/palette.ts";

/** Stops of the CSS gradient: CSS mixes premultiplied colours, the palette does not, so the ramp is sampled finely. */
const SAMPLES = 24;

/** A ramp as a CSS background, dark end at the start of the line. place says which place of the ramp stands at one of the bar, both 0..1. */
export function rampGradient(ramp: readonly Stop[], place?: (t: number) => number): string {
  const stops: string[] = [];
  const samples = place ? 4 * SAMPLES : SAMPLES; // ends inside the bar want to be sharp
  for (let i = 0; i <= samples; i++) {
    const t = i / samples;
    const [r, g, b, a] = rampColour(ramp, place ? place(t) : t);
    stops.push(`rgba(${r},${g},${b},${(a / 255).toFixed(3)}) ${(100 * t).toFixed(1)}%`);
  }
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
