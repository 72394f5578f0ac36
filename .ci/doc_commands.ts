/**
 * `deno task docs:run [PAGE...]`: runs every command in the documentation, each page in a sandbox of its
 * own (`doc_commands/sandbox.ts`), runbooks together after what their README starts, and says which are not run and why. How a block says so is in
 * `doc_commands/blocks.ts`. Instructions that nobody follows go stale.
 *
 * @module
 */

import { blockProblems, blocksOf, type Page } from "./doc_commands/blocks.ts";
import { readPages, readTogether } from "./doc_commands/pages.ts";
import { type Result, runPage } from "./doc_commands/run_page.ts";
import { ensureServers, testPath } from "./test_servers.ts";

/** Pages run at once: most of the time is spent waiting. */
const PAGES_AT_ONCE = 2;

async function runAll(pages: readonly Page[]): Promise<Result[]> {
  const results: Result[] = [];
  const open = readTogether(pages);
  const work = async () => {
    for (let some = open.shift(); some !== undefined; some = open.shift()) {
      const made = await runPage(some.flatMap(blocksOf));
      for (const result of made) console.log(line(result));
      results.push(...made);
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
  return results;
}

function line({ kind, place, detail }: Result): string {
  return `${kind.padEnd(7)}  ${place}  ${detail}`;
}

async function main(paths: readonly string[]): Promise<number> {
  const all = await readPages();
  const pages = paths.length === 0 ? all : all.filter(({ path }) => paths.includes(path));
  const problems = pages.flatMap(blockProblems);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0 || pages.length === 0) return 1;
  await ensureServers(testPath(Deno.env.get("PATH") ?? ""));
  const results = await runAll(pages);
  const count = (kind: Result["kind"]) => results.filter((result) => result.kind === kind).length;
  console.log(
    `Commands in the documentation: ${count("ok")} blocks ran, ${count("failed")} failed, ` +
      `${count("not run")} are marked as not run`,
  );
  return count("failed") === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
