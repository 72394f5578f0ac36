/**
 * The end-to-end benchmark: hm9000 as separate processes looks after a simulated platform. One run is one
 * platform with one or more scenarios on it, one after the other.
 *
 * @module
 */

import { availableMemoryMib } from "../machine.ts";
import { progress } from "../progress.ts";
import type { Measurement } from "../results.ts";
import type { Findings } from "../section.ts";
import type { Patience, Scenario } from "./scenario.ts";
import { badInput } from "./scenarios/bad_input.ts";
import { coldStart } from "./scenarios/cold_start.ts";
import { deaDies, tenthDies } from "./scenarios/dea_dies.ts";
import { lookups } from "./scenarios/lookups.ts";
import { rollingEvacuation } from "./scenarios/rolling_evacuation.ts";
import type { ScenarioName } from "./scenario_names.ts";
import { steady } from "./scenarios/steady.ts";
import { World } from "./world.ts";
import { inTermsOf, measureYardstick } from "./yardstick.ts";

/** Each scenario by its name on the command line. */
const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  "steady": steady,
  "lookups": lookups,
  "dea_dies": deaDies,
  "tenth_dies": tenthDies,
  "rolling_evacuation": rollingEvacuation,
  "bad_input": badInput,
  "cold_start": coldStart,
};

/** One end-to-end run. */
export interface E2eOptions {
  readonly apps: number;
  readonly nodes: 1 | 3;
  readonly periodSeconds: number;
  /** Most starts in one pass of the sender. */
  readonly messageLimit: number;
  /** Whether the sender follows what the platform is seen to take. */
  readonly adaptiveLimit: boolean;
  /** Whether every component is a process of its own. */
  readonly apart: boolean;
  /** One after the other; `cold_start` stands alone. */
  readonly scenarios: readonly ScenarioName[];
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** Memory that a run of so many apps may need, in MiB: components, etcd and the platform together. */
function memoryNeededMib({ apps, nodes }: E2eOptions): number {
  return 1_500 + apps * (8 + 2 * nodes) / 1024;
}

/** Runs the scenarios on a platform of their own. */
export async function runE2e(options: E2eOptions): Promise<Findings> {
  const { apps, nodes, scenarios } = options;
  const needed = memoryNeededMib(options);
  if (availableMemoryMib() < needed) {
    const why = `Left out: about ${Math.round(needed)} MiB of memory are needed`;
    return { measurements: [], series: [], notes: [why] };
  }
  progress(`e2e: ${apps} apps, ${nodes} etcd, ${scenarios.join(", ")}`);
  const cold = scenarios.includes("cold_start");
  const yardstick = await measureYardstick(options);
  await using world = await World.start({
    ...options,
    crashedFraction: cold ? 0 : 0.1,
    newAppsPerPeriod: cold ? 0 : 10,
    empty: cold,
  });
  const measurements: Measurement[] = [];
  for (const name of scenarios) {
    const found = await SCENARIOS[name](world, options.patience);
    found.filter(({ unit }) => unit === "s").forEach(({ name, labels, value }) =>
      labels["process"] === undefined && progress(`e2e:   ${name} ${value} s`)
    );
    measurements.push(...found);
  }
  measurements.push(...inTermsOf(yardstick, { ...options, measurements }));
  const labels = { apps, nodes };
  return {
    measurements: measurements.map((one) => ({ ...one, labels: { ...labels, ...one.labels } })),
    series: world.observer.series,
    notes: notesOf(world, options),
  };
}

function notesOf(world: World, options: E2eOptions): string[] {
  const { observer, platform } = world;
  const { apps, nodes, periodSeconds, messageLimit, adaptiveLimit } = options;
  return [
    `${apps} apps of one instance on ${platform.report?.deas} DEAs, ${nodes} etcd node(s), ` +
    `heartbeat period ${periodSeconds} s, ${
      adaptiveLimit
        ? "starts limited by what is seen to start"
        : `at most ${messageLimit} starts a pass`
    }. ` +
    "Load, servers and all components share this one machine.",
    `The latest simulated heartbeat left ${platform.latestMs} ms after its time.`,
    ...(observer.failures === 0 ? [] : [`etcd did not answer ${observer.failures} looks at it.`]),
    ...world.casualties,
  ];
}
