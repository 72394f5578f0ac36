import { expect } from "expect";
import { StartAllowance } from "./start_allowance.ts";

Deno.test("StartAllowance lets the limit through in each interval, however many passes there are [SND-18] [SND-22]", () => {
  const allowance = new StartAllowance({ limit: 60, intervalMs: 10_000 });
  expect(allowance.left(0)).toBe(60);
  allowance.use(50);
  expect(allowance.left(9_999)).toBe(10);
  allowance.use(10);
  expect(allowance.left(9_999)).toBe(0);
  expect(allowance.left(10_000)).toBe(60);
});

Deno.test("StartAllowance saves nothing up: a quiet interval adds nothing to the next", () => {
  const allowance = new StartAllowance({ limit: 2, intervalMs: 10_000 });
  allowance.left(0);
  expect(allowance.left(100_000)).toBe(2);
  allowance.use(5);
  expect(allowance.left(100_001)).toBe(0);
});
