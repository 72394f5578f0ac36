import { expect } from "expect";
import { parseOptions, UsageError } from "./options.ts";

Deno.test("parseOptions() makes a quick run of everything unless told otherwise", () => {
  expect(parseOptions([])).toMatchObject({
    sections: ["store", "components", "mirror", "curves", "e2e"],
    profile: "quick",
    apps: undefined,
    nodes: undefined,
  });
});

Deno.test("parseOptions() takes sections in the suite's order, and a size", () => {
  const options = parseOptions(["e2e", "store", "--profile=full", "--apps=1_000_000", "--nodes=3"]);
  expect(options).toMatchObject({ sections: ["store", "e2e"], profile: "full" });
  expect(options).toMatchObject({ apps: 1_000_000, nodes: 3, scenarios: ["steady"] });
});

Deno.test("parseOptions() measures nothing when only the report is asked for", () => {
  expect(parseOptions(["report"]).sections).toEqual([]);
});

for (
  const wrong of [
    ["stores"],
    ["--profile=slow"],
    ["--apps=many"],
    ["--apps=0"],
    ["--nodes=2"],
    ["--scenarios=flood"],
    ["--speed=9"],
  ]
) {
  Deno.test(`parseOptions() refuses ${wrong}`, () => {
    expect(() => parseOptions(wrong)).toThrow(UsageError);
  });
}
