/**
 * How much of its time the listener spends with the store: what a flush took, as a percentage of the
 * interval between two. From 100 on it cannot keep up: heartbeats wait longer than they should
 * (LIS-20, MET-23).
 *
 * @module
 */

/**
 * The share of `intervalMs` that `tookMs` is, in percent with one decimal; above 100 when a flush overran.
 * Finer figures would differ at every flush of a listener that has nothing to do.
 */
export function usagePercentage(
  flush: { readonly tookMs: number; readonly intervalMs: number },
): number {
  return Math.round(flush.tookMs * 1000 / flush.intervalMs) / 10;
}
