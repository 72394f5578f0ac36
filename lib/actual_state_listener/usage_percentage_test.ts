import { expect } from "expect";
import { usagePercentage } from "./usage_percentage.ts";

Deno.test("usagePercentage() is a percentage with fractions [MET-23] [LIS-20]", () => {
  expect(usagePercentage({ tookMs: 723, intervalMs: 1000 })).toBe(72.3);
  expect(usagePercentage({ tookMs: 700, intervalMs: 1000 })).toBe(70);
  expect(usagePercentage({ tookMs: 0.04, intervalMs: 1000 })).toBe(0);
  expect(usagePercentage({ tookMs: 3000, intervalMs: 2000 })).toBe(150);
});
