/**
 * What `hm9000 top` shows of one moment.
 *
 * @module
 */

import { type FleetCounts } from "../api/app_index.ts";
import type { FleetLookout } from "../api/fleet_sight.ts";
import type { IndexedFleet } from "../api/indexed_fleet.ts";
import { type Leader, readLeaders } from "../api/leaders.ts";
import { sortedDeas } from "../api/v1/deas.ts";
import { queuedMessages } from "../api/v1/messages.ts";
import type { SeenDea } from "../mirror/fleet_view.ts";
import { type Hold, holdToWire } from "../models/hold.ts";
import type { Freshness } from "../store/collections/freshness.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";

/** Messages of the queue that are kept of a moment. */
const MESSAGES_MAX = 50;

/** A message of the queue, as the API shows it. */
export type ShownMessage = Readonly<Record<string, unknown>>;

/** One moment. */
export interface TopFrame {
  /** Unix seconds. */
  readonly now: number;
  /** Why nothing is acted upon; undefined when all is fresh. */
  readonly staleBecause: string | undefined;
  readonly freshness: Freshness;
  readonly counts: FleetCounts;
  /** Undefined when the store does not say. */
  readonly leaders: readonly Leader[] | undefined;
  readonly queued: { readonly starts: number; readonly stops: number };
  /** What is due first first. */
  readonly next: readonly ShownMessage[];
  /** What was sent of late, the latest first. */
  readonly sent: readonly ShownMessage[];
  readonly deas: readonly SeenDea[];
  readonly holds: readonly Hold[];
}

/** What a look takes. */
export interface TopSources {
  readonly lookout: FleetLookout;
  readonly indexed: IndexedFleet;
  readonly store: Store;
}

/**
 * Looks. It costs what has changed, and what is queued.
 *
 * @throws {StoreUnavailableError} when nothing is known at all
 */
export async function lookAtTop({ lookout, indexed, store }: TopSources): Promise<TopFrame> {
  const sight = await lookout.look();
  const index = await indexed.current();
  const leaders = await readLeaders(store).catch(unknownWhenAway);
  const { view, now, freshness, staleBecause } = sight;
  const messages = queuedMessages(view);
  const isSent = (message: ShownMessage) => message["sent_on"] !== null;
  const sent = messages.filter(isSent)
    .sort((a, b) => Number(b["sent_on"]) - Number(a["sent_on"]));
  return {
    ...{ now, freshness, staleBecause, leaders, counts: index.counts },
    queued: { starts: view.queuedStarts, stops: view.queuedStops },
    next: messages.filter((message) => !isSent(message)).slice(0, MESSAGES_MAX),
    sent: sent.slice(0, MESSAGES_MAX),
    deas: sortedDeas(view.deas()),
    holds: [...view.holds()],
  };
}

/** The moment as an object with wire names. */
export function topToWire(frame: TopFrame): Record<string, unknown> {
  const { now, staleBecause, freshness, counts, leaders, queued, next, sent, deas, holds } = frame;
  return {
    "now": now,
    "stale_because": staleBecause ?? null,
    "freshness": freshness,
    ...counts,
    "leaders": leaders ?? null,
    "queue": queued,
    "next": next,
    "sent": sent,
    "deas": deas.map(({ guid, instances, renewedAt }) => ({
      "guid": guid,
      "instances": instances,
      "renewed_at": renewedAt === 0 ? null : renewedAt,
    })),
    "holds": holds.map(holdToWire),
  };
}

function unknownWhenAway(error: unknown): undefined {
  if (error instanceof StoreUnavailableError) return undefined;
  throw error;
}
