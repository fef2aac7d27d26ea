import type { Stop } from "../archive/metadata.ts";
import { rampColour } from "../heat/palette.ts";

/** Stops of the CSS gradient: CSS mixes premultiplied colours, the palette does not, so the ramp is sampled finely. */
const SAMPLES = 24;

/** A ramp as a CSS background, dark end at the start of the line. */
export function rampGradient(ramp: readonly Stop[]): string {
  const stops: string[] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const [r, g, b, a] = rampColour(ramp, i / SAMPLES);
    stops.push(`rgba(${r},${g},${b},${(a / 255).toFixed(3)}) ${((100 * i) / SAMPLES).toFixed(1)}%`);
  }
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
