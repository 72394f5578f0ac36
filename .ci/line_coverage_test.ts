import { expect } from "expect";
import { coveredShare, parseLcov, renderLineCoverage } from "./line_coverage.ts";

const REPORT = `SF:/repo/lib/whole.ts
FN:1,whole
DA:1,1
DA:2,7
LH:2
LF:2
end_of_record
SF:/repo/lib/thin.ts
DA:10,1
DA:4,0
DA:5,0
DA:8,0
end_of_record
SF:/repo/lib/half.ts
DA:1,1
DA:2,0
end_of_record
`;

Deno.test("parseLcov() gives each file's lines with code, and those that never ran in order", () => {
  expect(parseLcov(REPORT)).toEqual([
    { path: "/repo/lib/whole.ts", lines: 2, missed: [] },
    { path: "/repo/lib/thin.ts", lines: 4, missed: [4, 5, 8] },
    { path: "/repo/lib/half.ts", lines: 2, missed: [2] },
  ]);
});

Deno.test("parseLcov() adds up what is reported of one file in two places", () => {
  const twice = "SF:a.ts\nDA:1,0\nDA:2,0\nend_of_record\nSF:a.ts\nDA:1,3\nDA:2,0\nend_of_record\n";
  expect(parseLcov(twice)).toEqual([{ path: "a.ts", lines: 2, missed: [2] }]);
});

Deno.test("coveredShare() weighs files by their lines, and finds nothing missing in none", () => {
  expect(coveredShare(parseLcov(REPORT))).toBe(0.5);
  expect(coveredShare([])).toBe(1);
});

Deno.test("renderLineCoverage() names thin files, the thinnest first, and ends with the total", () => {
  const rendered = renderLineCoverage(parseLcov(REPORT), { root: "/repo/", fileMin: 0.9 });
  expect(rendered).toEqual([
    " 25.0 %  lib/thin.ts  not run: 4-5, 8",
    " 50.0 %  lib/half.ts  not run: 2",
    " 50.0 % of 8 lines in 3 files ran",
  ]);
});

Deno.test("renderLineCoverage() rounds down, so that 100 % means all", () => {
  const file = { path: "lib/long.ts", lines: 100_000, missed: [7] };
  expect(renderLineCoverage([file], { root: "", fileMin: 0.9 })).toEqual([
    " 99.9 % of 100000 lines in 1 files ran",
  ]);
});
