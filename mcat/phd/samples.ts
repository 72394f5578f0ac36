/**
 * Many measurements of one thing, and what to say of them. Pure.
 *
 * @module
 */

/**
 * The value that `fraction` of all are not above; 0.5 is the median.
 *
 * @throws {RangeError} when there are none
 */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(fraction * sorted.length) - 1));
  const value = sorted[at];
  if (value === undefined) throw new RangeError("Cannot take a quantile: there are no values");
  return value;
}

/** A figure with as many digits as it deserves: three that matter. */
export function rounded(value: number): number {
  if (Math.abs(value) >= 1000) return Math.round(value);
  return Number(value.toPrecision(3));
}
