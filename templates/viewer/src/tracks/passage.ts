/** What one activity did near a place. */
export interface Passage {
  /** Its row. */
  activity: number;
  /** Time and way near the place. */
  seconds: number;
  metres: number;
  /** Mean heart rate there in bpm; 0 where not known. */
  heart: number;
  /** Speed while moving there in m/s; 0 where not known. It is that of the whole segments, of up to 100 m, that come near. */
  speed: number;
  /** How far the speed may be off, as a part of it. */
  doubt: number;
  /** The vertex from which the nearest segment starts. */
  at: number;
}
