import { expect } from "expect";
import { type CostPoint, fitCostCurve } from "./curve.ts";

const SIZES = [1_000, 2_000, 4_000, 8_000, 16_000];

for (
  const { what, cost, slope } of [
    { what: "constant", cost: () => 7, slope: 0 },
    { what: "linear", cost: (n: number) => 3 * n, slope: 1 },
    { what: "quadratic", cost: (n: number) => n * n / 10, slope: 2 },
  ]
) {
  Deno.test(`fitCostCurve() finds that a ${what} cost has slope ${slope}`, () => {
    const curve = fitCostCurve(SIZES.map((n): CostPoint => [n, cost(n)]));
    expect(curve.slope).toBeCloseTo(slope, 6);
    expect(curve.fit).toBeCloseTo(1, 6);
  });
}

Deno.test("fitCostCurve() says that a line does not fit what goes up and down", () => {
  const { fit } = fitCostCurve(SIZES.map((n, i): CostPoint => [n, i % 2 === 0 ? 1 : 100]));
  expect(fit).toBeLessThan(0.2);
});

Deno.test("fitCostCurve() refuses what has no logarithm, and a single size", () => {
  expect(() => fitCostCurve([[1, 1], [2, 0]])).toThrow(RangeError);
  expect(() => fitCostCurve([[5, 1], [5, 2]])).toThrow(RangeError);
  expect(() => fitCostCurve([])).toThrow(RangeError);
});
