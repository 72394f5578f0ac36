/**
 * Sits out a platform that reports in: what is desired is followed, what runs is looked at when all have had
 * their say. That is when no DEA has come that was not there before for some flushes of the listener.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { DesiredFollower } from "./desired_follower.ts";
import type { FleetView } from "./fleet_view.ts";
import { listFleet } from "./list_fleet.ts";

/** All have had their say when no new DEA has come for so long, in milliseconds: some flushes. */
const QUIET_MS = 2_500;
/** How long the watch may take to tell what was committed of what is desired, in milliseconds. */
const CATCH_UP_MS = 8_000;

/** What sitting out takes. */
export interface SitOutOptions {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  /** Has what is desired as of `revision`, and nothing else yet. */
  readonly view: FleetView;
  readonly revision: number;
  /** The DEAs that were there. */
  readonly deas: Iterable<string>;
  /** Whatever comes, it is not waited for longer than this. */
  readonly waitMaxMs: number;
  /** Ends it early: the view is of no use then. */
  readonly signal: AbortSignal;
}

/**
 * Waits until all have reported, and completes the view. To follow what changes, watch from the revision
 * after the view's.
 *
 * @throws {CompactedError} when a revision was compacted away meanwhile: list everything anew
 * @throws {StoreUnavailableError} when the store fails
 */
export async function sitOut(options: SitOutOptions): Promise<void> {
  const { store, layout, time, view, revision, signal } = options;
  using working = linkAbort(signal);
  const following = { store, layout, view, fromRevision: revision + 1, signal: working.signal };
  const follower = new DesiredFollower(following);
  try {
    await untilAllHaveReported(options);
    await listFleet({ store, layout, time, view, parts: "all but desired", signal });
    await inTime(follower.caughtUp(), options);
  } finally {
    working.abort();
    await follower.ended;
  }
}

async function inTime(
  caughtUp: Promise<void>,
  { time, signal }: Pick<SitOutOptions, "time" | "signal">,
): Promise<void> {
  using waiting = linkAbort(signal);
  const late = time.sleep(CATCH_UP_MS, { signal: waiting.signal }).then(() => {
    if (waiting.signal.aborted) return;
    throw new StoreUnavailableError("The watch of what is desired is behind");
  });
  try {
    await Promise.race([caughtUp, late]);
  } finally {
    waiting.abort();
  }
}

async function untilAllHaveReported(
  { store, layout, time, deas, waitMaxMs, signal }: SitOutOptions,
): Promise<void> {
  using looking = linkAbort(signal);
  const startedMs = time.monotonicMs();
  const known = new Set([...deas].map((guid) => layout.presenceKey(guid)));
  let newestMs = startedMs;
  const look = async () => {
    const { presencePrefix } = layout;
    for await (const { events } of store.watch(presencePrefix, { signal: looking.signal })) {
      const before = known.size;
      for (const event of events) if (event.kind === "put") known.add(event.entry.key);
      if (known.size > before) newestMs = time.monotonicMs();
    }
  };
  const until = () => Math.min(newestMs + QUIET_MS, startedMs + waitMaxMs);
  const waiting = async () => {
    while (time.monotonicMs() < until()) {
      await time.sleep(until() - time.monotonicMs(), { signal: looking.signal });
      if (looking.signal.aborted) break;
    }
    looking.abort();
  };
  await Promise.all([look().finally(() => looking.abort()), waiting()]);
  signal.throwIfAborted();
}
