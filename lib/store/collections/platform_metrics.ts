/**
 * The figures of the whole platform, as whoever looks finds them in the store. What cannot be had is left
 * out or said to be unknown; asking never fails (MET-03 to MET-06).
 *
 * The gauges of the fleet are the analyzer's, from its last pass. They are believed while the store is
 * fresh and an analyzer leads: one that died would leave figures behind that go on looking good.
 *
 * @module
 */

import type { StoreLayout } from "../layout.ts";
import { lockKey } from "../layout.ts";
import type { Store } from "../store.ts";
import { CompactedError, StoreRefusedError, StoreUnavailableError } from "../store_errors.ts";
import { readFreshness } from "./freshness.ts";
import {
  FLEET_GAUGES,
  type FleetGaugeName,
  readMetrics,
  type StoredCounterName,
  storedCounters,
} from "./metrics.ts";
import type { ReadOptions } from "./read_options.ts";

/** What the store says of the platform. */
export interface PlatformMetrics {
  /** Whole numbers, all -1 when they are not known. */
  readonly fleet: Readonly<Record<FleetGaugeName, number>>;
  /** Undefined when they cannot be read. */
  readonly counters: Readonly<Record<StoredCounterName, number>> | undefined;
}

/** What reading needs. */
export interface PlatformMetricsOptions extends ReadOptions {
  /** Unix seconds. */
  readonly now: number;
  /** How long the actual freshness key must have lasted before it counts. */
  readonly actualFreshnessTtlSeconds: number;
}

/** Reads the figures of the platform. */
export async function readPlatformMetrics(
  store: Store,
  layout: StoreLayout,
  options: PlatformMetricsOptions,
): Promise<PlatformMetrics> {
  const values = await unlessStoreFails(() => readMetrics(store, layout, options));
  const known = await unlessStoreFails(() => isFleetKnown(store, layout, options));
  return {
    fleet: fleetGauges(known ? values : undefined),
    counters: values && storedCounters(values),
  };
}

async function isFleetKnown(
  store: Store,
  layout: StoreLayout,
  options: PlatformMetricsOptions,
): Promise<boolean> {
  const { actual, desired } = await readFreshness(store, layout, options);
  return actual.fresh && desired.fresh && await store.get(lockKey("analyzer")) !== undefined;
}

function fleetGauges(
  values: ReadonlyMap<string, number> | undefined,
): Readonly<Record<FleetGaugeName, number>> {
  const gauges = FLEET_GAUGES.map((name) => [name, Math.trunc(values?.get(name) ?? -1)]);
  return Object.fromEntries(gauges) as Record<FleetGaugeName, number>;
}

async function unlessStoreFails<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const kinds = [StoreUnavailableError, StoreRefusedError, CompactedError];
    if (kinds.some((kind) => error instanceof kind)) return undefined; // Said by what is left out.
    throw error;
  }
}
