import { expect } from "expect";
import { longestDelaySeconds } from "./longest_delay.ts";

Deno.test("longestDelaySeconds() is that of crashes or of duplicates, whichever is longer [I13]", () => {
  const rules = { maximumBackoffSeconds: 960, gracePeriodSeconds: 30 };
  expect(longestDelaySeconds(rules)).toBe(1_920);
  expect(longestDelaySeconds({ ...rules, maximumBackoffSeconds: 9_000 })).toBe(9_000);
});
