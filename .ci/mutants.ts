/**
 * `deno task mutants [--by=simulation] [NAME ...]`: plants known bugs, one at a time, into a copy of the
 * tree, and runs the tests that must notice, or nothing but the simulation, for ten minutes at most. A bug
 * that goes unnoticed fails the task, and so does one that can no longer be planted: the bugs are patches in
 * `mcat/mutants`, whose first lines say what they are, which tests catch them, and why not the simulation,
 * if it cannot.
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
/** How long the simulation alone has to notice a bug. */
const SIMULATION_SECONDS_MAX = 600;
/** Many small worlds meet more than few large ones. */
const SMALL_WORLDS = ["--apps=20", "--deas=5", "--minutes=15", "--no-shrink"];

async function main(): Promise<number> {
  const names = Deno.args.filter((arg) => !arg.startsWith("--"));
  const bySimulation = Deno.args.includes("--by=simulation");
  const all = await readMutants(names);
  const mutants = all.filter(({ notSimulated }) => !bySimulation || notSimulated === undefined);
  const tree = await Deno.makeTempDir({ prefix: "hm9000-mutants-" });
  try {
    await copyTree(tree);
    const tried = bySimulation
      ? {
        tree,
        limitSeconds: SIMULATION_SECONDS_MAX + HANG_SECONDS_MIN,
        notices: simulationNotices,
      }
      : {
        tree,
        limitSeconds: 2 * await requireGreen(tree, mutants) + HANG_SECONDS_MIN,
        notices: testsNotice,
      };
    let survivors = 0;
    for (const mutant of mutants) survivors += await tryMutant(mutant, tried) ? 0 : 1;
    for (const { name, notSimulated } of bySimulation ? all : []) {
      if (notSimulated !== undefined) console.log(`not tried    ${name}: ${notSimulated}`);
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
async function tryMutant(mutant: Mutant, where: Tried): Promise<boolean> {
  const { tree } = where;
  const patch = await Deno.realPath(`${FOLDER}/${mutant.name}`);
  const planted = await run("git", ["apply", patch], { tree });
  if (!planted.success) {
    console.log(`NOT PLANTED  ${mutant.name}: ${planted.output.trim()}`);
    return false;
  }
  try {
    const noticed = await where.notices(mutant, where);
    const verdict = noticed === undefined ? "SURVIVED    " : "caught      ";
    console.log(`${verdict} ${mutant.name}: ${mutant.title}${noticed ? ` (${noticed})` : ""}`);
    return noticed !== undefined;
  } finally {
    await run("git", ["apply", "-R", patch], { tree });
  }
}

/** How bugs are tried: returns what noticed the bug, in words or none; undefined when nothing did. */
interface Tried extends Required<Where> {
  readonly notices: (mutant: Mutant, where: Required<Where>) => Promise<string | undefined>;
}

async function testsNotice(mutant: Mutant, where: Required<Where>): Promise<string | undefined> {
  // One test that fails is enough.
  const { success } = await runTests(["--fail-fast", ...mutant.tests], where);
  return success ? undefined : "";
}

async function simulationNotices(_: Mutant, where: Required<Where>): Promise<string | undefined> {
  const time = new RealTimeProvider();
  const startedAtMs = time.monotonicMs();
  const flags = [
    "--seed=1",
    "--runs=100000",
    `--seconds=${SIMULATION_SECONDS_MAX}`,
    ...SMALL_WORLDS,
  ];
  const program = ["run", "-A", "--no-check", "mcat/simulation/main.ts", ...flags];
  const { output } = await run(Deno.execPath(), program, where);
  const [, seed, invariant] = /^BROKEN seed (\d+).*\n +(\S+) at /m.exec(output) ?? [];
  if (seed === undefined) return undefined;
  const seconds = ((time.monotonicMs() - startedAtMs) / 1000).toFixed(0);
  return `${invariant} in seed ${seed}, after ${seconds} s`;
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
