/**
 * Figures as they stand in the store, so that whoever looks sees those of the whole platform, and counters
 * outlive the process that counted: a decimal number with five places under `{root}/metrics/{name}`, without
 * a lease (MET-24, REG-41). How they are written is in `record_metrics.ts`.
 *
 * @module
 */

import type { MetricName } from "../../helpers/metric_catalog.ts";
import { ParseError, quoteValue } from "../../models/parse_error.ts";
import type { StoreLayout } from "../layout.ts";
import type { Entry, Mutation, Store } from "../store.ts";
import { corruptRecordsOf } from "./corrupt_records.ts";
import type { ReadOptions } from "./read_options.ts";

const PLACES = 5;

/** What a figure reads as that nobody recorded (MET-25). */
const ABSENT = -1;

/**
 * The ten figures that components store besides the state of the fleet (MET-18). A `sum` is added to, over
 * all processes there ever were; `latest` replaces what was there.
 */
export const STORED_COUNTERS = {
  "StartCrashed": "sum",
  "StartMissing": "sum",
  "StartEvacuating": "sum",
  "StopExtra": "sum",
  "StopDuplicate": "sum",
  "StopEvacuationComplete": "sum",
  "DesiredStateSyncTimeInMilliseconds": "latest",
  "ActualStateListenerStoreUsagePercentage": "latest",
  "ReceivedHeartbeats": "latest",
  "SavedHeartbeats": "latest",
} as const satisfies Partial<Record<MetricName, "sum" | "latest">>;

/** The name of one of {@linkcode STORED_COUNTERS}. */
export type StoredCounterName = keyof typeof STORED_COUNTERS;

/** The six counters of messages that were sent. */
export const MESSAGE_COUNTERS = [
  "StartCrashed",
  "StartMissing",
  "StartEvacuating",
  "StopExtra",
  "StopDuplicate",
  "StopEvacuationComplete",
] as const satisfies readonly StoredCounterName[];

/** The ten gauges that say how the fleet is, whole numbers, -1 when unknown (MET-03, MET-30). */
export const FLEET_GAUGES = [
  "NumberOfAppsWithAllInstancesReporting",
  "NumberOfAppsWithMissingInstances",
  "NumberOfUndesiredRunningApps",
  "NumberOfRunningInstances",
  "NumberOfMissingIndices",
  "NumberOfCrashedInstances",
  "NumberOfCrashedIndices",
  "NumberOfDesiredApps",
  "NumberOfDesiredInstances",
  "NumberOfDesiredAppsPendingStaging",
] as const satisfies readonly MetricName[];

/** The name of one of {@linkcode FLEET_GAUGES}. */
export type FleetGaugeName = typeof FLEET_GAUGES[number];

/** The name of any figure that is stored. */
export type StoredMetricName = StoredCounterName | FleetGaugeName;

/** A figure as it was read. */
export type MetricReading =
  | { readonly recorded: true; readonly value: number }
  | { readonly recorded: false; readonly value: typeof ABSENT };

/** Stores a figure, whatever it was before. */
export function putMetric(
  layout: StoreLayout,
  metric: { readonly name: StoredMetricName; readonly value: number },
): Mutation {
  return { kind: "put", key: layout.metricKey(metric.name), value: metric.value.toFixed(PLACES) };
}

/**
 * Reads the value of a figure's record.
 *
 * @throws {ParseError} when it is not a decimal number
 */
export function parseMetric(text: string): number {
  const value = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  throw new ParseError("stored figure", "", `${quoteValue(text)} is not a decimal number`);
}

/**
 * Reads one figure.
 *
 * @throws {ParseError} when its record cannot be read
 */
export async function readMetric(
  store: Store,
  layout: StoreLayout,
  metric: { readonly name: StoredMetricName },
): Promise<MetricReading> {
  const entry = await store.get(layout.metricKey(metric.name));
  if (entry === undefined) return { recorded: false, value: ABSENT };
  return { recorded: true, value: parseMetric(entry.value) };
}

/** Reads every figure that is recorded, by name. A corrupt one is skipped and reported. */
export async function readMetrics(
  store: Store,
  layout: StoreLayout,
  options: ReadOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const reporter = corruptRecordsOf(options);
  const values = new Map<string, number>();
  const take = (entry: Entry) => {
    try {
      values.set(entry.key.slice(layout.metricsPrefix.length), parseMetric(entry.value));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      reporter.report(entry, error);
    }
  };
  for await (const page of store.range(layout.metricsPrefix, { revision: options.revision })) {
    page.entries.forEach(take);
  }
  return values;
}

/** The ten counters among what was read, 0 for those that nobody recorded (MET-18). */
export function storedCounters(
  values: ReadonlyMap<string, number>,
): Readonly<Record<StoredCounterName, number>> {
  const names = Object.keys(STORED_COUNTERS) as StoredCounterName[];
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? 0])) as Record<
    StoredCounterName,
    number
  >;
}
