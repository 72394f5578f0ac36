/**
 * Many runs, one seed after the other, on several cores: each core has a worker, which is handed the next
 * seed when it is done with one.
 *
 * @module
 */

import process from "node:process";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { SimulationOptions, SimulationResult } from "./simulate.ts";
import { SimulationWorker } from "./simulation_worker.ts";

const HOUR_MS = 3_600_000;

/** What to run, and how much of it; the first limit that is reached ends it. */
export interface CampaignOptions extends SimulationOptions {
  readonly runs: number;
  /** Simulated hours. */
  readonly hours: number;
  /** Seconds of real time, after which no run begins. */
  readonly seconds: number;
  /** Workers. */
  readonly jobs: number;
  /** Whether no run begins after one has broken a rule. */
  readonly stopsAtFirst: boolean;
}

/** What came of it. */
export interface Campaign {
  readonly runs: number;
  readonly hours: number;
  /** Real time. */
  readonly minutes: number;
  /** Time of all cores. */
  readonly cpuMinutes: number;
  readonly starts: number;
  readonly stops: number;
  /** How often each kind of fault was injected. */
  readonly faults: ReadonlyMap<string, number>;
  /** Runs that broke a rule, by seed. */
  readonly broken: readonly SimulationResult[];
}

/** Runs worlds. */
export async function runCampaign(
  options: CampaignOptions,
  { time, onResult }: {
    readonly time: TimeProvider;
    readonly onResult: (result: SimulationResult) => void;
  },
): Promise<Campaign> {
  const startedAtMs = time.monotonicMs();
  const cpuBefore = process.cpuUsage();
  const results: SimulationResult[] = [];
  const hours = () => results.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0) / HOUR_MS;
  const isBroken = ({ violations }: SimulationResult) => violations.length > 0;
  let next = 0;
  const isOver = () =>
    next >= options.runs || hours() >= options.hours ||
    time.monotonicMs() - startedAtMs >= options.seconds * 1000 ||
    (options.stopsAtFirst && results.some(isBroken));
  const work = async () => {
    using worker = new SimulationWorker({ time });
    while (!isOver()) {
      const result = await worker.run({ ...options, seed: options.seed + next++ });
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, work));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    runs: results.length,
    hours: hours(),
    minutes: (time.monotonicMs() - startedAtMs) / 60_000,
    cpuMinutes: (user + system) / 60_000_000,
    starts: results.reduce((sum, { starts }) => sum + starts, 0),
    stops: results.reduce((sum, { stops }) => sum + stops, 0),
    faults: addUp(results),
    broken: results.filter(isBroken).sort((a, b) => a.seed - b.seed),
  };
}

function addUp(results: readonly SimulationResult[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { faults } of results) {
    for (const [name, count] of faults) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return new Map([...sums].sort());
}
