/**
 * The sender: takes what is due off the queues, verifies it against the fleet as it stands now, and
 * publishes it (SND-01 to SND-23, VST, VSP). It claims each message in the store before it publishes it:
 * a kill at any instant publishes a message at most once per keep-alive, and loses none, for what was
 * claimed and never published lapses, and the analyzer looks again (I7, I8).
 *
 * @module
 */

import type { SenderConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { BusUnavailableError, type MessageBus } from "../message_bus/message_bus.ts";
import { describeMessage } from "../models/describe_message.ts";
import { Outbox } from "../outbox/outbox.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { deliver, type Delivery } from "./deliver.ts";
import { type PassPlan, planPass } from "./select_due.ts";
import { type LookAtQueues, lookAtStore } from "./sender_view.ts";
import { startDelivery, stopDelivery } from "./publish.ts";

/** What the sender is handed. */
export interface SenderDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly fence: Fence;
  readonly config: SenderConfig;
  readonly actualFreshnessTtlSeconds: number;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** How the queues and the apps are looked at. @default the store is read whole */
  readonly look?: LookAtQueues;
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
}

/** Options of {@linkcode Sender.pass}. */
export interface SenderPassOptions {
  /** How many starts may be sent. @default as many as configured */
  readonly messageLimit?: number;
}

/** Sends what is due. */
export class Sender {
  readonly #deps: SenderDeps;
  readonly #outbox: Outbox;
  readonly #look: LookAtQueues;

  /** Reads and sends nothing until its first pass. */
  constructor(deps: SenderDeps) {
    this.#deps = deps;
    const outbox = new Outbox(deps);
    const corruptRecords = new CorruptRecords(deps);
    this.#outbox = outbox;
    this.#look = deps.look ?? lookAtStore({ ...deps, outbox, corruptRecords });
  }

  /**
   * Sends once what is due now. Nothing of the pass outlives it (REG-45).
   *
   * @param options how many starts may be sent, if not as many as configured
   * @throws {NotFreshError} when what is stored must not be acted upon; nothing was sent or deleted
   *   (SND-02)
   * @throws {BusUnavailableError} when the bus is down, or went down: what is known not to have left waits
   *   for the next pass (SND-11)
   * @throws {StoreUnavailableError} when the store fails; nothing unclaimed was sent
   * @throws {LeadershipLostError} when another process leads; nothing more was sent
   */
  async pass(options: SenderPassOptions = {}): Promise<SendReport> {
    const plan = await this.#plan(options.messageLimit ?? this.#deps.config.messageLimit);
    await this.#outbox.remove([...plan.starts.expired, ...plan.stops.expired]);
    await this.#drop(plan);
    const starts = await deliver([...plan.starts.send, ...plan.starts.throttled], {
      ...this.#delivery(startDelivery(this.#deps)),
      limit: plan.starts.send.length,
    });
    const stops = await deliver(plan.stops.send, this.#delivery(stopDelivery(this.#deps)));
    return {
      startsSent: starts,
      stopsSent: stops,
      dropped: plan.starts.dropped.length + plan.stops.dropped.length,
      expired: plan.starts.expired.length + plan.stops.expired.length,
      throttled: plan.starts.throttled.length,
    };
  }

  async #plan(messageLimit: number): Promise<PassPlan> {
    const { time, bus } = this.#deps;
    const now = time.now();
    const { corrupt, ...view } = await this.#look();
    if (!bus.connected) {
      throw new BusUnavailableError("Cannot send: the message bus is down; nothing was claimed");
    }
    const plan = planPass({ ...view, now, messageLimit });
    await this.#outbox.discardCorrupt(corrupt);
    return plan;
  }

  async #drop(plan: PassPlan): Promise<void> {
    const { log, metrics } = this.#deps;
    const dropped = [...plan.starts.dropped, ...plan.stops.dropped];
    await this.#outbox.remove(dropped.map(({ queued }) => queued));
    metrics.increment("messages_dropped", dropped.length);
    for (const { queued, why } of dropped) {
      log.info("Dropped a message", { ...describeMessage(queued.message), why });
    }
  }

  #delivery<T>(kind: T): T & Delivery {
    const { bus, time, log, metrics } = this.#deps;
    return { ...kind, outbox: this.#outbox, bus, now: time.now(), log, metrics };
  }
}
