import { expect } from "expect";
import { judgeCoverage, namedIds, parseTsv, renderCoverage } from "./behaviour_rows.ts";

// Ids are put together here, so that this file does not count as a test of any row.
const id = (number: number) => `ANA-${String(number).padStart(2, "0")}`;
const ROWS = parseTsv(
  `id\tversion\trule\n${[1, 2, 3, 4].map((n) => `${id(n)}\tB\trule`).join("\n")}`,
);

Deno.test("namedIds() finds ids in code and not in comments", () => {
  const source = `/** ${id(1)} */\n// ${id(2)}\nDeno.test("does x [${id(3)}] [${id(4)}]", …)`;
  expect(namedIds(source)).toEqual(new Set([id(3), id(4)]));
});

Deno.test("judgeCoverage() sorts rows into covered, excused, missing and contradictory", () => {
  const coverage = judgeCoverage({
    rows: ROWS,
    notApplicable: [{ id: id(2), columns: ["why"] }, { id: id(4), columns: ["why"] }],
    tests: new Map([[id(1), ["a_test.ts"]], [id(4), ["b_test.ts"]], [id(9), ["c_test.ts"]]]),
  });
  expect(coverage.covered.map((row) => row.id)).toEqual([id(1)]);
  expect(coverage.notApplicable.map((row) => row.id)).toEqual([id(2)]);
  expect(coverage.missing.map((row) => row.id)).toEqual([id(3)]);
  expect(coverage.contradictory.map((row) => row.id)).toEqual([id(4)]);
  expect(coverage.unknown).toEqual([id(9)]);
});

Deno.test("renderCoverage() names what is missing and ends with the sum", () => {
  const tests = new Map([[id(1), ["a_test.ts"]]]);
  const coverage = judgeCoverage({ rows: ROWS, notApplicable: [], tests });
  const lines = renderCoverage(coverage, { list: true, tests });
  expect(lines[0]).toContain("a_test.ts");
  expect(lines.filter((line) => line.startsWith("missing"))).toHaveLength(3);
  expect(lines.at(-1)).toBe("1 rows covered, 0 do not apply, 3 missing");
});
