import { expect } from "expect";
import fc from "fast-check";
import { editDistance, nearestName } from "./nearest_name.ts";

Deno.test("editDistance() counts insertions, deletions, replacements and swaps", () => {
  const table: readonly (readonly [string, string, number])[] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["abc", "abxc", 1],
    ["abc", "ac", 1],
    ["abc", "axc", 1],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of table) {
    expect([a, b, editDistance(a, b)]).toEqual([a, b, distance]);
  }
});

Deno.test("editDistance() is symmetric, and zero for equal texts only", () => {
  fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
    expect(editDistance(a, b)).toBe(editDistance(b, a));
    expect(editDistance(a, b) === 0).toBe(a === b);
    expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
  }));
});

Deno.test("nearestName() suggests what is near and nothing far-fetched", () => {
  const names = ["log_level", "log_format", "nats"];
  expect(nearestName("log_levl", names)).toBe("log_level");
  expect(nearestName("LOG_FORMAT", names)).toBe("log_format");
  expect(nearestName("gnats", names)).toBe("nats");
  expect(nearestName("consul", names)).toBe(undefined);
  expect(nearestName("x".repeat(200), names)).toBe(undefined);
});
