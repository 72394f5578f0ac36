/**
 * Claim, publish, flush, complete: the four steps of sending, in batches (I7, I8). Of one batch, every
 * message is claimed before any is published; the flush at its end makes the server confirm that it has
 * them all; messages that are not kept are then deleted.
 *
 * What a kill leaves behind: before the claim, a message that is due still; after it, a message that is
 * marked as sent and lapses. What a bus that goes down leaves behind: messages that were claimed and are
 * known not to have left are released, to be due again; those of which nobody knows stay claimed.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { CounterName } from "../helpers/metric_catalog.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { describeMessage } from "../models/describe_message.ts";
import { startKey } from "../models/pending_start_message.ts";
import { stopKey } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Guard } from "../store/store.ts";
import type { DeliveryTraces } from "./delivery_traces.ts";

/** Messages claimed at a time: what at most waits, claimed, for a publisher that is killed. */
const BATCH_MAX = 100;

/** Whoever took longer to claim looks once more what is held: the answer was lost, or the store is slow. */
const CLAIMED_SOON_MS = 1_000;

/** What both kinds of delivery need. */
export interface Delivery {
  readonly outbox: Outbox;
  readonly bus: MessageBus;
  /** Unix seconds; becomes `sent_on`. */
  readonly now: number;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows messages onto the bus. @default nobody does */
  readonly traces?: DeliveryTraces | undefined;
}

/** What differs between starts and stops. */
export interface DeliveryKind<ToSend> {
  /** The record in the queue. */
  readonly queued: (toSend: ToSend) => Queued<PendingMessageOfAnyKind>;
  /** What must still hold in the store when the message is claimed. @default {nothing} */
  readonly onlyIf?: (toSend: ToSend) => readonly Guard[];
  /** Puts the message on the bus; throws `BusUnavailableError` when it has not left. */
  readonly publish: (toSend: ToSend) => void;
  /** The counter that a sent message adds to. */
  readonly metric: (toSend: ToSend) => CounterName;
  /** What the log says. */
  readonly said: string;
}

/** How to deliver. */
export interface DeliverOptions<ToSend> extends Delivery, DeliveryKind<ToSend> {
  /** How many may be sent. @default all */
  readonly limit?: number;
  /**
   * Looks once more, before each batch, which of its messages nothing holds; when none is left the rest
   * waits too. @default nothing is held
   */
  readonly letThrough?: (batch: readonly ToSend[]) => Promise<readonly ToSend[]>;
  /** Is told of every message that was put on the bus, whatever happens afterwards. @default nobody */
  readonly onPublished?: ((toSend: ToSend) => void) | undefined;
}

/**
 * Sends the messages in order, up to the limit, and returns how many were sent. One that cannot be claimed,
 * because somebody else changed it, does not count against the limit (SND-20).
 *
 * @throws {BusUnavailableError} when the bus goes down
 * @throws {StoreUnavailableError} when the store fails
 * @throws {LeadershipLostError} when another process leads
 */
export async function deliver<ToSend>(
  toSend: readonly ToSend[],
  options: DeliverOptions<ToSend>,
): Promise<number> {
  const { limit = toSend.length, letThrough = (batch) => Promise.resolve(batch) } = options;
  let sent = 0;
  let next = 0;
  while (sent < limit && next < toSend.length) {
    const batch = toSend.slice(next, next + Math.min(BATCH_MAX, limit - sent));
    next += batch.length;
    const lookedAtMs = options.time.monotonicMs();
    const through = await letThrough(batch);
    if (through.length === 0) break;
    sent += await deliverBatch(through, { ...options, letThrough, lookedAtMs });
  }
  return sent;
}

interface BatchOptions<ToSend> extends DeliverOptions<ToSend> {
  readonly letThrough: NonNullable<DeliverOptions<ToSend>["letThrough"]>;
  /** When it was asked what is held, in monotonic milliseconds. */
  readonly lookedAtMs: number;
}

async function deliverBatch<ToSend>(
  batch: readonly ToSend[],
  options: BatchOptions<ToSend>,
): Promise<number> {
  const { outbox, now, time, lookedAtMs, onlyIf = () => [] } = options;
  const byKey = new Map(batch.map((item) => [queueKey(options.queued(item).message), item]));
  const trace = options.traces?.begin();
  const claimed = await outbox.claim(
    batch.map((item) => ({ ...options.queued(item), onlyIf: onlyIf(item) })),
    now,
  );
  const isLate = time.monotonicMs() - lookedAtMs > CLAIMED_SOON_MS;
  const going = isLate ? await releaseHeld(claimed, { byKey, options }) : claimed;
  if (going.length === 0) return 0;
  trace?.claimed();
  const published = await publishAll(going, { byKey, options });
  await options.bus.flush();
  trace?.published(published.map(({ message }) => message));
  report(published, { byKey, options });
  await outbox.remove(published.filter(({ message }) => message.keepAlive === 0));
  return published.length;
}

/** What was claimed and is held by now is due again; returns the rest. */
async function releaseHeld<ToSend>(
  claimed: readonly Queued<PendingMessageOfAnyKind>[],
  { byKey, options }: {
    readonly byKey: ReadonlyMap<string, ToSend>;
    readonly options: BatchOptions<ToSend>;
  },
): Promise<readonly Queued<PendingMessageOfAnyKind>[]> {
  const items = claimed.flatMap(({ message }) => byKey.get(queueKey(message)) ?? []);
  const through = new Set(await options.letThrough(items));
  const goes = ({ message }: Queued<PendingMessageOfAnyKind>) => {
    const item = byKey.get(queueKey(message));
    return item !== undefined && through.has(item);
  };
  await options.outbox.release(claimed.filter((queued) => !goes(queued)));
  return claimed.filter(goes);
}

async function publishAll<ToSend>(
  claimed: readonly Queued<PendingMessageOfAnyKind>[],
  context: {
    readonly byKey: ReadonlyMap<string, ToSend>;
    readonly options: DeliverOptions<ToSend>;
  },
): Promise<readonly Queued<PendingMessageOfAnyKind>[]> {
  const { byKey, options } = context;
  for (const [position, { message }] of claimed.entries()) {
    const item = byKey.get(queueKey(message));
    if (item === undefined) continue;
    try {
      options.publish(item);
      options.onPublished?.(item);
    } catch (error) {
      if (!(error instanceof BusUnavailableError)) throw error;
      options.metrics.increment("publish_failures");
      await options.outbox.release(claimed.slice(position));
      throw error;
    }
  }
  return claimed;
}

function report<ToSend>(
  published: readonly Queued<PendingMessageOfAnyKind>[],
  context: {
    readonly byKey: ReadonlyMap<string, ToSend>;
    readonly options: DeliverOptions<ToSend>;
  },
): void {
  const { byKey, options } = context;
  for (const { message } of published) {
    const item = byKey.get(queueKey(message));
    if (item !== undefined) options.metrics.increment(options.metric(item));
    options.log.info(options.said, describeMessage(message));
  }
}

function queueKey(message: PendingMessageOfAnyKind): string {
  return "instanceGuid" in message ? stopKey(message) : startKey(message);
}
