import { expect } from "expect";
import { countTests, resultLine } from "./test_results.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="7" failures="2" errors="2" time="1.297">
    <testsuite name="./j_test.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="&lt;testsuite tests=&quot;9&quot;>" classname="./j_test.ts" time="0.011">
    </testsuite>
    <testsuite name="./m_test.ts" tests="3" disabled="0" errors="1" failures="0">
    </testsuite>
</testsuites>`;

const OUTPUT = `running 2 tests from ./a_test.ts
\x1b[0ma ... \x1b[32mok\x1b[0m (1ms)
b ... ok (12ms)
c ... FAILED (due to 1 failed step) (3ms)
d ... FAILED (3ms)
e ...`;

Deno.test("countTests() sums the suites of the report, without what was ignored", () => {
  expect(countTests({ report: REPORT, output: "", success: false })).toEqual({
    passed: 4,
    failed: 3,
  });
});

Deno.test("countTests() takes the summary's failures where the report has fewer", () => {
  const output =
    "ok | 1 passed | 0 failed\n\x1b[31mFAILED\x1b[0m | 9 passed (1 step) | 5 failed (1s)\n";
  expect(countTests({ report: REPORT, output, success: false })).toEqual({ passed: 4, failed: 5 });
});

Deno.test("countTests() takes the last summary where there is no report, or half of one", () => {
  const output = "ok | 1 passed | 0 failed (2ms)\nok | 12 passed (3 steps) | 0 failed (2ms)\n";
  for (const report of [undefined, "", REPORT.slice(0, 200)]) {
    expect(countTests({ report, output, success: true })).toEqual({ passed: 12, failed: 0 });
  }
});

Deno.test("countTests() counts the lines of a run that crashed", () => {
  const counts = countTests({ report: undefined, output: OUTPUT, success: false });
  expect(counts).toEqual({ passed: 2, failed: 2 });
});

Deno.test("countTests() never counts a failed run as one without failures", () => {
  const report = REPORT.replaceAll('failures="2"', 'failures="0"').replaceAll(
    'errors="1"',
    'errors="0"',
  );
  expect(countTests({ report, output: "", success: false }).failed).toBe(1);
  expect(countTests({ report: undefined, output: "", success: false })).toEqual({
    passed: 0,
    failed: 1,
  });
});

Deno.test("resultLine() is plain", () => {
  expect(resultLine({ passed: 12, failed: 0 })).toBe("12 passed, 0 failed");
});
