/**
 * `deno task fuzz [--profile=ci|full] [--target=NAME,...] [--inputs=N] [--seed=N] [--jobs=N]`: feeds every
 * reader of outside bytes with what it was not made for. Says how many inputs each target had and how many
 * it took; a finding is shrunk, kept in `mcat/fuzz/corpus`, and ends with exit code 1. `docs/fuzzing.md` has
 * more.
 *
 * @module
 */

import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { Flags } from "../simulation/flags.ts";
import { commitName } from "../simulation/commit_name.ts";
import { type FuzzCampaignOptions, type FuzzPortion, runFuzzCampaign } from "./campaign.ts";
import { keepInput } from "./corpus.ts";
import { TARGETS } from "./targets.ts";

/** Inputs of all targets together. */
const PROFILES: Readonly<Record<string, number>> = { ci: 500_000, full: 10_000_000 };

async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args);
  console.log(`seed ${options.seed}, commit ${await commitName()}, ${options.inputs} inputs`);
  const time = new RealTimeProvider();
  const startedMs = time.monotonicMs();
  const said = new Progress(options.inputs, time);
  const portions = await runFuzzCampaign(options, (portion) => said.note(portion));
  report(portions, (time.monotonicMs() - startedMs) / 1000);
  const findings = portions.filter(({ result }) => result.finding !== undefined);
  for (const finding of findings) await tell(finding);
  return findings.length === 0 ? 0 : 1;
}

function optionsFrom(args: readonly string[]): FuzzCampaignOptions {
  const flags = new Flags(args);
  const profile = flags.text("profile") ?? "ci";
  const inputs = PROFILES[profile];
  if (inputs === undefined) {
    const known = Object.keys(PROFILES).join(", ");
    throw new Error(`Cannot use --profile=${profile}: ${known} are known`);
  }
  const wanted = flags.list("target");
  const known = TARGETS.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`Cannot use --target=${unknown}: ${known.join(", ")} are known`);
  }
  const options = {
    seed: flags.number("seed") ?? Math.floor(new RealRandom().fraction() * 2 ** 31),
    inputs: flags.number("inputs") ?? inputs,
    targets: wanted.length === 0 ? known : wanted,
    jobs: flags.number("jobs") ?? navigator.hardwareConcurrency,
  };
  flags.requireNoOthers();
  return options;
}

/** A line now and then. */
class Progress {
  readonly #inputs: number;
  readonly #time: RealTimeProvider;
  #done = 0;
  #saidAtMs: number;

  constructor(inputs: number, time: RealTimeProvider) {
    this.#inputs = inputs;
    this.#time = time;
    this.#saidAtMs = time.monotonicMs();
  }

  note({ result }: FuzzPortion): void {
    this.#done += result.inputs;
    const nowMs = this.#time.monotonicMs();
    if (nowMs - this.#saidAtMs < EVERY_MS) return;
    this.#saidAtMs = nowMs;
    console.log(`${this.#done} of ${this.#inputs}`);
  }
}

const EVERY_MS = 10_000;

function report(portions: readonly FuzzPortion[], seconds: number): void {
  const inputs = sum(portions, ({ result }) => result.inputs);
  for (const [target, own] of Map.groupBy(portions, ({ target }) => target)) {
    const count = sum(own, ({ result }) => result.inputs);
    const accepted = sum(own, ({ result }) => result.accepted);
    const share = (100 * accepted / count).toFixed(1);
    console.log(`${target.padEnd(24)} ${String(count).padStart(9)} inputs, ${share} % taken`);
  }
  const rate = Math.round(inputs / seconds);
  console.log(`${inputs} inputs in ${seconds.toFixed(0)} s, ${rate} a second`);
}

function sum(portions: readonly FuzzPortion[], of: (portion: FuzzPortion) => number): number {
  return portions.reduce((total, portion) => total + of(portion), 0);
}

async function tell({ target, seed, inputs, result }: FuzzPortion): Promise<void> {
  if (result.finding === undefined) return;
  const { input, error, position } = result.finding;
  console.log(`\n${target}: input ${position} of seed ${seed}`);
  console.log(JSON.stringify(new TextDecoder().decode(input)));
  console.log(error);
  console.log(`kept as ${await keepInput(target, input)}; see it again:`);
  console.log(`  deno task fuzz --target=${target} --seed=${seed} --inputs=${inputs}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
