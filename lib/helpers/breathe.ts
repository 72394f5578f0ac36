/**
 * Long work on one thread must let others have their turn: a leader that reckons for seconds without a
 * pause cannot keep its lease alive.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** Resolves in another turn of the event loop: whatever is ready goes first. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
