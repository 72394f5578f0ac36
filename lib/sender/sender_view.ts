/**
 * What a pass of the sender goes by: both queues and the apps, all of one moment and of a store that is
 * fresh. Read from the store, or looked up in a mirror of it that has caught up.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";
import type { App } from "../models/app.ts";
import type { CorruptMessage, Outbox } from "../outbox/outbox.ts";
import type { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readFleet } from "../store/collections/fleet.ts";
import { judgeFreshness, requireFresh, verifyFreshness } from "../store/collections/freshness.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import type { QueuedStart, QueuedStop } from "./select_due.ts";

/** The queues and the apps. */
export interface SenderView {
  readonly starts: readonly QueuedStart[];
  readonly stops: readonly QueuedStop[];
  /** Records of the queues that cannot be read. */
  readonly corrupt: readonly CorruptMessage[];
  /** The app with this key, undefined when it is neither desired nor seen. */
  readonly apps: (appKey: string) => App | undefined;
}

/**
 * Looks at the queues and the apps.
 *
 * @throws {NotFreshError} when what is stored must not be acted upon
 * @throws {StoreUnavailableError} when the store fails
 */
export type LookAtQueues = () => Promise<SenderView>;

/** What both ways of looking need. */
export interface LookAtQueuesDeps {
  readonly time: TimeProvider;
  readonly actualFreshnessTtlSeconds: number;
}

/** Reads the store whole. */
export function lookAtStore(
  deps: LookAtQueuesDeps & {
    readonly store: Store;
    readonly layout: StoreLayout;
    readonly outbox: Outbox;
    readonly corruptRecords: CorruptRecords;
  },
): LookAtQueues {
  const { store, layout, time, outbox, corruptRecords, actualFreshnessTtlSeconds } = deps;
  return async () => {
    await verifyFreshness(store, layout, { now: time.now(), actualFreshnessTtlSeconds });
    const fleet = await readFleet(store, layout, { corruptRecords });
    const queue = await outbox.list({ revision: fleet.revision });
    return { ...queue, apps: (key) => fleet.apps.get(key) };
  };
}

/** Looks into a mirror. What is seen is of one moment only until the next `await`. */
export function lookAtMirror(
  deps: LookAtQueuesDeps & { readonly mirror: FleetMirror },
): LookAtQueues {
  const { mirror, time, actualFreshnessTtlSeconds } = deps;
  return async () => {
    const view = await mirror.caughtUp();
    const options = { now: time.now(), actualFreshnessTtlSeconds };
    requireFresh(judgeFreshness(view.freshness, options), options);
    return {
      starts: [...view.starts()],
      stops: [...view.stops()],
      corrupt: view.corruptMessages(),
      apps: (key) => view.app(key),
    };
  };
}
