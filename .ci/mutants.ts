/**
 * `deno task mutants`: plants known bugs, one at a time, into a copy of the tree, and runs the tests that
 * must notice. A bug that goes unnoticed fails the task, and so does one that can no longer be planted:
 * the bugs are patches in `mcat/mutants`, whose first lines say what they are and which tests catch them.
 *
 * @module
 */

import { type Mutant, parseMutant } from "./mutant.ts";

const FOLDER = "mcat/mutants";
/** A run of tests that takes longer hangs, and has noticed. */
const TEST_SECONDS_MAX = 120;

async function main(): Promise<number> {
  const mutants = await readMutants(Deno.args);
  const tree = await Deno.makeTempDir({ prefix: "hm9000-mutants-" });
  try {
    await copyTree(tree);
    await requireGreen(tree, mutants);
    let survivors = 0;
    for (const mutant of mutants) survivors += await tryMutant(mutant, tree) ? 0 : 1;
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

/** A test that fails without a bug proves nothing when it fails with one. */
async function requireGreen(tree: string, mutants: readonly Mutant[]): Promise<void> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))].sort();
  const green = await runTests(tests, tree);
  if (!green.success) throw new Error(`Cannot begin: tests fail without any bug\n${green.output}`);
}

/** Whether the bug was noticed. */
async function tryMutant(mutant: Mutant, tree: string): Promise<boolean> {
  const patch = await Deno.realPath(`${FOLDER}/${mutant.name}`);
  const planted = await run("git", ["apply", patch], tree);
  if (!planted.success) {
    console.log(`NOT PLANTED  ${mutant.name}: ${planted.output.trim()}`);
    return false;
  }
  try {
    const { success } = await runTests(mutant.tests, tree);
    console.log(`${success ? "SURVIVED    " : "caught      "} ${mutant.name}: ${mutant.title}`);
    return !success;
  } finally {
    await run("git", ["apply", "-R", patch], tree);
  }
}

function runTests(tests: readonly string[], tree: string) {
  return run(Deno.execPath(), ["test", "-A", "--quiet", "--no-check", ...tests], tree);
}

async function run(
  command: string,
  args: readonly string[],
  cwd = ".",
): Promise<{ readonly success: boolean; readonly output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { "NO_COLOR": "1" },
    signal: AbortSignal.timeout(TEST_SECONDS_MAX * 1000),
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

if (import.meta.main) Deno.exit(await main());
