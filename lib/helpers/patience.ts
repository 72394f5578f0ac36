/**
 * Not waiting for ever: a store that does not answer must not keep those waiting who ask the API.
 *
 * @module
 */

import type { TimeProvider } from "./time_provider.ts";

/** How long a question may wait for the store before it is answered from what is known. */
export const PATIENCE_MS = 2_000;

/** What `promise` resolves to, or undefined when that takes longer than `PATIENCE_MS`. */
export async function withPatience<T>(
  promise: Promise<T>,
  time: TimeProvider,
): Promise<T | undefined> {
  const ended = new AbortController();
  const over = time.sleep(PATIENCE_MS, { signal: ended.signal }).then(() => undefined);
  try {
    return await Promise.race([promise, over]);
  } finally {
    ended.abort();
  }
}
