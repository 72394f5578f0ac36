/**
 * The apps as a mirror of the fleet has them, once it has caught up with the store: a lookup costs what is
 * looked up, however many apps there are, and is as current as one that reads the store.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import { appKey } from "../models/app_key.ts";
import { judgeFreshness, requireFresh } from "../store/collections/freshness.ts";
import type { ReadAppStates } from "./app_states.ts";

/** What looking up takes. */
export interface MirroredAppStatesDeps {
  readonly mirror: FleetMirror;
  readonly time: TimeProvider;
  readonly actualFreshnessTtlSeconds: number;
}

/** Looks apps up, while the store is fresh (API-07, FRE-21). */
export function lookUpAppStates(deps: MirroredAppStatesDeps): ReadAppStates {
  const { mirror, time, actualFreshnessTtlSeconds } = deps;
  return async () => {
    const askedAtMs = time.monotonicMs();
    const view = await mirror.caughtUp();
    const options = { now: time.now(), actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    return {
      revision: view.revision,
      ageSeconds: (time.monotonicMs() - askedAtMs) / 1000,
      find: (id) => view.app(appKey(id)),
    };
  };
}
