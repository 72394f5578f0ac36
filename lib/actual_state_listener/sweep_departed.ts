/**
 * Removes what departed DEAs left behind. Readers do not see it any more; this only keeps the store from
 * filling up (HAZ-22). Each DEA's removal is guarded by its presence key being absent, so that one that
 * comes back meanwhile keeps what is its own (HAZ-11, REG-07, I12).
 *
 * @module
 */

import { readPresence } from "../store/collections/actual_state.ts";
import { commitUnits } from "../store/commit_units.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Guard, Mutation, Store } from "../store/store.ts";
import type { DeaCache } from "./dea_cache.ts";

/** What sweeping needs. */
export interface SweepDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly cache: DeaCache;
}

/**
 * Removes the records of DEAs that are not present and returns which DEAs those were.
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function sweepDeparted(deps: SweepDeps): Promise<readonly string[]> {
  const { store, layout, fence, cache } = deps;
  await cache.ensureLoaded();
  const { deaGuids: present } = await readPresence(store, layout);
  const departed = cache.deaGuids.filter((deaGuid) => !present.has(deaGuid));
  const units = departed.map((deaGuid) => ({
    guards: [{ kind: "absent", key: layout.presenceKey(deaGuid) }] satisfies Guard[],
    mutations: [{
      kind: "delete_prefix",
      prefix: layout.deaPrefix(deaGuid),
    }] satisfies Mutation[],
  }));
  cache.doubt(departed); // If this fails, any of it may have been done.
  const results = await commitUnits(store, units, { fence });
  cache.trust(departed);
  const gone: string[] = [];
  for (const [position, result] of results.entries()) {
    const deaGuid = departed[position];
    if (!result.committed || deaGuid === undefined) continue;
    cache.recognize({ revisions: [result.revision], changes: 0 });
    cache.forget(deaGuid);
    gone.push(deaGuid);
  }
  return gone;
}
