/**
 * Waiting for somebody else's leadership to end: without asking again and again, and without relying on
 * a watch alone.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Random } from "../helpers/random.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Store } from "./store.ts";

/**
 * How often the key is looked at besides being watched, on average: only if the watch hangs does anybody
 * wait for that. It is well below the time that a lease takes to end.
 */
const RECHECK_MS = 3_000;

/** What {@linkcode standBy} needs. */
export interface StandByOptions {
  readonly store: Store;
  /** The key that is waited for. */
  readonly key: string;
  /** A revision the key was seen at. */
  readonly seenAtRevision: number;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Told each time the key is looked at. */
  readonly onLook?: () => void;
}

/**
 * Resolves when the key seems gone, when it can no longer be waited for (after a pause), or when
 * `signal` is aborted: in any case, look again.
 *
 * @throws {StoreUnavailableError} when the store cannot be asked
 */
export async function standBy(options: StandByOptions): Promise<void> {
  const { store, key, time, random, signal } = options;
  using waiting = linkAbort(signal);
  let watchFailed = false;
  const watching = watchUntilGone({ ...options, signal: waiting.signal }).then((gone) => {
    if (gone) waiting.abort();
    else watchFailed = true;
  });
  try {
    while (!waiting.signal.aborted) {
      await time.sleep(RECHECK_MS * (0.5 + random.fraction()), { signal: waiting.signal });
      if (waiting.signal.aborted || watchFailed) return;
      options.onLook?.();
      if (await store.get(key) === undefined) return;
    }
  } finally {
    waiting.abort();
    await watching;
  }
}

/** Whether the key was seen to go; false if the watch ended otherwise. */
async function watchUntilGone(options: StandByOptions): Promise<boolean> {
  const { store, key, signal, log } = options;
  try {
    const fromRevision = options.seenAtRevision + 1;
    for await (const { events } of store.watch(key, { fromRevision, signal })) {
      if (events.some((event) => event.kind === "delete" && event.key === key)) return true;
    }
  } catch (error) {
    // The key is looked at every second or so anyway, and then watched anew.
    log.debug("Could not watch for the leadership, will look again", { key, error });
  }
  return false;
}
