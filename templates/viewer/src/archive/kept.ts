// Things that are kept in memory up to so many bytes: those used last.

export class Kept<T> {
  readonly #most: number;
  readonly #sizeOf: (thing: T) => number;
  /** By key, the one used last at the end. */
  readonly #things = new Map<string, T>();
  #bytes = 0;

  /** Keeps things of at most so many bytes, as sizeOf has them. */
  constructor(most: number, sizeOf: (thing: T) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  has(key: string): boolean {
    return this.#things.has(key);
  }

  /** The thing of a key, which counts as used. */
  get(key: string): T | undefined {
    if (!this.#things.has(key)) return undefined;
    const thing = this.#things.get(key)!;
    this.#things.delete(key);
    this.#things.set(key, thing);
    return thing;
  }

  /** Keeps a thing, in place of the one that its key had, and forgets those that there is no room for. */
  set(key: string, thing: T): void {
    if (this.#things.has(key)) this.#bytes -= this.#sizeOf(this.#things.get(key)!);
    this.#things.delete(key);
    this.#things.set(key, thing);
    this.#bytes += this.#sizeOf(thing);
    for (const [old, oldThing] of this.#things) {
      if (this.#bytes <= this.#most) break;
      this.#things.delete(old);
      this.#bytes -= this.#sizeOf(oldThing);
    }
  }
}
