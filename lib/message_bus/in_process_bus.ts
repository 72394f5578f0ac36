/**
 * The message bus inside one process: for `hm9000 demo` and `all`, and for tests, where a server would
 * be in the way. It keeps NATS's rules (`test_helpers/message_bus_conformance.ts`): delivery later and in
 * order, at most once, queue groups, replies, drain.
 *
 * @module
 */

import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { GuardedHandler } from "./guarded_handler.ts";
import { InProcessDelivery } from "./in_process_delivery.ts";
import type { InProcessHub, RoutedMessage } from "./in_process_hub.ts";
import { InProcessSubscription } from "./in_process_subscription.ts";
import {
  type BusMessage,
  BusUnavailableError,
  type MessageBus,
  type MessageHandler,
  type RequestOptions,
  type SubscribeOptions,
  type Subscription,
} from "./message_bus.ts";
import { requireSubject } from "./subject_match.ts";

/** The largest payload, in bytes: nats-server's default, so that what works here works there. */
const PAYLOAD_BYTES_MAX = 1_048_576;

/** What an {@linkcode InProcessBus} needs. */
export interface InProcessBusDeps {
  /** Measures how long a request has waited. */
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** One connection to a hub. */
export class InProcessBus implements MessageBus {
  readonly closed: Promise<Error | undefined>;
  readonly #hub: InProcessHub;
  readonly #deps: InProcessBusDeps;
  readonly #limiter: LogLimiter;
  readonly #delivery = new InProcessDelivery();
  readonly #subscriptions = new Set<InProcessSubscription>();
  readonly #closing = new AbortController();
  #drained: Promise<void> | undefined;

  constructor(hub: InProcessHub, deps: InProcessBusDeps) {
    this.#hub = hub;
    this.#deps = deps;
    this.#limiter = new LogLimiter({ time: deps.time });
    this.closed = new Promise((resolve) => {
      this.#closing.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
  }

  get connected(): boolean {
    return this.#hub.up && !this.#closing.signal.aborted;
  }

  publish(subject: string, data: Uint8Array | string): void {
    this.#publish({ subject, data: toBytes(data), reply: undefined });
  }

  subscribe(
    subject: string,
    handler: MessageHandler,
    options: SubscribeOptions = {},
  ): Subscription {
    requireSubject(subject);
    if (this.#drained !== undefined) {
      throw new BusUnavailableError(
        `Cannot subscribe to "${subject}": the connection is closed or about to be`,
      );
    }
    const subscription = this.#open(subject, handler, options.queue);
    this.#subscriptions.add(subscription);
    return {
      subject,
      drain: async () => {
        await subscription.drain();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async request(
    subject: string,
    data: Uint8Array | string,
    options: RequestOptions,
  ): Promise<BusMessage> {
    const reply = this.#hub.inbox();
    const answer = Promise.withResolvers<BusMessage>();
    const inbox = this.#open(reply, answer.resolve, undefined);
    try {
      if (this.#publish({ subject, data: toBytes(data), reply }) === 0) {
        throw new BusUnavailableError(`Cannot request "${subject}": nobody listens to it`);
      }
      return await this.#answerInTime(subject, answer.promise, options);
    } finally {
      this.#hub.remove(inbox);
    }
  }

  /** Resolves when everything published so far has been handed to its subscribers. */
  async flush(): Promise<void> {
    this.#requireConnected("flush");
    await Promise.resolve();
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
    this.#subscriptions.clear();
    this.#closing.abort();
  }

  #open(subject: string, handler: MessageHandler, queue: string | undefined) {
    const { log, metrics } = this.#deps;
    const limiter = this.#limiter;
    return new InProcessSubscription({
      hub: this.#hub,
      subject,
      queue,
      delivery: this.#delivery,
      handler: new GuardedHandler(subject, handler, { log, metrics, limiter }),
      present: (message) => this.#present(message),
      log,
      metrics,
      limiter,
    });
  }

  #present(message: RoutedMessage): BusMessage {
    const { reply } = message;
    return {
      ...message,
      respond: (data) => {
        if (reply !== undefined) this.publish(reply, data);
      },
    };
  }

  #publish(message: RoutedMessage): number {
    requireSubject(message.subject);
    this.#requireConnected(`publish to "${message.subject}"`);
    const size = message.data.byteLength;
    if (size > PAYLOAD_BYTES_MAX) {
      throw new RangeError(
        `Cannot publish to "${message.subject}": ${size} bytes, at most ${PAYLOAD_BYTES_MAX} fit`,
      );
    }
    return this.#hub.route(message);
  }

  async #answerInTime(
    subject: string,
    answer: Promise<BusMessage>,
    { timeoutMs }: RequestOptions,
  ): Promise<BusMessage> {
    const answered = new AbortController();
    const signal = AbortSignal.any([answered.signal, this.#closing.signal]);
    const timeout = this.#deps.time.sleep(timeoutMs, { signal }).then(() => undefined);
    try {
      const message = await Promise.race([answer, timeout]);
      if (message !== undefined) return message;
    } finally {
      answered.abort();
    }
    const reason = this.#closing.signal.aborted
      ? "the connection was closed"
      : `no answer within ${timeoutMs} ms`;
    throw new BusUnavailableError(`Cannot request "${subject}": ${reason}`);
  }

  #requireConnected(what: string): void {
    if (this.connected) return;
    const reason = this.#hub.up ? "the connection is closed" : "the bus is down";
    throw new BusUnavailableError(`Cannot ${what}: ${reason}`);
  }
}

/** A copy, so that the publisher may reuse its buffer. */
function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
}
