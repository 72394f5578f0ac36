/**
 * One subscription on NATS, which ends when its handlers have.
 *
 * @module
 */

import type {
  Msg,
  NatsConnectionImpl,
  Subscription as NatsClientSubscription,
} from "nats-transport";
import type { Subscription } from "./message_bus.ts";

/** What a subscription is made of. */
export interface NatsSubscriptionOptions {
  readonly connection: NatsConnectionImpl;
  readonly subject: string;
  readonly queue: string | undefined;
  /** Takes a message; must not throw, or the client stops reading. */
  readonly handle: (message: Msg) => void;
  /** Resolves when no handler is in progress. */
  readonly idle: () => Promise<void>;
  /** Told once, when it is over. */
  readonly ended: () => void;
}

/** A running subscription on NATS. */
export class NatsSubscription implements Subscription {
  readonly subject: string;
  readonly #options: NatsSubscriptionOptions;
  readonly #inner: NatsClientSubscription;
  #drained: Promise<void> | undefined;

  constructor(options: NatsSubscriptionOptions) {
    this.subject = options.subject;
    this.#options = options;
    this.#inner = options.connection.subscribe(options.subject, {
      ...(options.queue === undefined ? {} : { queue: options.queue }),
      callback: (error, message) => {
        if (error === null) options.handle(message); // An error is also in the status, and said there.
      },
    });
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** While disconnected the client's own drain would wait for a server that need not come back. */
  async #drain(): Promise<void> {
    const { connection, idle, ended } = this.#options;
    if (!connection.isClosed() && !this.#inner.isClosed()) {
      if (connection.protocol.connected) await this.#inner.drain();
      else this.#inner.unsubscribe();
    }
    await idle();
    ended();
  }
}
