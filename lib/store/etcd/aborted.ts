/**
 * Waiting for an abort signal: how adapters wait for a deadline of the network, which is real time.
 *
 * @module
 */

/** Resolves when the signal is aborted; never rejects. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
