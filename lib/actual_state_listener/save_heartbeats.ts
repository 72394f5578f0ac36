/**
 * Writes a flush's heartbeats: first what changed of the instances, then the presence of every DEA that
 * was heard, under one lease of the flush's own (design: actual state). Presence comes last, so that a
 * DEA is never present with instances the store does not have yet (STO-01 to STO-05, STO-08, STO-15).
 *
 * @module
 */

import type { Random } from "../helpers/random.ts";
import { putPresence } from "../store/collections/actual_state.ts";
import { commitMutations } from "../store/commit_units.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { DeaCache } from "./dea_cache.ts";
import type { PendingHeartbeat } from "./heartbeat_inbox.ts";
import { type DeaChanges, planChanges } from "./plan_changes.ts";

/** Changes that are worked out before they are written, so that a first flush of a million fits memory. */
const MUTATIONS_AT_ONCE = 16_384;

/** What saving needs. */
export interface SaveDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly random: Random;
  readonly cache: DeaCache;
  /** How long a DEA counts as present after this flush. */
  readonly heartbeatTtlSeconds: number;
}

/**
 * Saves heartbeats, one of each DEA. When it throws, some of it may be stored and the cache must be
 * told to doubt these DEAs.
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function saveHeartbeats(
  heartbeats: readonly PendingHeartbeat[],
  deps: SaveDeps,
): Promise<void> {
  await deps.cache.ensureLoaded();
  let waiting: DeaChanges[] = [];
  let mutations = 0;
  for (const pending of heartbeats) {
    const changes = planChanges(pending, {
      known: deps.cache.known(pending.deaGuid),
      layout: deps.layout,
    });
    if (changes === undefined) continue;
    waiting.push(changes);
    mutations += changes.mutations.length;
    if (mutations < MUTATIONS_AT_ONCE) continue;
    await commitChanges(waiting, deps);
    waiting = [];
    mutations = 0;
  }
  await commitChanges(waiting, deps);
  await savePresence(heartbeats, deps);
}

/** DEAs of one flush differ, and so do the instances of one DEA: no key is touched twice. */
async function commitChanges(changes: readonly DeaChanges[], deps: SaveDeps): Promise<void> {
  const { store, fence, cache } = deps;
  const mutations = changes.flatMap((dea) => dea.mutations);
  const revisions = await commitMutations(store, mutations, { fence });
  cache.recognize({ revisions, changes: mutations.length });
  for (const { deaGuid, known } of changes) cache.commit(deaGuid, known);
}

async function savePresence(
  heartbeats: readonly PendingHeartbeat[],
  deps: SaveDeps,
): Promise<void> {
  const { store, layout, fence, random } = deps;
  const lease = random.leaseId();
  await store.grantLease(lease, deps.heartbeatTtlSeconds);
  const mutations = heartbeats.map(({ deaGuid }) => putPresence(layout, { deaGuid, lease }));
  await commitMutations(store, mutations, { fence });
}
