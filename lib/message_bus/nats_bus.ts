/**
 * The message bus over NATS. The client reconnects for ever and brings our subscriptions back; around it
 * stands what it lacks: handlers that may fail, a `publish` that refuses to lose a message while the
 * connection is down, a drain that waits for handlers in progress, and words for an operator (REG-32,
 * REG-53, DMN-24). Its sockets are ours, see `nats_socket_transport.ts`.
 *
 * Handlers are called synchronously as messages come off the wire, so there is no queue here that could
 * grow: who is slow makes the server wait, and in the end the server cuts the connection and says so.
 *
 * @module
 */

import {
  ClosedConnectionError,
  DrainingConnectionError,
  InvalidArgumentError,
  type Msg,
  type NatsConnectionImpl,
  NoRespondersError,
  TimeoutError,
} from "nats-transport";
import { LogLimiter } from "../helpers/log_limiter.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { GuardedHandler } from "./guarded_handler.ts";
import {
  type BusMessage,
  BusUnavailableError,
  type MessageBus,
  type MessageHandler,
  type RequestOptions,
  type SubscribeOptions,
  type Subscription,
} from "./message_bus.ts";
import { connectToNats, type NatsConnectOptions } from "./nats_connect.ts";
import { NatsStatusLog } from "./nats_status_log.ts";
import { NatsSubscription } from "./nats_subscription.ts";
import { requireSubject } from "./subject_match.ts";

/** A connection to NATS. */
export class NatsBus implements MessageBus {
  readonly closed: Promise<Error | undefined>;
  readonly #connection: NatsConnectionImpl;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #limiter: LogLimiter;
  readonly #subscriptions = new Set<NatsSubscription>();
  #drained: Promise<void> | undefined;

  /** @ignore use {@linkcode NatsBus.connect} */
  constructor(connection: NatsConnectionImpl, options: NatsConnectOptions) {
    this.#connection = connection;
    this.#log = options.log;
    this.#metrics = options.metrics;
    this.#limiter = new LogLimiter({ time: options.time });
    const status = new NatsStatusLog(options).follow(connection.status());
    this.closed = this.#followToTheEnd(status);
  }

  /**
   * Connects, and waits as long as that takes: a server that is absent or refuses us is said in the log
   * and tried again, with growing pauses, until `signal` is aborted.
   *
   * @throws {TypeError} when no server is named
   * @throws the reason of `signal` once that is aborted
   */
  static async connect(options: NatsConnectOptions): Promise<NatsBus> {
    return new NatsBus(await connectToNats(options), options);
  }

  get connected(): boolean {
    return this.#connection.protocol.connected && !this.#connection.isClosed();
  }

  publish(subject: string, data: Uint8Array | string): void {
    requireSubject(subject);
    const what = `publish to "${subject}"`;
    this.#requireConnected(what);
    try {
      this.#connection.publish(subject, data);
    } catch (error) {
      throw translate(what, error);
    }
  }

  subscribe(
    subject: string,
    handler: MessageHandler,
    options: SubscribeOptions = {},
  ): Subscription {
    requireSubject(subject);
    if (this.#drained !== undefined || this.#connection.isClosed()) {
      throw new BusUnavailableError(
        `Cannot subscribe to "${subject}": the connection is closed or about to be`,
      );
    }
    const guarded = new GuardedHandler(subject, handler, {
      log: this.#log,
      metrics: this.#metrics,
      limiter: this.#limiter,
    });
    const subscription = new NatsSubscription({
      connection: this.#connection,
      subject,
      queue: options.queue,
      handle: (message) => guarded.handle(this.#present(message)),
      idle: () => guarded.idle(),
      ended: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async request(
    subject: string,
    data: Uint8Array | string,
    { timeoutMs }: RequestOptions,
  ): Promise<BusMessage> {
    requireSubject(subject);
    const what = `request "${subject}"`;
    this.#requireConnected(what);
    try {
      return this.#present(await this.#connection.request(subject, data, { timeout: timeoutMs }));
    } catch (error) {
      if (error instanceof TimeoutError) {
        throw unavailable(what, `no answer within ${timeoutMs} ms`, error);
      }
      throw translate(what, error);
    }
  }

  async flush(): Promise<void> {
    this.#requireConnected("flush");
    try {
      await this.#connection.flush();
    } catch (error) {
      throw translate("flush", error);
    }
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  /** The client's own drain does not wait for asynchronous handlers, and their answers would be lost. */
  async #drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
    try {
      if (this.connected) await this.#connection.flush();
    } catch (error) {
      this.#log.warn("Closed NATS without knowing whether the last messages arrived", { error });
    }
    await this.#connection.close();
    await this.closed;
  }

  async #followToTheEnd(status: Promise<void>): Promise<Error | undefined> {
    const error = await this.#connection.closed();
    await status;
    if (this.#drained !== undefined) return undefined;
    this.#log.error("NATS connection closed for good", { error });
    return error instanceof Error
      ? error
      : new BusUnavailableError("NATS connection closed for good");
  }

  #present(message: Msg): BusMessage {
    const { subject, data, reply } = message;
    return {
      subject,
      data,
      reply: reply === "" ? undefined : reply,
      respond: (answer) => {
        if (reply !== undefined && reply !== "") this.publish(reply, answer);
      },
    };
  }

  #requireConnected(what: string): void {
    if (this.connected) return;
    const closed = this.#drained !== undefined || this.#connection.isClosed();
    throw unavailable(what, closed ? "the connection is closed" : "NATS is disconnected");
  }
}

function translate(what: string, error: unknown): unknown {
  if (error instanceof InvalidArgumentError) {
    return new RangeError(`Cannot ${what}: ${error.message}`, { cause: error });
  }
  if (error instanceof ClosedConnectionError || error instanceof DrainingConnectionError) {
    return unavailable(what, "the connection is closed", error);
  }
  if (error instanceof Error && error.cause instanceof NoRespondersError) {
    return unavailable(what, "nobody listens to it", error);
  }
  return unavailable(what, error instanceof Error ? error.message : String(error), error);
}

function unavailable(what: string, reason: string, cause?: unknown): BusUnavailableError {
  return new BusUnavailableError(`Cannot ${what}: ${reason}`, { cause });
}
