/**
 * The view of the fleet and who lives on it: listing and judging everything from cold, the memory it takes,
 * judging what changed, answering lookups, and sending what is due. A real etcd and a real nats-server
 * stand beside it.
 *
 * @module
 */

import { lookUpAppStates } from "../../../lib/api/mirrored_app_states.ts";
import { MirroredAnalyzer } from "../../../lib/analyzer/mirrored_analyzer.ts";
import { FleetMirror } from "../../../lib/mirror/fleet_mirror.ts";
import { parseAppKey } from "../../../lib/models/app_key.ts";
import { commitMutations } from "../../../lib/store/commit_units.ts";
import { UNFENCED } from "../../../lib/store/fence.ts";
import type { Store } from "../../../lib/store/store.ts";
import { benchDeps } from "../bench_deps.ts";
import { openBenchStore } from "../bench_store.ts";
import { progress } from "../progress.ts";
import type { Measurement } from "../results.ts";
import { quantile, rounded } from "../samples.ts";
import type { Findings } from "../section.ts";
import { BenchFleet } from "./bench_fleet.ts";
import { measureSending } from "./sending.ts";

const FRESHNESS_TTL_SECONDS = 30;
/** Apps that change at a time, and how often. */
const CHANGED = 1_000;
const ROUNDS = 60;
/** How long changes may take to reach the view, in milliseconds. */
const GATHER_MS = 100;
const LOOKUPS = 100_000;
const ASKERS = 50;

const RULES = {
  ...{ pollingIntervalSeconds: 10, timeoutSeconds: 600, gracePeriodSeconds: 30 },
  ...{ crashesBeforeBackoff: 3, startingBackoffSeconds: 30, maximumBackoffSeconds: 960 },
  crashCountTtlSeconds: 1_920,
};

/** What is measured. */
export interface MirrorBenchOptions {
  /** Apps of one instance, 100 on a DEA, all as desired. */
  readonly apps: number;
  /** Starts that the sender is given. */
  readonly starts: number;
  readonly signal: AbortSignal;
}

/** Measures the view and who lives on it. */
export async function benchMirror(options: MirrorBenchOptions): Promise<Findings> {
  await using opened = await openBenchStore({ type: "etcd", nodes: 1 });
  const { store } = opened;
  const fleet = new BenchFleet(options.apps);
  await fleet.store(store);
  progress(`mirror: ${options.apps} apps are stored`);
  const measurements = [
    ...await measureView(store, fleet),
    ...await measureSending(options.starts),
  ];
  const labels = { apps: options.apps };
  const notes = [
    "The analyzer's, the lookups' and the sender's own process; etcd and NATS stand beside it.",
    `An incremental analysis is of ${CHANGED} apps, ${ROUNDS} times: its 99 % is the slowest but none.`,
    ...(gc === undefined
      ? ["Memory was measured without a collection before it: it is too high."]
      : []),
  ];
  return {
    measurements: measurements.map((one) => ({ ...one, labels: { ...labels, ...one.labels } })),
    series: [],
    notes,
  };
}

async function measureView(store: Store, fleet: BenchFleet): Promise<Measurement[]> {
  const deps = { ...benchDeps(), store };
  const actualFreshnessTtlSeconds = FRESHNESS_TTL_SECONDS;
  const before = heapBytes();
  const startedMs = performance.now();
  const mirror = new FleetMirror({ ...deps, actualFreshnessTtlSeconds });
  const stop = new AbortController();
  const running = mirror.run(stop.signal);
  try {
    using analyzer = new MirroredAnalyzer({
      ...{ ...deps, mirror, config: RULES, actualFreshnessTtlSeconds },
      ...{ fence: UNFENCED, passesPerComparison: 0 },
    });
    await mirror.caughtUp();
    const listedSeconds = (performance.now() - startedMs) / 1000;
    await analyzer.pass();
    const analysedSeconds = (performance.now() - startedMs) / 1000;
    progress(
      `mirror: listed in ${listedSeconds.toFixed(1)} s, analysed ${analysedSeconds.toFixed(1)} s`,
    );
    const bytes = (heapBytes() - before) / fleet.apps;
    return [
      figure("view listed from cold", listedSeconds, "s"),
      figure("analyzer from cold: listed and analysed", analysedSeconds, "s"),
      figure("view, desired and actual together", bytes, "bytes an instance"),
      ...await measureChanges({ store, fleet, analyzer }),
      ...await measureLookups(
        fleet,
        lookUpAppStates({ ...deps, mirror, actualFreshnessTtlSeconds }),
      ),
    ];
  } finally {
    stop.abort();
    await running;
  }
}

async function measureChanges(
  { store, fleet, analyzer }: {
    readonly store: Store;
    readonly fleet: BenchFleet;
    readonly analyzer: MirroredAnalyzer;
  },
): Promise<Measurement[]> {
  const { time } = benchDeps();
  const times: number[] = [];
  const changed = Math.min(CHANGED, fleet.apps);
  for (let round = 0; round < ROUNDS; round += 1) {
    await commitMutations(store, fleet.changes(round, changed), { fence: UNFENCED });
    await time.sleep(GATHER_MS);
    const startedMs = performance.now();
    const { apps } = await analyzer.pass();
    times.push(performance.now() - startedMs);
    if (apps < changed) throw new Error(`Cannot measure: ${apps} of ${changed} apps were analysed`);
  }
  const of = { changed };
  return [
    figure("analyzer, incremental, median", quantile(times, 0.5), "ms", of),
    figure("analyzer, incremental, 99 %", quantile(times, 0.99), "ms", of),
  ];
}

async function measureLookups(
  fleet: BenchFleet,
  read: ReturnType<typeof lookUpAppStates>,
): Promise<Measurement[]> {
  const timesMs: number[] = [];
  const startedMs = performance.now();
  let next = 0;
  const ask = async () => {
    while (next < LOOKUPS) {
      const key = fleet.keyOf(next++ * 7_919 % fleet.apps);
      const askedMs = performance.now();
      const app = (await read()).find(parseAppKey(key));
      if (app === undefined) throw new Error(`Cannot measure: ${key} was not found`);
      timesMs.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, ask));
  const seconds = (performance.now() - startedMs) / 1000;
  const of = { askers: ASKERS };
  return [
    figure("lookups, in process", LOOKUPS / seconds, "a second", of),
    figure("lookups, in process, 99 %", quantile(timesMs, 0.99), "ms", of),
  ];
}

function figure(name: string, value: number, unit: string, labels = {}): Measurement {
  return { name, labels, value: rounded(value), unit };
}

/** There when the engine was told to show it. */
const gc = (globalThis as { gc?: () => void }).gc;

function heapBytes(): number {
  gc?.();
  return Deno.memoryUsage().heapUsed;
}
