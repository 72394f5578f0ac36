/**
 * Counts what a run of `deno test` passed and failed. Its report is exact but is written at the very end,
 * so a run that crashes leaves none; then its last words count, and then what it printed on the way.
 * A failing run never counts as one without failures.
 *
 * @module
 */

/** How many tests (steps among them where the report tells) went which way. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** What a run left behind. */
export interface TestRun {
  /** The JUnit report, if one was written. */
  readonly report: string | undefined;
  /** All that it printed. */
  readonly output: string;
  /** Whether it ended well. */
  readonly success: boolean;
}

/** Counts a run's tests by the best of what it left. */
export function countTests({ report, output, success }: TestRun): TestCounts {
  // deno-lint-ignore no-control-regex -- colours are control characters
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const summary = fromSummary(plain);
  const counts = fromReport(report ?? "") ?? summary ?? fromResultLines(plain);
  const failed = Math.max(counts.failed, summary?.failed ?? 0, success ? 0 : 1);
  return { passed: counts.passed, failed };
}

/** The line that ends a run: for people and for programs. */
export function resultLine({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}

/** By the totals of each suite in a JUnit report. */
function fromReport(report: string): TestCounts | undefined {
  if (!report.includes("</testsuites>")) return undefined;
  let passed = 0;
  let failed = 0;
  for (const [suite] of report.matchAll(/<testsuite [^>]*>/g)) {
    const total = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    const failedHere = total("failures") + total("errors");
    failed += failedHere;
    passed += total("tests") - failedHere - total("disabled");
  }
  return { passed, failed };
}

/** By the last line of the form `ok | 5 passed (2 steps) | 0 failed`. */
function fromSummary(output: string): TestCounts | undefined {
  const found = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed\b.*? \| (\d+) failed\b/gm)].at(
    -1,
  );
  return found && { passed: Number(found[1]), failed: Number(found[2]) };
}

/** By the line that each test ends with. */
function fromResultLines(output: string): TestCounts {
  return {
    passed: output.match(/ \.\.\. ok \(/g)?.length ?? 0,
    failed: output.match(/ \.\.\. FAILED(?: |$)/gm)?.length ?? 0,
  };
}
