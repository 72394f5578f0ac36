/**
 * The apps as the store has them, for the API's answers: only from a store that is fresh, and all as of
 * one revision.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { shareCalls } from "../helpers/share_calls.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readApp, readFleet } from "../store/collections/fleet.ts";
import { verifyFreshness } from "../store/collections/freshness.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { ReadAppStates } from "./app_states.ts";

/** What reading takes. */
export interface StoredAppStatesDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly actualFreshnessTtlSeconds: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Reads the fleet of a fresh store, once for all who ask meanwhile (API-07, FRE-21, I17). */
export function readStoredAppStates(deps: StoredAppStatesDeps): ReadAppStates {
  const { store, layout, time, actualFreshnessTtlSeconds } = deps;
  const corruptRecords = new CorruptRecords(deps);
  return shareCalls(async () => {
    const askedAtMs = time.monotonicMs();
    await verifyFreshness(store, layout, { now: time.now(), actualFreshnessTtlSeconds });
    const fleet = await readFleet(store, layout, { corruptRecords });
    return {
      revision: fleet.revision,
      ageSeconds: (time.monotonicMs() - askedAtMs) / 1000,
      find: (id) => readApp(fleet, id),
    };
  });
}
