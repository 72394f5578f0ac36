/**
 * What the tools read of the store: the fleet and both queues as of one revision, fresh or not.
 *
 * @module
 */

import type { DumpSources } from "../lib/dump/app_dump.ts";
import { readFleetAndQueue } from "../lib/outbox/read_fleet_and_queue.ts";
import { verifyFreshness } from "../lib/store/collections/freshness.ts";
import { NotFreshError } from "../lib/store/store_errors.ts";
import type { Runtime } from "./_runtime.ts";

/** Reads every app and every pending message. */
export async function readStoredDump(runtime: Runtime): Promise<DumpSources> {
  const { fleet, queue } = await readFleetAndQueue(runtime);
  return {
    apps: fleet.apps.values(),
    pendingStarts: queue.starts.map(({ message }) => message),
    pendingStops: queue.stops.map(({ message }) => message),
  };
}

/** Why what is stored must not be acted upon; undefined when it may. */
export async function staleBecause(runtime: Runtime): Promise<string | undefined> {
  const { store, layout, time, config } = runtime;
  const { actualFreshnessTtlSeconds } = config;
  try {
    await verifyFreshness(store, layout, { now: time.now(), actualFreshnessTtlSeconds });
    return undefined;
  } catch (error) {
    if (error instanceof NotFreshError) return error.message;
    throw error;
  }
}
