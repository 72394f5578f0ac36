/**
 * Leadership: of each component one process leads and the others stand by (DMN-10, DMN-11). It needs no
 * more of a store than the contract, so it is the same on all of them: a key that whoever leads has
 * made, attached to a lease of its own (DMN-09: `/hm/locks/<component>`, a random UUID).
 *
 * ```ts
 * await lead({ ...options, component: "analyzer", signal }, (fence, signal) => analyze(fence, signal));
 * ```
 *
 * @module
 */

import { isAbortError } from "../helpers/is_abort_error.ts";
import { linkAbort } from "../helpers/link_abort.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Random } from "../helpers/random.ts";
import { retry } from "../helpers/retry.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { Leadership } from "./held_leadership.ts";
import { lockKey } from "./layout.ts";
import { standBy } from "./stand_by.ts";
import type { Store } from "./store.ts";
import {
  LeadershipLostError,
  LeaseNotFoundError,
  OutcomeUnknownError,
  StoreUnavailableError,
} from "./store_errors.ts";

export { Leadership } from "./held_leadership.ts";

/** What a campaign needs. */
export interface CampaignOptions {
  /** Where the leadership is won and held. */
  readonly store: Store;
  /** Whose leadership is sought: `analyzer`. */
  readonly component: string;
  /** How long a leader that has died blocks the others; one that is alive renews every third of it. */
  readonly ttlSeconds: number;
  /** Paces renewals and pauses by its monotonic clock. */
  readonly time: TimeProvider;
  /** Draws the lease's id and spreads the pauses. */
  readonly random: Random;
  /** Hears of leaderships won, waited for and lost. */
  readonly log: Logger;
  /** Ends the campaign; a leadership that was won is not touched by it. */
  readonly signal: AbortSignal;
  /** Told each time it is looked whether there is a leader, which shows that the waiting goes on. */
  readonly onLook?: () => void;
  /** Told once when another process leads. */
  readonly onStandBy?: () => void;
}

/**
 * Waits until this process leads. A store that cannot be reached is tried again, with pauses, until
 * `signal` is aborted.
 *
 * @throws the reason of `signal` once that is aborted
 * @throws {StoreRefusedError} when the store refuses for good
 * @throws {RangeError} when the time to live is not more than 0 (DMN-14)
 */
export async function campaign(options: CampaignOptions): Promise<Leadership> {
  const { component, log } = options;
  let standingBy = false;
  for (;;) {
    const attempt = await retry({
      ...options,
      work: () => attemptOnce(options),
      isRetryable,
      describe: `lead ${component}`,
    });
    if (attempt.leadership !== undefined) {
      log.info("Leading", { component, epoch: attempt.leadership.epoch });
      return attempt.leadership;
    }
    if (!standingBy) {
      log.info("Standing by, another process leads", { component });
      options.onStandBy?.();
    }
    standingBy = true;
    await waitForEnd(attempt.seenAtRevision, options);
  }
}

/**
 * Leads while `run` runs: campaigns, runs, gives the leadership back. The signal that `run` is given is
 * aborted when the leadership is lost or `options.signal` is aborted; `run` is waited for in any case.
 * Returns when `run` has ended, or was stopped by `options.signal`, even before it could begin.
 *
 * @throws {LeadershipLostError} when the leadership was lost
 * @throws what `run` and {@linkcode campaign} throw
 */
export async function lead(
  options: CampaignOptions,
  run: (fence: Leadership, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const leadership = await campaignUntilAborted(options);
  if (leadership === undefined) return;
  using running = linkAbort(options.signal);
  const stop = () => running.abort(leadership.signal.reason);
  leadership.signal.addEventListener("abort", stop, { once: true });
  if (leadership.signal.aborted) stop();
  let failure: { readonly error: unknown } | undefined;
  try {
    await run(leadership, running.signal);
  } catch (error) {
    if (!isAbortError(error, running.signal)) failure = { error };
  }
  await leadership.resign();
  if (leadership.signal.aborted) throw lossOf(leadership, { ...options, failure });
  if (failure !== undefined) throw failure.error;
}

async function campaignUntilAborted(options: CampaignOptions): Promise<Leadership | undefined> {
  try {
    return await campaign(options);
  } catch (error) {
    if (isAbortError(error, options.signal)) return undefined;
    throw error;
  }
}

function lossOf(
  leadership: Leadership,
  options: { readonly log: Logger; readonly failure: { readonly error: unknown } | undefined },
): unknown {
  const { log, failure } = options;
  if (failure !== undefined && !(failure.error instanceof LeadershipLostError)) {
    const { component } = leadership;
    log.warn("Failed after the leadership was lost", { component, error: failure.error });
  }
  return leadership.signal.reason;
}

interface Attempt {
  /** What was won; undefined if another process leads. */
  readonly leadership: Leadership | undefined;
  /** The other's key was seen at this revision or later. */
  readonly seenAtRevision: number;
}

async function attemptOnce(options: CampaignOptions): Promise<Attempt> {
  const { store, component, ttlSeconds, time, random, log } = options;
  const key = lockKey(component);
  options.onLook?.();
  const seenAtRevision = await store.revision();
  if (await store.get(key) !== undefined) return { leadership: undefined, seenAtRevision };
  const lease = random.leaseId();
  const grantSentAtMs = time.monotonicMs();
  await store.grantLease(lease, ttlSeconds);
  try {
    const result = await makeKey(store, { key, lease, value: random.uuid() });
    if (result.createRevision === undefined) {
      await store.revokeLease(lease);
      return { leadership: undefined, seenAtRevision: result.revision };
    }
    const { createRevision } = result;
    const won = { store, component, key, createRevision, lease, ttlSeconds };
    const leadership = new Leadership({ ...won, grantSentAtMs, time, log });
    return { leadership, seenAtRevision: createRevision };
  } catch (error) {
    await abandon(lease, options);
    throw error;
  }
}

/** Makes the key, unless it is there; `createRevision` says whether it is ours. */
async function makeKey(
  store: Store,
  { key, lease, value }: { readonly key: string; readonly lease: number; readonly value: string },
): Promise<{ readonly revision: number; readonly createRevision: number | undefined }> {
  try {
    const { committed, revision } = await store.transact({
      guards: [{ kind: "absent", key }],
      mutations: [{ kind: "put", key, value, lease }],
    });
    return { revision, createRevision: committed ? revision : undefined };
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error;
    const entry = await store.get(key);
    // If the key is not there it may still come, so this attempt is given up and its lease with it.
    if (entry?.value !== value) throw error;
    return { revision: entry.modRevision, createRevision: entry.createRevision };
  }
}

/** Ends the lease of an attempt whose end is unknown, so that a key which comes late does not stay. */
async function abandon(lease: number, options: CampaignOptions): Promise<void> {
  try {
    await options.store.revokeLease(lease);
  } catch (error) {
    // It ends by itself, since nobody keeps it alive; until then nobody may be able to lead.
    const { component, log } = options;
    log.debug("Could not end the lease of a failed campaign", { component, error });
  }
}

async function waitForEnd(seenAtRevision: number, options: CampaignOptions): Promise<void> {
  const { component, log } = options;
  try {
    await standBy({ ...options, key: lockKey(component), seenAtRevision });
  } catch (error) {
    if (!isRetryable(error)) throw error;
    // The next attempt meets the same store and says so, with pauses.
    log.debug("Could not stand by, will look again", { component, error });
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof StoreUnavailableError || error instanceof LeaseNotFoundError;
}
