// How the reader wants a layer's values to look; what is missing is as the archive has it.

export interface Look {
  /** Id of a ramp in heat/ramps.ts. */
  ramp?: string;
  /** Dark end for high values. */
  reversed?: boolean;
  /** "local" is brightness relative to the surroundings. */
  scale?: "linear" | "log" | "local";
  /** Ends of the range in the field's unit, whatever the zoom. */
  lo?: number;
  hi?: number;
}
