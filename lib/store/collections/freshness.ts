/**
 * Freshness: whether what is stored may be acted upon (behaviour.md 6). Actual state is fresh once its
 * key has lasted a whole TTL without a break, for only then has every DEA had its say; desired state is
 * fresh while its key exists. How long a key lasts is its lease's business, and so the store's clock's;
 * how old it is, is the reader's now against the writer's timestamp (FRE-22).
 *
 * @module
 */

import type { Fence } from "../fence.ts";
import { fencedTransact } from "../fence.ts";
import type { StoreLayout } from "../layout.ts";
import type { Guard, Store } from "../store.ts";
import { NotFreshError, StoreUnavailableError } from "../store_errors.ts";
import { formatFreshness, parseFreshness } from "./freshness_record.ts";

/** How often a bump is tried when others write the key at the same time. */
const BUMP_ATTEMPTS_MAX = 5;

/** What a bump needs. */
export interface BumpOptions {
  /** `layout.actualFreshKey` or `layout.desiredFreshKey`. */
  readonly key: string;
  /** How long the key lasts unless it is bumped again. */
  readonly ttlSeconds: number;
  /** Unix seconds. */
  readonly now: number;
  /** The id of the lease that the bump grants itself: `random.leaseId()`. */
  readonly lease: number;
  readonly fence: Fence;
}

/**
 * Makes the freshness key last another TTL. A timestamp that is there stays (FRE-02); if there is none,
 * or one that cannot be read or lies in the future, it is `now` (FRE-01; replaces FRE-07; HAZ-04).
 * Returns the revision at which the key was put.
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function bumpFreshness(store: Store, options: BumpOptions): Promise<number> {
  const { key, now, lease, fence } = options;
  await store.grantLease(lease, options.ttlSeconds);
  for (let attempt = 1; attempt <= BUMP_ATTEMPTS_MAX; attempt += 1) {
    const { guards, since } = await lookAt(store, key);
    const value = formatFreshness(since === undefined || since > now ? now : since);
    const mutations = [{ kind: "put", key, value, lease }] as const;
    const result = await fencedTransact(store, { guards, mutations }, fence);
    if (result.committed) return result.revision;
  }
  throw new StoreUnavailableError(
    `Cannot bump "${key}": others wrote it in each of ${BUMP_ATTEMPTS_MAX} attempts`,
  );
}

/**
 * The timestamp that is stored, and what guards against its being another by now. If it cannot be read it
 * counts as absent, whatever it is: trust begins anew, which errs on the side of silence (FRE-09).
 */
async function lookAt(
  store: Store,
  key: string,
): Promise<{ readonly guards: readonly Guard[]; readonly since: number | undefined }> {
  try {
    const entry = await store.get(key);
    if (entry === undefined) return { guards: [{ kind: "absent", key }], since: undefined };
    const guards = [{ kind: "modified_at", key, revision: entry.modRevision }] as const;
    return { guards, since: parseFreshness(entry.value) };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return { guards: [], since: undefined };
  }
}

/**
 * Ends freshness at once (FRE-10); no error if there is none.
 *
 * @throws {LeadershipLostError} when another process leads
 */
export async function revokeFreshness(
  store: Store,
  options: { readonly key: string; readonly fence: Fence },
): Promise<void> {
  const { key, fence } = options;
  await fencedTransact(store, { guards: [], mutations: [{ kind: "delete", key }] }, fence);
}

/** Whether one kind of state is fresh. */
export interface FreshnessStatus {
  /** Whether decisions may rest on it. */
  readonly fresh: boolean;
  /** Unix seconds of the first bump since the key was last absent; undefined if absent or unreadable. */
  readonly since?: number;
}

/** Whether what is stored is fresh. */
export interface Freshness {
  /** Fresh when the listener's bumps have lasted for a whole TTL. */
  readonly actual: FreshnessStatus;
  /** Fresh when a fetch succeeded within its TTL. */
  readonly desired: FreshnessStatus;
}

/** What reading freshness needs. */
export interface ReadFreshnessOptions {
  /** Unix seconds. */
  readonly now: number;
  /** How long the actual freshness key must have lasted before it counts. */
  readonly actualFreshnessTtlSeconds: number;
}

/** Whether actual state that was first bumped at `since` (Unix seconds) is fresh (FRE-03, FRE-04). */
export function isActualFresh(since: number, options: ReadFreshnessOptions): boolean {
  return options.now - since >= options.actualFreshnessTtlSeconds;
}

/** The values of both freshness keys; undefined for one that is absent. */
export interface StoredFreshness {
  readonly actual: string | undefined;
  readonly desired: string | undefined;
}

/** What the values of both keys say (FRE-03 to FRE-06, FRE-12, FRE-13). */
export function judgeFreshness(
  { actual, desired }: StoredFreshness,
  options: ReadFreshnessOptions,
): Freshness {
  const actualSince = actual === undefined ? undefined : parseFreshness(actual);
  const desiredSince = desired === undefined ? undefined : parseFreshness(desired);
  return {
    desired: statusOf(desired !== undefined, desiredSince),
    actual: statusOf(actualSince !== undefined && isActualFresh(actualSince, options), actualSince),
  };
}

/** Reads both freshness keys, desired before actual (FRE-20). */
export async function readFreshness(
  store: Store,
  layout: StoreLayout,
  options: ReadFreshnessOptions,
): Promise<Freshness> {
  const desired = await store.get(layout.desiredFreshKey);
  const actual = await store.get(layout.actualFreshKey);
  return judgeFreshness({ desired: desired?.value, actual: actual?.value }, options);
}

/**
 * Returns if both actual and desired state may be acted upon (FRE-15 to FRE-18).
 *
 * @throws {NotFreshError} naming what is stale
 * @throws {StoreUnavailableError} when it cannot be read, whatever is stale (FRE-20)
 */
export async function verifyFreshness(
  store: Store,
  layout: StoreLayout,
  options: ReadFreshnessOptions,
): Promise<void> {
  requireFresh(await readFreshness(store, layout, options), options);
}

/**
 * Returns if both may be acted upon, for whoever has read them.
 *
 * @throws {NotFreshError} naming what is stale
 */
export function requireFresh(freshness: Freshness, options: ReadFreshnessOptions): void {
  const { actual, desired } = freshness;
  if (actual.fresh && desired.fresh) return;
  const stale = actual.fresh ? "desired" : desired.fresh ? "actual" : "both";
  const reasons = [
    ...(actual.fresh ? [] : [describeActual(actual, options)]),
    ...(desired.fresh ? [] : ["no desired state was fetched of late"]),
  ];
  throw new NotFreshError(stale, `Cannot act on what is stored: ${reasons.join("; ")}`);
}

function statusOf(fresh: boolean, since: number | undefined): FreshnessStatus {
  return since === undefined ? { fresh } : { fresh, since };
}

function describeActual(actual: FreshnessStatus, options: ReadFreshnessOptions): string {
  const needed = `${options.actualFreshnessTtlSeconds} s of heartbeats saved without a break`;
  if (actual.since === undefined) return `no heartbeats were saved of late, needed are ${needed}`;
  return `heartbeats were saved for ${options.now - actual.since} s, needed are ${needed}`;
}
