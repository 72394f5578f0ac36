/**
 * What the machine can do right now, in the terms of what is measured on it: one that others use too is half
 * as fast in one quarter of an hour as in another, so a figure says more as a ratio to this. Taken before
 * each run, on servers of the same kind that nobody else uses:
 *
 * - plain puts: instance records as the listener lays them out, in transactions as large as its own, four
 *   at once, and nothing else. No listener can be faster than this.
 * - heartbeats parsed: `JSON.parse` of what a DEA with a hundred instances says, again and again. What a
 *   listener would need that parsed every heartbeat and did nothing more.
 *
 * @module
 */

import { parseHeartbeat } from "../../../lib/models/heartbeat.ts";
import { putInstance } from "../../../lib/store/collections/actual_state.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import { ETCD_OPERATIONS_MAX, startBenchEtcd } from "../bench_etcd.ts";
import { openAt } from "../bench_store.ts";
import type { Measurement } from "../results.ts";
import { FleetModel } from "./fleet_model.ts";
import { INSTANCES_PER_DEA } from "./workload.ts";

/** Records that are put: as many as there will be, in these bounds. */
const RECORDS_MIN = 20_000;
const RECORDS_MAX = 200_000;
/** As many transactions as the listener has under way. */
const TRANSACTIONS_AT_ONCE = 4;
/** A prime, so that every DEA has its turn. */
const STRIDE = 7_919;
/** For so long heartbeats are parsed, in milliseconds. */
const PARSING_MS = 500;

/** What the machine can do. */
export interface Yardstick {
  /** Records a second. */
  readonly putsPerSecond: number;
  /** Heartbeats a second, each of a hundred instances. */
  readonly parsedPerSecond: number;
}

/** Measures it, in some seconds. */
export async function measureYardstick(
  { nodes, apps }: { readonly nodes: 1 | 3; readonly apps: number },
): Promise<Yardstick> {
  const records = Math.min(RECORDS_MAX, Math.max(RECORDS_MIN, apps));
  return { putsPerSecond: await measurePuts(nodes, records), parsedPerSecond: measureParsing() };
}

async function measurePuts(nodes: 1 | 3, records: number): Promise<number> {
  await using etcd = await startBenchEtcd({ nodes });
  const store = await openAt("etcd", { urls: etcd.urls });
  const layout = new StoreLayout({ schemaVersion: 1 });
  const fleet = quietFleet(records);
  try {
    // Made before the clock runs: what is measured is the store.
    const deas = inNoOrder(fleet.deas).map((dea) =>
      parseHeartbeat(fleet.heartbeat(dea) ?? "").heartbeat.instances
        .map((instance) => putInstance(layout, instance))
    );
    const deasAtOnce = Math.floor(ETCD_OPERATIONS_MAX / INSTANCES_PER_DEA);
    const startedMs = performance.now();
    const work = async () => {
      while (deas.length > 0) {
        await store.transact({ guards: [], mutations: deas.splice(0, deasAtOnce).flat() });
      }
    };
    await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, work));
    return records / ((performance.now() - startedMs) / 1000);
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

function measureParsing(): number {
  const text = new TextDecoder().decode(quietFleet(INSTANCES_PER_DEA).heartbeat(0));
  const startedMs = performance.now();
  let parsed = 0;
  while (performance.now() - startedMs < PARSING_MS) {
    JSON.parse(text);
    parsed += 1;
  }
  return parsed / ((performance.now() - startedMs) / 1000);
}

/** The workload's, of which nothing has crashed. */
export function quietFleet(apps: number): FleetModel {
  return new FleetModel({
    apps,
    instancesPerDea: INSTANCES_PER_DEA,
    crashedFraction: 0,
    empty: false,
    now: () => 1_700_000_000,
  });
}

/** DEAs speak in no order: neighbours in time are none in the store. The same each time. */
function inNoOrder(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number * STRIDE % count);
}

/** The yardstick as a report shows it, and what was measured in terms of it. */
export function inTermsOf(
  { putsPerSecond, parsedPerSecond }: Yardstick,
  { measurements, apps, periodSeconds }: {
    readonly measurements: readonly Measurement[];
    readonly apps: number;
    readonly periodSeconds: number;
  },
): Measurement[] {
  const valueOf = (name: string, labels: Record<string, string> = {}) =>
    measurements.find((one) =>
      one.name === name &&
      Object.entries(labels).every(([label, value]) => one.labels[label] === value)
    )?.value;
  const ratio = (name: string, value: number | undefined, to: number): Measurement[] =>
    value === undefined
      ? []
      : [{ name, labels: {}, value: Math.round(value / to * 100) / 100, unit: "times" }];
  const putSeconds = apps / putsPerSecond;
  const parsingPercent = 100 * apps / INSTANCES_PER_DEA / periodSeconds / parsedPerSecond;
  const listener = { process: "actual_state_listener", phase: "steady" };
  return [
    rate("yardstick: plain puts", putsPerSecond),
    rate("yardstick: heartbeats parsed", parsedPerSecond),
    ...ratio("all stored, to as many plain puts", valueOf("all stored"), putSeconds),
    ...ratio("listener, steady, to parsing alone", valueOf("cpu", listener), parsingPercent),
  ];
}

function rate(name: string, value: number): Measurement {
  return { name, labels: {}, value: Math.round(value), unit: "/s" };
}
