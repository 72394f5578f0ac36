import { expect } from "expect";
import { blockProblems, blocksOf, planOf } from "./blocks.ts";

const page = (...lines: string[]) => ({ path: "docs/page.md", text: lines.join("\n") });

Deno.test("blocksOf() finds every block, in lists too, with its place and its note", () => {
  const blocks = blocksOf(page(
    ...["Text.", "", "```sh", "one", "two", "```", ""],
    ...[
      "1. Item",
      "",
      "   ```sh not-run: needs  a cluster",
      "   three",
      "   ```",
      "",
      "```text",
      "```",
    ],
  ));
  expect(blocks).toEqual([
    { place: "docs/page.md:3", language: "sh", note: "", text: "one\ntwo\n" },
    { place: "docs/page.md:10", language: "sh", note: "not-run: needs a cluster", text: "three\n" },
    { place: "docs/page.md:14", language: "text", note: "", text: "" },
  ]);
  expect(blocks.map(planOf)).toEqual([
    { kind: "run" },
    { kind: "not run", reason: "needs a cluster" },
    undefined,
  ]);
});

Deno.test("blockProblems() demands a language, sh for shells, and a reason for what is not run", () => {
  const problems = (info: string) => blockProblems(page(`\`\`\`${info}`, "x", "```")).join();
  expect(problems("")).toContain("docs/page.md:1: The block names no language");
  expect(problems("console")).toContain("Write ```sh");
  expect(problems("sh not-run:")).toContain('Cannot understand "not-run:"');
  expect(problems("sh later")).toContain('Cannot understand "later"');
  for (const good of ["sh", "sh background", "sh not-run: why", "json", "text"]) {
    expect(problems(good)).toBe("");
  }
});

Deno.test("blockProblems() demands that a block in yaml is a configuration", () => {
  const problems = (info: string, yaml: string) =>
    blockProblems(page(`\`\`\`${info}`, yaml, "```")).join();
  expect(problems("yaml", "store_path: s.sqlite")).toBe("");
  expect(problems("yaml", "store_pat: s.sqlite")).toContain("store_path");
  expect(problems("yaml not-config", "store_pat: s.sqlite")).toBe("");
});
