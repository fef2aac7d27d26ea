// What is on its way: whoever asks for a thing that another is waiting for waits with it, and it is given up once all of them have gone.

interface Flight<T> {
  result: Promise<T>;
  abort: AbortController;
  /** Those who wait and have not gone. */
  waiting: number;
}

export class Flights<K, T> {
  readonly #flights = new Map<K, Flight<T>>();

  /** The thing of a key, for which start is called where it is not on its way yet. Rejects as start does, or with the signal's reason. */
  get(key: K, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const flight = this.#flights.get(key) ?? this.#start(key, start);
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--flight.waiting === 0) {
          this.#end(key, flight); // whoever comes now must not be told that it was given up
          flight.abort.abort(signal!.reason);
        }
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      flight.result.then(resolve, reject).finally(() => signal?.removeEventListener("abort", leave));
    });
  }

  #start(key: K, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = { result: start(abort.signal), abort, waiting: 0 };
    this.#flights.set(key, flight);
    const end = (): void => this.#end(key, flight);
    flight.result.then(end, end);
    return flight;
  }

  #end(key: K, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
