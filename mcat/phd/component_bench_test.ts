import { expect } from "expect";
import { slopesOf } from "./component_bench.ts";

Deno.test("slopesOf() gives each stage a slope of its own", () => {
  const cost = (name: string, of: (n: number) => number) =>
    [1, 2, 4, 8, 16].map((n) => ({ name, labels: { n }, value: of(n), unit: "ms" }));
  const slopes = slopesOf([...cost("reads all", (n) => 5 * n), ...cost("reads changes", () => 3)]);
  expect(slopes.map(({ labels, value }) => [labels["of"], value, labels["sizes"]])).toEqual([
    ["reads all", 1, 5],
    ["reads changes", 0, 5],
  ]);
});
