/**
 * `deno task coverage:behaviour`: which rows of the behaviour contract (`docs/behaviour.tsv`) are named by
 * a test, which do not apply and why (`docs/behaviour_not_applicable.tsv`), and which are missing. Exits 1
 * when one is missing, when a row that "does not apply" is tested all the same, or when a test names a row
 * that does not exist. With `--list` it prints every row with the files of its tests.
 *
 * @module
 */

import { judgeCoverage, namedIds, parseTsv, renderCoverage } from "./behaviour_rows.ts";

/** Where tests are looked for. */
const ROOTS = [".ci", "cmd", "docs", "lib", "mcat", "test_helpers"];

async function main(): Promise<number> {
  const rows = parseTsv(await Deno.readTextFile("docs/behaviour.tsv"));
  const notApplicable = parseTsv(await Deno.readTextFile("docs/behaviour_not_applicable.tsv"));
  const tests = new Map<string, string[]>();
  for (const root of ROOTS) {
    for await (const path of testFiles(root)) {
      for (const id of namedIds(await Deno.readTextFile(path))) {
        tests.set(id, [...tests.get(id) ?? [], path]);
      }
    }
  }
  const coverage = judgeCoverage({ rows, notApplicable, tests });
  const lines = renderCoverage(coverage, { list: Deno.args.includes("--list"), tests });
  for (const line of lines) console.log(line);
  return coverage.missing.length + coverage.contradictory.length + coverage.unknown.length > 0
    ? 1
    : 0;
}

/** Test files, and the suites that several of them share. */
async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* testFiles(path);
    else if (/(_test|_conformance)\.ts$/.test(path) || path.includes("_conformance/")) yield path;
  }
}

if (import.meta.main) Deno.exit(await main());
