/**
 * Looks at the store as a pass would, and says what the pass would do; writes nothing, needs no leadership
 * and no message bus.
 *
 * @module
 */

import { analyzeFleet } from "../analyzer/analyze_fleet.ts";
import { pendingByApp } from "../analyzer/pending_by_app.ts";
import type { Verdict } from "../analyzer/verdict.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { Queued } from "../models/queued.ts";
import type { OutboxContents } from "../outbox/outbox.ts";
import { type PendingMessageOfAnyKind, queueKey } from "../outbox/queue_record.ts";
import { readFleetAndQueue } from "../outbox/read_fleet_and_queue.ts";
import type { Fleet } from "../store/collections/fleet.ts";
import { verifyFreshness } from "../store/collections/freshness.ts";
import { readHolds } from "../store/collections/holds.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { foretellQueued, foretellSent, type Foretold } from "./foretell.ts";

/** What a dry run is handed. */
export interface DryRunDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly config: Pick<Config, "analyzer" | "sender" | "actualFreshnessTtlSeconds">;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Whose pass is foretold. */
export type DryRunner = "analyzer" | "sender";

/** What the pass would go by. */
interface Seen {
  readonly now: number;
  readonly fleet: Fleet;
  readonly queue: OutboxContents;
}

/**
 * What a pass of the sender would do now; before it, for the analyzer, what a pass of its own would queue.
 *
 * @throws {NotFreshError} when what is stored must not be acted upon: a pass would do nothing
 * @throws {StoreUnavailableError} when the store fails
 */
export async function dryRun(who: DryRunner, deps: DryRunDeps): Promise<readonly Foretold[]> {
  const { store, layout, log, metrics, time, config: { actualFreshnessTtlSeconds } } = deps;
  const now = time.now();
  await verifyFreshness(store, layout, { now, actualFreshnessTtlSeconds });
  const { fleet, queue } = await readFleetAndQueue(deps);
  const { holds } = await readHolds(store, layout, { log, metrics });
  const seen = { now, fleet, queue };
  const verdict = who === "analyzer" ? analyze(seen, deps) : { starts: [], stops: [] };
  const sent = foretellSent({
    starts: [...queue.starts, ...verdict.starts.map(asQueued)],
    stops: [...queue.stops, ...verdict.stops.map(asQueued)],
    apps: (key) => fleet.apps.get(key),
    now,
    messageLimit: deps.config.sender.messageLimit,
    holds,
  });
  return [...foretellQueued(verdict), ...sent];
}

/** What the analyzer decides, without what a record stands in the way of that nobody can read. */
function analyze({ now, fleet, queue }: Seen, deps: DryRunDeps): Verdict {
  const { config, layout } = deps;
  const { starts, stops } = analyzeFleet(fleet.apps.values(), {
    pendingOf: pendingByApp(queue),
    now,
    config: config.analyzer,
    uuid: () => "",
  });
  const taken = new Set(queue.corrupt.map(({ key }) => key));
  const isFree = ({ message }: { readonly message: PendingMessageOfAnyKind }) =>
    !taken.has(queueKey(layout, message));
  return { starts: starts.filter(isFree), stops: stops.filter(isFree) };
}

function asQueued<Message>({ message }: { readonly message: Message }): Queued<Message> {
  return { message, revision: 0 };
}
