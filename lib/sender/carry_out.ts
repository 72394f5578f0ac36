/**
 * Does what a pass has planned: expired messages go first, then claims with a time that cannot be are given
 * one that can, then those go that do not hold any more, then starts are sent, then stops (SND-29).
 *
 * @module
 */

import type { SenderConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { MessageBus } from "../message_bus/message_bus.ts";
import { describeMessage } from "../models/describe_message.ts";
import { type Hold, holdOnStart, holdOnStop } from "../models/hold.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { type DecisionSink, NO_DECISION_LOG } from "../store/decision_log.ts";
import type { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { readHolds } from "../store/collections/holds.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { deliver, type Delivery } from "./deliver.ts";
import type { DeliveryTraces } from "./delivery_traces.ts";
import { startDelivery, stopDelivery } from "./publish.ts";
import type { HeldPlan } from "./hold_back.ts";
import { SenderDecisions } from "./record_decisions.ts";
import type { QueuedStart, StopToSend } from "./select_due.ts";

/** What carrying out a plan takes. */
export interface CarryOutDeps {
  readonly outbox: Outbox;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly fence: Fence;
  readonly config: SenderConfig;
  readonly time: TimeProvider;
  /** Where it is recorded what was sent and dropped, and why. @default nowhere */
  readonly decisions?: DecisionSink | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Follows messages onto the bus. @default nobody does */
  readonly traces?: DeliveryTraces | undefined;
  readonly store: Store;
  readonly corruptRecords: CorruptRecords;
  /** Is told of every start that was put on the bus. @default nobody */
  readonly onStart?: (start: QueuedStart) => void;
  /** Is told of every stop that was put on the bus. @default nobody */
  readonly onStop?: (stop: StopToSend) => void;
}

/** What one pass came to. */
export interface SendReport {
  /** Starts that were published. */
  readonly startsSent: number;
  /** Stops that were published. */
  readonly stopsSent: number;
  /** Messages deleted because they are not right any more. */
  readonly dropped: number;
  /** Sent messages deleted because their keep-alive is over. */
  readonly expired: number;
  /** Starts that are due and right, and wait for a pass that has room. */
  readonly throttled: number;
  /** Messages that are due and wait for a hold to end. */
  readonly held: number;
}

/**
 * Carries out a plan.
 *
 * @throws {BusUnavailableError} when the bus goes down: what is known not to have left is due again
 *   (SND-11)
 * @throws {StoreUnavailableError} when the store fails; nothing unclaimed was sent
 * @throws {LeadershipLostError} when another process leads; nothing more was sent
 */
export async function carryOut(plan: HeldPlan, deps: CarryOutDeps): Promise<SendReport> {
  const decisions = new SenderDecisions(deps.decisions ?? NO_DECISION_LOG, deps.time.now());
  await deps.outbox.remove([...plan.starts.expired, ...plan.stops.expired]);
  decisions.expired(plan);
  await redate(plan, deps);
  await drop(plan, deps);
  decisions.dropped(plan);
  const starts = await deliver([...plan.starts.send, ...plan.starts.throttled], {
    ...delivery(startDelivery(deps), deps),
    onPublished: (start) => {
      deps.onStart?.(start);
      decisions.startSent(start);
    },
    limit: plan.starts.send.length,
    letThrough: async (batch) => {
      const holds = await holdsNow(deps);
      return batch.filter(({ message }) => holdOnStart(holds, message.reason) === undefined);
    },
  });
  const stops = await deliver(plan.stops.send, {
    ...delivery(stopDelivery(deps), deps),
    onPublished: (stop) => {
      deps.onStop?.(stop);
      decisions.stopSent(stop);
    },
    letThrough: async (batch) => holdOnStop(await holdsNow(deps)) === undefined ? batch : [],
  });
  return {
    startsSent: starts,
    stopsSent: stops,
    dropped: plan.starts.dropped.length + plan.stops.dropped.length,
    expired: plan.starts.expired.length + plan.stops.expired.length,
    throttled: plan.starts.throttled.length,
    held: plan.held.starts + plan.held.stops,
  };
}

/** A hold may be placed while a pass is under way. */
async function holdsNow(
  { store, layout, corruptRecords }: CarryOutDeps,
): Promise<readonly Hold[]> {
  return (await readHolds(store, layout, { corruptRecords })).holds;
}

/** What a clock that was wrong has claimed is claimed as of now, and kept for a whole keep-alive. */
async function redate(plan: HeldPlan, { outbox, time, log }: CarryOutDeps): Promise<void> {
  const { starts, stops } = plan;
  const [first] = [...starts.misdated, ...stops.misdated];
  if (first === undefined) return;
  await outbox.claim(starts.misdated, time.now());
  await outbox.claim(stops.misdated, time.now());
  log.warn("Dated claims anew: a clock was wrong when they were made", {
    claims: starts.misdated.length + stops.misdated.length,
    first: describeMessage(first.message),
  });
}

async function drop(plan: HeldPlan, { outbox, log, metrics }: CarryOutDeps): Promise<void> {
  const dropped = [...plan.starts.dropped, ...plan.stops.dropped];
  await outbox.remove(dropped.map(({ queued }) => queued));
  metrics.increment("messages_dropped", dropped.length);
  for (const { queued: { message: { reason } } } of plan.starts.dropped) {
    metrics.series.count("starts_dropped", { reason });
  }
  for (const { queued: { message: { reason } } } of plan.stops.dropped) {
    metrics.series.count("stops_dropped", { reason });
  }
  for (const { queued, why } of dropped) {
    log.info("Dropped a message", { ...describeMessage(queued.message), why });
  }
}

function delivery<T>(kind: T, deps: CarryOutDeps): T & Delivery {
  const { outbox, bus, time, log, metrics, traces } = deps;
  return { ...kind, outbox, bus, now: time.now(), time, log, metrics, traces };
}
