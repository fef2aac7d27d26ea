// The sensors whose readings lines may have (docs/format.md, "Readings"). Pure.

/** By the sensor's id, in the order of blocks: the least and the greatest value that there is, and the steps of its readings to the unit. */
export const SENSORS: Readonly<Record<string, readonly [least: number, most: number, perUnit: number]>> = { cadence: [0, 250, 2], power: [0, 3000, 1], temperature: [-60, 60, 10] };

/** Mean readings of segments by sensor, in columns of their first vertices: 0 where not known. Sensors without any are left out. */
export type Readings = Record<string, Uint16Array>;

/** The greatest reading of a sensor. */
export function mostOf(sensor: string): number {
  const [least, most, perUnit] = SENSORS[sensor]!;
  return 1 + (most - least) * perUnit;
}

/** What a reading that is known says, in the sensor's unit. */
export function valueOf(sensor: string, reading: number): number {
  const [least, , perUnit] = SENSORS[sensor]!;
  return least + (reading - 1) / perUnit;
}

/** Bytes of memory that readings take. */
export const bytesOfReadings = (r: Readings): number => Object.values(r).reduce((bytes, column) => bytes + column.byteLength, 0);
