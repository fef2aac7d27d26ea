// A second and a third try for what a network loses now and then. Pure.

import { ArchiveError } from "./archive/errors.ts";

/** How long it waits before it tries again, in ms. */
export const WAITS: readonly number[] = [400, 1600];

/** What work resolves with; it is done again where no answer came, or one of the host's bad moments. Rejects as it does the last time, and with the signal's reason. */
export async function retried<T>(work: () => Promise<T>, signal?: AbortSignal, waits = WAITS): Promise<T> {
  for (const wait of waits) {
    try {
      return await work();
    } catch (e) {
      if (!(e instanceof ArchiveError) || (e.kind !== "network" && e.kind !== "status")) throw e;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
    signal?.throwIfAborted();
  }
  return work();
}
