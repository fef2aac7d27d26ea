// A column of varints (LEB128), as blocks of lines are made of them (docs/format.md, "Lines"). Pure.

/** The error about lines that are not what a writer makes. */
export const damage = (what: string): Error => new Error(`the tracks are damaged: ${what}`);

/** Undoes zigzag coding: 0, 1, 2, 3 ... are 0, -1, 1, -2 ... */
export const unzigzag = (n: number): number => (n >>> 1) ^ -(n & 1);

/** A column that is read from its beginning to its end; throws an Error where it is damaged. */
export class Column {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number, to: number, name: string) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    this.#name = name;
  }

  /** Where the next number begins. */
  get at(): number {
    return this.#at;
  }

  /** The next unsigned number, below 2 ** 32. */
  next(): number {
    // Most numbers are of one byte; in 32-bit arithmetic they cost a third of what they cost in floating point.
    const byte = this.#at < this.#end ? this.#bytes[this.#at]! : 255;
    if (byte > 127) return this.#long();
    this.#at++;
    return byte;
  }

  /** The next number in zigzag coding. */
  signed(): number {
    return unzigzag(this.next());
  }

  #long(): number {
    let value = 0;
    for (let shift = 0; shift < 35 && this.#at < this.#end; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      if (shift === 28 && byte > 15) throw damage(`${this.#name} has a number of more than 32 bits`);
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw damage(`${this.#name} breaks off`);
  }

  /** Throws where something follows the last number. */
  finish(): void {
    if (this.#at !== this.#end) throw damage(`${this.#name} goes on after its last number`);
  }
}
