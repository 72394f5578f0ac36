import { expect } from "expect";
import { parseMutant } from "./mutant.ts";

Deno.test("parseMutant() reads title and tests from the head of a patch", () => {
  const patch =
    "A bug\nBreaks: I1\nCaught by: a_test.ts, b/\n\ndiff --git a/x b/x\nCaught by: no\n";
  expect(parseMutant("b.patch", patch)).toEqual({
    name: "b.patch",
    title: "A bug",
    tests: ["a_test.ts", "b/"],
    notSimulated: undefined,
  });
  const head =
    "A bug\nCaught by: a_test.ts\nNot simulated: for want of a kernel\n\ndiff --git a b\n";
  expect(parseMutant("b.patch", head).notSimulated).toBe("for want of a kernel");
});

Deno.test("parseMutant() refuses a patch that names no tests", () => {
  expect(() => parseMutant("b.patch", "A bug\n\ndiff --git a/x b/x\n")).toThrow(/"b.patch"/);
});
