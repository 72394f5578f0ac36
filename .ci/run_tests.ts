/**
 * `deno task test [FILE...]`: makes sure that the servers tests need are installed, runs the tests and
 * ends with the plain line `N passed, N failed`. It fails when a test does, and when none ran.
 *
 * Two files run at a time: every test has servers, ports and folders of its own, and most of the time is
 * spent waiting for them.
 *
 * @module
 */

import { countTests, resultLine, type TestRun } from "./test_results.ts";
import { ensureServers, testPath } from "./test_servers.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Test files run at once. */
const JOBS = "2";

/** Runs `deno test` with `args`, showing its output as it comes. */
async function runTests(args: readonly string[], path: string): Promise<TestRun> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-tests-" });
  try {
    const report = `${folder}/junit.xml`;
    const options = ["--allow-all", "--parallel", "--quiet", `--junit-path=${report}`];
    const process = new Deno.Command(Deno.execPath(), {
      args: ["test", ...options, ...args],
      cwd: ROOT,
      env: { DENO_JOBS: JOBS, DENO_NO_UPDATE_CHECK: "1", PATH: path },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const output = await show(process.stdout);
    const { success } = await process.status;
    const found = await Deno.readTextFile(report).catch(() => undefined); // a crash leaves none
    return { report: found, output, success };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Copies a stream to the terminal and gives what passed. */
async function show(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let rest = chunk; rest.length > 0;) {
      rest = rest.subarray(await Deno.stdout.write(rest));
    }
  }
  return text;
}

/** Installs, runs, counts; the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const path = testPath(Deno.env.get("PATH") ?? "");
  await ensureServers(path);
  const run = await runTests(args, path);
  const counts = countTests(run);
  console.log(resultLine(counts));
  return run.success && counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log(resultLine({ passed: 0, failed: 1 }));
    Deno.exit(1);
  }
}
