/**
 * Waiting for an abort signal: for what ends only when it is told to, and for deadlines of the network,
 * which are real time.
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
