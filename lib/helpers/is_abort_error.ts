/**
 * Tells being stopped from failing.
 *
 * @module
 */

/**
 * Whether `error` says no more than that `signal` was aborted: it is the signal's own reason, or any
 * `AbortError` after the signal was aborted (libraries make their own).
 */
export function isAbortError(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}
