/**
 * The message bus contract: what hm9000 needs of NATS. Two adapters, `nats_bus.ts` (real) and
 * `in_process_bus.ts` (embedded, and in tests), pass the same suite,
 * `test_helpers/message_bus_conformance.ts`.
 *
 * Delivery is at most once, as NATS's is: a message published while nobody is connected is gone.
 *
 * @module
 */

/** A message as its subscriber gets it. */
export interface BusMessage {
  /** Where it was published, without wildcards. */
  readonly subject: string;
  /** Payload as it was sent, empty if there was none. */
  readonly data: Uint8Array;
  /** Where an answer is expected; undefined when none is. */
  readonly reply?: string | undefined;
  /** Sends an answer; does nothing when none is expected. */
  respond(data: Uint8Array | string): void;
}

/**
 * What a subscriber does with a message. What it throws, or rejects with, is logged and counted and
 * costs nothing but this message.
 */
export type MessageHandler = (message: BusMessage) => void | Promise<void>;

/** Options of {@linkcode MessageBus.subscribe}. */
export interface SubscribeOptions {
  /** Of all subscribers of one group, each message reaches one. */
  readonly queue?: string;
}

/** A running subscription. */
export interface Subscription {
  /** What was subscribed to, possibly with wildcards. */
  readonly subject: string;
  /** Takes no more messages, and resolves when the handlers in progress are done. */
  drain(): Promise<void>;
}

/** Options of {@linkcode MessageBus.request}. */
export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** A connection to the message bus. */
export interface MessageBus extends AsyncDisposable {
  /** Whether a message published now would reach the server. */
  readonly connected: boolean;
  /**
   * Resolves when the connection has ended for good: with undefined after `drain`, with the reason
   * otherwise. Never rejects.
   */
  readonly closed: Promise<Error | undefined>;

  /**
   * Sends a message; it has left when {@linkcode flush} resolves.
   *
   * @throws {BusUnavailableError} when the connection is down, so that it cannot be lost silently
   */
  publish(subject: string, data: Uint8Array | string): void;

  /** Calls `handler` with each message to `subject` (`*` and `>` as in NATS), over reconnections. */
  subscribe(subject: string, handler: MessageHandler, options?: SubscribeOptions): Subscription;

  /**
   * Sends a message and waits for the first answer.
   *
   * @throws {BusUnavailableError} when nobody listens, none answers in time, or the connection is down
   */
  request(subject: string, data: Uint8Array | string, options: RequestOptions): Promise<BusMessage>;

  /**
   * Resolves when the server has everything published so far.
   *
   * @throws {BusUnavailableError} when the connection is or goes down
   */
  flush(): Promise<void>;

  /** Drains all subscriptions, sends what is left, and closes. */
  drain(): Promise<void>;
}

/** The bus cannot be reached, or does not answer in time. Try again later. */
export class BusUnavailableError extends Error {
  /** Tells it from other errors where `instanceof` cannot. */
  override readonly name = "BusUnavailableError";
}
