/**
 * How a cost grows: the slope of the straight line through the measurements when both axes are
 * logarithmic. 1 is linear, 0 does not grow at all, 2 is quadratic. Pure.
 *
 * @module
 */

/** Variance below which costs are equal but for rounding. */
const FLAT = 1e-12;

/** A size and what it cost. */
export type CostPoint = readonly [n: number, cost: number];

/** The line through a stage's measurements. */
export interface CostCurve {
  /** Exponent of growth. */
  readonly slope: number;
  /** How well the line fits, 0 to 1; a slope through a poor fit says little. */
  readonly fit: number;
}

/**
 * Fits a power law by least squares.
 *
 * @throws {RangeError} with fewer than two sizes, or with a size or cost that is not positive
 */
export function fitCostCurve(points: readonly CostPoint[]): CostCurve {
  if (points.some(([n, cost]) => !(n > 0 && cost > 0))) {
    throw new RangeError("Cannot fit a cost curve: every size and every cost must be above 0");
  }
  const xs = points.map(([n]) => Math.log(n));
  const ys = points.map(([, cost]) => Math.log(cost));
  const xx = covariance(xs, xs);
  if (!(xx > 0)) throw new RangeError("Cannot fit a cost curve: at least two sizes are needed");
  const xy = covariance(xs, ys);
  const yy = covariance(ys, ys);
  return { slope: xy / xx, fit: yy < FLAT ? 1 : xy * xy / (xx * yy) };
}

function covariance(xs: readonly number[], ys: readonly number[]): number {
  const meanX = mean(xs);
  const meanY = mean(ys);
  return mean(xs.map((x, i) => (x - meanX) * ((ys[i] ?? meanY) - meanY)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
