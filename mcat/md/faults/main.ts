/**
 * `deno task faults [--profile=short|ci|soak] [--seed=N] [--faults=N] [--every=SECONDS] [--kinds=TEXT,TEXT]
 * [--report=FILE] [--keep]`: injects real faults into a platform of real processes, and judges what DEAs
 * and bus saw. Prints each fault as it is injected, and a summary; exits 1 when a rule was broken, having
 * printed the seed and left logs and the schedule in a folder that it names. `docs/fault_suite.md` has
 * more.
 *
 * @module
 */

import { RealRandom } from "../../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../../lib/helpers/real_time_provider.ts";
import { commitName } from "../../simulation/commit_name.ts";
import { Flags } from "../../simulation/flags.ts";
import { FaultRun, type FaultRunOptions, type FaultRunResult } from "./fault_run.ts";
import { FAULT_KINDS } from "./faults.ts";
import { CI_KINDS, CI_SCHEDULE } from "./profile.ts";
import { reportRun } from "./report.ts";

/** How much is injected, unless flags say otherwise. */
const PROFILES: Readonly<Record<string, Partial<FaultRunOptions>>> = {
  short: { count: 60 },
  // Always the same faults, which fit into the gate.
  ci: { ...CI_SCHEDULE, kinds: CI_KINDS },
  soak: { count: 2_880 },
};
const EVERY_SECONDS = 10;

interface MainOptions extends Omit<FaultRunOptions, "folder"> {
  readonly reportFile: string | undefined;
  readonly keeps: boolean;
}

async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args);
  const folder = await Deno.makeTempDir({ prefix: "hm9000-faults-" });
  const commit = await commitName();
  console.log(`seed ${options.seed}, commit ${commit}, ${options.count} faults, logs in ${folder}`);
  const result = await runUntilSignal({ ...options, folder });
  if (result === undefined) {
    await Deno.remove(folder, { recursive: true });
    return 1;
  }
  reportRun(result);
  const json = JSON.stringify({ commit, ...result }, null, 2);
  if (options.reportFile !== undefined) await Deno.writeTextFile(options.reportFile, json);
  if (result.violations.length === 0 && !options.keeps) {
    await Deno.remove(folder, { recursive: true });
    return 0;
  }
  await Deno.writeTextFile(`${folder}/report.json`, json);
  console.log(`logs, and the schedule in report.json, are in ${folder}`);
  console.log(`the same faults again, at commit ${commit}:\n  deno task faults ${again(options)}`);
  return result.violations.length === 0 ? 0 : 1;
}

function optionsFrom(args: readonly string[]): MainOptions {
  const flags = new Flags(args);
  const profile = flags.text("profile") ?? "short";
  const chosen = PROFILES[profile];
  if (chosen === undefined) {
    const known = Object.keys(PROFILES).join(", ");
    throw new Error(`Cannot use --profile=${profile}: ${known} are known`);
  }
  const wanted = flags.list("kinds");
  const kinds = wanted.length === 0
    ? chosen.kinds ?? FAULT_KINDS
    : FAULT_KINDS.filter(({ name }) => wanted.some((text) => name.includes(text)));
  if (kinds.length === 0) {
    throw new Error(`Cannot use --kinds=${wanted}: no kind has that in its name`);
  }
  const everySeconds = flags.number("every");
  const options = {
    seed: flags.number("seed") ?? chosen.seed ?? Math.floor(new RealRandom().fraction() * 2 ** 32),
    count: flags.number("faults") ?? chosen.count ?? 60,
    everyMs: everySeconds === undefined
      ? chosen.everyMs ?? EVERY_SECONDS * 1000
      : everySeconds * 1000,
    kinds,
    reportFile: flags.text("report"),
    keeps: flags.has("keep"),
  };
  flags.requireNoOthers();
  return options;
}

/** Undefined when somebody has asked us to end before it was over. */
async function runUntilSignal(options: FaultRunOptions): Promise<FaultRunResult | undefined> {
  const asked = new AbortController();
  const end = () => asked.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);
  const outside = { time: new RealTimeProvider(), random: new RealRandom() };
  const say = (line: string) => console.log(line);
  try {
    const result = await new FaultRun(options, { ...outside, say, signal: asked.signal }).run();
    return asked.signal.aborted ? undefined : result;
  } catch (error) {
    if (!asked.signal.aborted) throw error;
    return undefined;
  }
}

function again({ seed, count, everyMs, kinds }: MainOptions): string {
  const flags = [`--seed=${seed}`, `--faults=${count}`, `--every=${everyMs / 1000}`];
  if (kinds === FAULT_KINDS) return flags.join(" ");
  if (kinds === CI_KINDS) return ["--profile=ci", ...flags].join(" ");
  return [...flags, `"--kinds=${kinds.map(({ name }) => name).join(",")}"`].join(" ");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
