/**
 * Reads what a tool looks at: the fleet and both queues as of one revision, or what of them is of one app.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { type Fleet, readFleet } from "../store/collections/fleet.ts";
import { UNFENCED } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { Outbox, type OutboxContents } from "./outbox.ts";

/** What reading takes. */
export interface ReadFleetAndQueueDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Whose versions are read; stops are read of all apps. @default all apps */
  readonly appGuid?: string | undefined;
}

/** @throws {StoreUnavailableError} when the store fails */
export async function readFleetAndQueue(
  deps: ReadFleetAndQueueDeps,
): Promise<{ readonly fleet: Fleet; readonly queue: OutboxContents }> {
  const { store, layout, log, metrics, appGuid } = deps;
  const fleet = await readFleet(store, layout, { log, metrics, appGuid });
  const outbox = new Outbox({ store, layout, log, metrics, fence: UNFENCED });
  return { fleet, queue: await outbox.list({ revision: fleet.revision, startsOf: appGuid }) };
}
