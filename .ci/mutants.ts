/**
 * `deno task mutants`: plants known bugs, one at a time, into a copy of the tree, and runs the tests that
 * must notice. A bug that goes unnoticed fails the task, and so does one that can no longer be planted:
 * the bugs are patches in `mcat/mutants`, whose first lines say what they are and which tests catch them.
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import { type Mutant, parseMutant } from "./mutant.ts";

const FOLDER = "mcat/mutants";
/** A run of tests without a bug that takes longer hangs. */
const GREEN_SECONDS_MAX = 120;
/**
 * Some bugs make a test wait for ever. One mutant's tests that take twice as long as all tests together
 * took without a bug, and these seconds, hang and have noticed: a machine that is merely slow is slow at both.
 */
const HANG_SECONDS_MIN = 10;

async function main(): Promise<number> {
  const mutants = await readMutants(Deno.args);
  const tree = await Deno.makeTempDir({ prefix: "hm9000-mutants-" });
  try {
    await copyTree(tree);
    const limitSeconds = 2 * await requireGreen(tree, mutants) + HANG_SECONDS_MIN;
    let survivors = 0;
    for (const mutant of mutants) {
      survivors += await tryMutant(mutant, { tree, limitSeconds }) ? 0 : 1;
    }
    console.log(`${mutants.length - survivors} bugs caught, ${survivors} not`);
    return survivors === 0 ? 0 : 1;
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

async function readMutants(names: readonly string[]): Promise<Mutant[]> {
  const mutants: Mutant[] = [];
  for await (const entry of Deno.readDir(FOLDER)) {
    if (!entry.name.endsWith(".patch")) continue;
    if (names.length > 0 && !names.some((name) => entry.name.includes(name))) continue;
    mutants.push(parseMutant(entry.name, await Deno.readTextFile(`${FOLDER}/${entry.name}`)));
  }
  if (mutants.length === 0) throw new Error(`Cannot plant anything: no patch in ${FOLDER} fits`);
  return mutants.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** What git tracks, and what is new and not ignored, as it stands. */
async function copyTree(tree: string): Promise<void> {
  const listed = await run("git", ["ls-files", "-co", "--exclude-standard"]);
  for (const path of listed.output.split("\n").filter((line) => line !== "")) {
    const folder = path.split("/").slice(0, -1).join("/");
    await Deno.mkdir(`${tree}/${folder}`, { recursive: true });
    await Deno.copyFile(path, `${tree}/${path}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // Tracked, and deleted in the tree.
    });
  }
}

/** A test that fails without a bug proves nothing when it fails with one. Returns the seconds it took. */
async function requireGreen(tree: string, mutants: readonly Mutant[]): Promise<number> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))].sort();
  const time = new RealTimeProvider();
  const startedAtMs = time.monotonicMs();
  const green = await runTests(tests, { tree, limitSeconds: GREEN_SECONDS_MAX });
  if (!green.success) throw new Error(`Cannot begin: tests fail without any bug\n${green.output}`);
  return (time.monotonicMs() - startedAtMs) / 1000;
}

/** Whether the bug was noticed. */
async function tryMutant(mutant: Mutant, where: Required<Where>): Promise<boolean> {
  const { tree } = where;
  const patch = await Deno.realPath(`${FOLDER}/${mutant.name}`);
  const planted = await run("git", ["apply", patch], { tree });
  if (!planted.success) {
    console.log(`NOT PLANTED  ${mutant.name}: ${planted.output.trim()}`);
    return false;
  }
  try {
    // One test that fails is enough.
    const { success } = await runTests(["--fail-fast", ...mutant.tests], where);
    console.log(`${success ? "SURVIVED    " : "caught      "} ${mutant.name}: ${mutant.title}`);
    return !success;
  } finally {
    await run("git", ["apply", "-R", patch], { tree });
  }
}

/** Where commands run, and how long at most. */
interface Where {
  /** @default {the project itself} */
  readonly tree?: string;
  readonly limitSeconds?: number;
}

function runTests(args: readonly string[], where: Where) {
  return run(Deno.execPath(), ["test", "-A", "--quiet", "--no-check", ...args], where);
}

async function run(
  command: string,
  args: readonly string[],
  where: Where = {},
): Promise<{ readonly success: boolean; readonly output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: where.tree ?? ".",
    env: { "NO_COLOR": "1" },
    signal: AbortSignal.timeout((where.limitSeconds ?? GREEN_SECONDS_MAX) * 1000),
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

if (import.meta.main) Deno.exit(await main());
