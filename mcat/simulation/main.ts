/**
 * `deno task simulate [--profile=quick|ci|year] [flags]`: runs worlds, each from a seed that is printed, on
 * as many cores as there are, until there were enough runs or hours, or the time is over; and says how much
 * was simulated, which faults were injected, and what broke. A run is repeated exactly by its seed. Exits 1
 * when a rule was broken, after having shrunk the first run that broke one. `docs/simulation.md` has the
 * flags.
 *
 * @module
 */

import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { type CampaignOptions, runCampaign } from "./campaign.ts";
import { commitName } from "./commit_name.ts";
import { Flags } from "./flags.ts";
import { reportCampaign, reportRun } from "./report.ts";
import { shrink } from "./shrink.ts";
import type { SimulationOptions } from "./simulate.ts";

/** Worlds that cost least: what happens to one app does not hang on how many others there are. */
const SMALL = { apps: 20, deas: 5, faultMinutes: 15 };

/** How much is simulated, unless flags say otherwise. */
const PROFILES: Readonly<Record<string, Partial<CampaignOptions>>> = {
  quick: { runs: 10 },
  // What fits into the gate, always the same worlds: see docs/simulation.md.
  ci: { ...SMALL, seed: 1, hours: 500 },
  year: { ...SMALL, hours: 8_766 },
};

async function main(args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const profile = flags.text("profile") ?? "quick";
  const chosen = PROFILES[profile];
  if (chosen === undefined) {
    throw new Error(
      `Cannot use --profile=${profile}: ${Object.keys(PROFILES).join(", ")} are known`,
    );
  }
  const seed = flags.number("seed") ?? chosen.seed ??
    Math.floor(new RealRandom().fraction() * 2 ** 32);
  const options: CampaignOptions = {
    seed,
    runs: flags.number("runs") ?? (flags.has("seed") ? 1 : chosen.runs ?? Infinity),
    hours: flags.number("hours") ?? chosen.hours ?? Infinity,
    seconds: flags.number("seconds") ?? chosen.seconds ?? Infinity,
    apps: flags.number("apps") ?? chosen.apps ?? 200,
    deas: flags.number("deas") ?? chosen.deas ?? 8,
    faultMinutes: flags.number("minutes") ?? chosen.faultMinutes ?? 30,
    jobs: flags.number("jobs") ?? navigator.hardwareConcurrency,
    without: flags.list("without"),
    ...(flags.has("only") ? { only: flags.span("only") ?? { from: 0, until: 0 } } : {}),
    stopsAtFirst: !flags.has("all"),
  };
  const shrinks = !flags.has("no-shrink");
  flags.requireNoOthers();
  const commit = await commitName();
  console.log(`seed ${seed}, commit ${commit}, ${options.apps} apps on ${options.deas} DEAs`);
  const time = new RealTimeProvider();
  const campaign = await runCampaign(options, { time, onResult: (run) => reportRun(run) });
  reportCampaign(campaign);
  const [broken] = campaign.broken;
  if (broken === undefined) return 0;
  // What stands still cannot be shrunk: each attempt would have to be waited for.
  if (shrinks && broken.standsStill !== true) {
    await reportShrunk({ ...options, seed: broken.seed }, commit);
  }
  return 1;
}

/** Says how to see the first violation again with as little around it as can be. */
async function reportShrunk(options: SimulationOptions, commit: string): Promise<void> {
  console.log(`shrinking seed ${options.seed} ...`);
  const { options: small, result } = await shrink(options, {
    say: (said) => console.log(`  ${said}`),
  });
  reportRun(result);
  const { from = 0, until = 0 } = small.only ?? {};
  const flags = [
    `--seed=${small.seed}`,
    `--apps=${small.apps}`,
    `--deas=${small.deas}`,
    `--minutes=${small.faultMinutes}`,
    ...(small.only === undefined ? [] : [`--only=${from}-${until}`]),
    ...(small.without?.length ? [`"--without=${small.without.join(",")}"`] : []),
  ];
  console.log(`see it again, at commit ${commit}:\n  deno task simulate ${flags.join(" ")}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
