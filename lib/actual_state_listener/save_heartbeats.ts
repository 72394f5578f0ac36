/**
 * Writes a flush's heartbeats: first what changed of the instances, then the presence of every DEA that
 * was heard, under one lease of the flush's own (design: actual state). Presence comes last, so that a
 * DEA is never present with instances the store does not have yet (STO-01 to STO-05, STO-08, STO-15).
 *
 * @module
 */

import type { Random } from "../helpers/random.ts";
import { putPresence } from "../store/collections/actual_state.ts";
import { commitUnits } from "../store/commit_units.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";
import type { DeaCache } from "./dea_cache.ts";
import type { PendingHeartbeat } from "./heartbeat_inbox.ts";
import { type DeaChanges, planChanges } from "./plan_changes.ts";

/** Changes that are worked out before they are written, so that a first flush of a million fits memory. */
const MUTATIONS_AT_ONCE = 50_000;

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
 * dropped.
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

async function commitChanges(changes: readonly DeaChanges[], deps: SaveDeps): Promise<void> {
  const { store, fence, cache } = deps;
  await commitUnits(store, changes.flatMap((dea) => dea.mutations.map(unguarded)), { fence });
  for (const { deaGuid, known } of changes) cache.commit(deaGuid, known);
}

async function savePresence(
  heartbeats: readonly PendingHeartbeat[],
  deps: SaveDeps,
): Promise<void> {
  const { store, layout, fence, random } = deps;
  const lease = random.leaseId();
  await store.grantLease(lease, deps.heartbeatTtlSeconds);
  const units = heartbeats.map(({ deaGuid }) => unguarded(putPresence(layout, { deaGuid, lease })));
  await commitUnits(store, units, { fence });
}

function unguarded(mutation: Mutation) {
  return { guards: [], mutations: [mutation] };
}
