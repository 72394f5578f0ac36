/**
 * Writes a flush's heartbeats: first what changed of the instances, then the presence of every DEA that
 * was heard, under one lease of the flush's own (design: actual state). Presence comes last, so that a
 * DEA is never present with instances the store does not have yet (STO-01 to STO-05, STO-08, STO-15).
 *
 * DEAs that say nothing new come first, and those that do in portions, each with its own presence: however
 * long it takes to save what is new, no DEA seems to be gone meanwhile that has just been heard.
 *
 * @module
 */

import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { putPresence } from "../store/collections/actual_state.ts";
import { commitMutations } from "../store/commit_units.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";
import type { DeaCache } from "./dea_cache.ts";
import type { FlushTraces } from "./flush_traces.ts";
import type { PendingHeartbeat } from "./heartbeat_inbox.ts";
import { type DeaChanges, planChanges } from "./plan_changes.ts";

/** Changes that are worked out before they are written, so that a first flush of a million fits memory. */
const MUTATIONS_AT_ONCE = 4_096;
/** Transactions under way: while we reckon, the store shall not run out of work. */
const TRANSACTIONS_AT_ONCE = 8;
/** Heartbeats that are worked out without a pause: what is being written meanwhile must go on. */
const HEARTBEATS_PER_TURN = 10;

/** How long DEAs are put under the same lease, in milliseconds. */
const LEASE_USE_MS = 1_000;

/** What saving needs. */
export interface SaveDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly random: Random;
  readonly time: TimeProvider;
  readonly cache: DeaCache;
  /** How long a DEA counts as present after this flush. */
  readonly heartbeatTtlSeconds: number;
  /** Follows what is new until it is saved. @default nobody does */
  readonly traces?: FlushTraces | undefined;
}

/** What saving came to. */
export interface Saved {
  /** When the first of it was saved, in Unix seconds. */
  readonly firstAt: number;
}

/**
 * Saves heartbeats, one of each DEA; there is at least one. When it throws, some of it may be stored and the
 * cache must be told to doubt these DEAs.
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function saveHeartbeats(
  heartbeats: readonly PendingHeartbeat[],
  deps: SaveDeps,
): Promise<Saved> {
  await deps.cache.ensureLoaded();
  const presence = new FlushPresence(deps);
  const changed: PendingHeartbeat[] = [];
  const same: string[] = [];
  for (const pending of heartbeats) {
    if (saysTheSame(pending, deps.cache)) same.push(pending.deaGuid);
    else changed.push(pending);
  }
  await presence.save(same);
  const onSaved = changed.length === 0 ? undefined : deps.traces?.begin();
  await new PortionWriter({ ...deps, presence, onSaved }).save(changed);
  return { firstAt: presence.firstAt ?? deps.time.now() };
}

/** Works out what one portion writes while the one before it is written. */
class PortionWriter {
  readonly #deps: PortionDeps;
  #portion: Portion = { heard: [], changes: [], mutations: 0 };
  #saving: Promise<void> = Promise.resolve();

  constructor(deps: PortionDeps) {
    this.#deps = deps;
  }

  /** Whether it worked or not, nothing is being written any more when this settles. */
  async save(heartbeats: readonly PendingHeartbeat[]): Promise<void> {
    try {
      for (const [count, pending] of heartbeats.entries()) {
        if (count % HEARTBEATS_PER_TURN === HEARTBEATS_PER_TURN - 1) {
          await this.#deps.time.breathe();
        }
        this.#plan(pending);
        if (this.#portion.mutations >= MUTATIONS_AT_ONCE) await this.#begin();
      }
      await this.#begin();
    } finally {
      await this.#saving;
    }
  }

  #plan(pending: PendingHeartbeat): void {
    const { cache, layout } = this.#deps;
    const { deaGuid } = pending;
    const changes = planChanges(pending, { known: cache.known(deaGuid), layout });
    this.#portion.heard.push(deaGuid);
    if (changes === undefined) return;
    this.#portion.changes.push(changes);
    this.#portion.mutations += changes.mutations.length;
  }

  /** Begins to write the portion when the one before it is written. */
  async #begin(): Promise<void> {
    const portion = this.#portion;
    this.#portion = { heard: [], changes: [], mutations: 0 };
    await this.#saving;
    this.#saving = savePortion(portion, this.#deps);
    // It is awaited in any case, but perhaps not before it fails.
    this.#saving.catch(() => {});
  }
}

/** What writing portions needs. */
interface PortionDeps extends SaveDeps {
  readonly presence: FlushPresence;
  /** Is told what was written of instances. */
  readonly onSaved: ((mutations: readonly Mutation[]) => void) | undefined;
}

/** Some of a flush's DEAs. */
interface Portion {
  readonly heard: string[];
  readonly changes: DeaChanges[];
  mutations: number;
}

function saysTheSame(pending: PendingHeartbeat, cache: DeaCache): boolean {
  const { deaGuid, bytes } = pending;
  return bytes === cache.known(deaGuid).bytes;
}

async function savePortion(
  { changes, heard }: Portion,
  deps: PortionDeps,
): Promise<void> {
  await commitChanges(changes, deps);
  await deps.presence.save(heard);
}

/** DEAs of one flush differ, and so do the instances of one DEA: no key is touched twice. */
async function commitChanges(
  changes: readonly DeaChanges[],
  deps: PortionDeps,
): Promise<void> {
  const { store, fence, cache } = deps;
  const mutations = changes.flatMap((dea) => dea.mutations);
  const revisions = await commitMutations(store, mutations, {
    fence,
    concurrency: TRANSACTIONS_AT_ONCE,
  });
  deps.onSaved?.(mutations);
  cache.recognize({ revisions, changes: mutations.length });
  for (const { deaGuid, known } of changes) cache.commit(deaGuid, known);
}

/** Writes presence under the flush's own lease, or several when it takes long. */
class FlushPresence {
  readonly #deps: SaveDeps;
  #lease = 0;
  #grantedAtMs = 0;
  #firstAt: number | undefined;

  constructor(deps: SaveDeps) {
    this.#deps = deps;
  }

  /** When the first DEA was saved, in Unix seconds; undefined before. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  async save(deaGuids: readonly string[]): Promise<void> {
    if (deaGuids.length === 0) return;
    const { store, layout, fence, time } = this.#deps;
    const lease = await this.#freshLease();
    const mutations = deaGuids.map((deaGuid) => putPresence(layout, { deaGuid, lease }));
    await commitMutations(store, mutations, { fence });
    this.#firstAt ??= time.now();
  }

  /** One that has its whole time before it, give or take a second. */
  async #freshLease(): Promise<number> {
    const { store, random, time, heartbeatTtlSeconds } = this.#deps;
    const nowMs = time.monotonicMs();
    if (this.#lease !== 0 && nowMs - this.#grantedAtMs < LEASE_USE_MS) return this.#lease;
    const lease = random.leaseId();
    await store.grantLease(lease, heartbeatTtlSeconds);
    this.#lease = lease;
    this.#grantedAtMs = nowMs;
    return lease;
  }
}
