import { expect } from "expect";
import { RollingCount } from "./rolling_count.ts";

Deno.test("RollingCount forgets what is as old as its interval, and says when the oldest will be", () => {
  const count = new RollingCount(10);
  expect([count.at(0), count.oldestOverAtMs]).toEqual([0, -Infinity]);
  for (const atMs of [0, 0, 4]) count.add(atMs);
  expect([count.at(9), count.oldestOverAtMs]).toEqual([3, 10]);
  expect([count.at(10), count.oldestOverAtMs]).toEqual([1, 14]);
  expect(count.at(14)).toBe(0);
});
