import { expect } from "expect";
import { quantile, rounded } from "./samples.ts";

Deno.test("quantile() is a value that so many are not above", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.9, 1].map((fraction) => quantile(values, fraction))).toEqual([1, 3, 5, 5]);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

Deno.test("rounded() keeps three digits that matter, and all before the point", () => {
  expect([123_456.7, 12.3456, 0.0012345, 0].map(rounded)).toEqual([123_457, 12.3, 0.00123, 0]);
});
