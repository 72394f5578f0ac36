/**
 * One subscription on the embedded bus. Its messages wait, up to a limit, in its connection's queue.
 *
 * @module
 */

import type { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { GuardedHandler } from "./guarded_handler.ts";
import type { InProcessDelivery } from "./in_process_delivery.ts";
import type { HubSubscriber, InProcessHub, RoutedMessage } from "./in_process_hub.ts";
import type { BusMessage, Subscription } from "./message_bus.ts";

/** Messages that may wait for a subscriber; about what NATS holds for one, in heartbeats. */
export const PENDING_MESSAGES_MAX = 65_536;

/** What a subscription is made of. */
export interface InProcessSubscriptionOptions {
  readonly hub: InProcessHub;
  readonly subject: string;
  readonly queue: string | undefined;
  /** The queue of the connection. */
  readonly delivery: InProcessDelivery;
  readonly handler: GuardedHandler;
  /** The message as the subscriber sees it. */
  readonly present: (message: RoutedMessage) => BusMessage;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limiter: LogLimiter;
}

/** A running subscription on the embedded bus. */
export class InProcessSubscription implements Subscription, HubSubscriber {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly #options: InProcessSubscriptionOptions;
  #pending = 0;

  constructor(options: InProcessSubscriptionOptions) {
    this.subject = options.subject;
    this.queue = options.queue;
    this.#options = options;
    options.hub.add(this);
  }

  /** Queues the message; beyond the limit it is dropped, as NATS drops what a slow consumer leaves. */
  accept(message: RoutedMessage): void {
    if (this.#pending >= PENDING_MESSAGES_MAX) return this.#drop();
    this.#pending += 1;
    const { delivery, handler, present } = this.#options;
    delivery.later(() => {
      this.#pending -= 1;
      handler.handle(present(message));
    });
  }

  async drain(): Promise<void> {
    const { hub, delivery, handler } = this.#options;
    hub.remove(this);
    await delivery.done();
    await handler.idle();
  }

  #drop(): void {
    const { log, metrics, limiter } = this.#options;
    metrics.increment("message_bus_dropped_messages");
    if (!limiter.admit(`dropped ${this.subject}`).admitted) return;
    log.warn("Dropped a message: too many wait for its subscriber", {
      subject: this.subject,
      pendingMax: PENDING_MESSAGES_MAX,
    });
  }
}
