/**
 * Takes the place of DEA and Cloud Controller at the receiving end: collects start and stop messages.
 *
 * ```ts
 * await using listener = await StartStopListener.start(bus);
 * const start = await listener.waitForStart(({ instanceIndex }) => instanceIndex === 2);
 * expect(listener.stops).toEqual([]);
 * ```
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import type { BusMessage, MessageBus, Subscription } from "../lib/message_bus/message_bus.ts";
import { parseStartMessage, type StartMessage } from "../lib/models/start_message.ts";
import { parseStopMessage, type StopMessage } from "../lib/models/stop_message.ts";

/** A message, as it arrived. */
export type Received =
  | { readonly kind: "start"; readonly message: StartMessage }
  | { readonly kind: "stop"; readonly message: StopMessage };

/** Options of {@linkcode StartStopListener.start}. */
export interface StartStopListenerOptions {
  /** @default {"hm9000.start"} */
  readonly startSubject?: string;
  /** @default {"hm9000.stop"} */
  readonly stopSubject?: string;
  /** Measures how long is waited. @default {real time} */
  readonly time?: TimeProvider;
}

/** Options of the waiting methods. */
export interface WaitOptions {
  /** How long to wait, in milliseconds. @default {10_000} */
  readonly timeoutMs?: number;
}

/** Collects what hm9000 orders. A message that does not parse fails every wait from then on. */
export class StartStopListener implements AsyncDisposable {
  readonly #received: Received[] = [];
  readonly #looks = new Set<() => void>();
  readonly #subscriptions: Subscription[] = [];
  readonly #time: TimeProvider;
  #failure: Error | undefined;

  /** @ignore use {@linkcode StartStopListener.start} */
  constructor(time: TimeProvider) {
    this.#time = time;
  }

  /** Listens from the moment this resolves. */
  static async start(
    bus: MessageBus,
    options: StartStopListenerOptions = {},
  ): Promise<StartStopListener> {
    const { startSubject = "hm9000.start", stopSubject = "hm9000.stop" } = options;
    const listener = new StartStopListener(options.time ?? new RealTimeProvider());
    listener.#subscribe(bus, startSubject, ({ data }) => ({
      kind: "start",
      message: parseStartMessage(data),
    }));
    listener.#subscribe(bus, stopSubject, ({ data }) => ({
      kind: "stop",
      message: parseStopMessage(data),
    }));
    await bus.flush();
    return listener;
  }

  /** Everything so far, in the order of its arrival. */
  get received(): readonly Received[] {
    return this.#received;
  }

  /** The starts so far, in the order of their arrival. */
  get starts(): StartMessage[] {
    return this.#received.flatMap((received) => received.kind === "start" ? received.message : []);
  }

  /** The stops so far, in the order of their arrival. */
  get stops(): StopMessage[] {
    return this.#received.flatMap((received) => received.kind === "stop" ? received.message : []);
  }

  /** Forgets what has arrived. */
  reset(): void {
    this.#received.length = 0;
    this.#failure = undefined;
  }

  /**
   * The first start that `matches`, come already or still to come.
   *
   * @throws {Error} when none comes in time; it quotes what did
   */
  waitForStart(
    matches: (start: StartMessage) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<StartMessage> {
    return this.#wait("start message", () => this.starts.find(matches), options);
  }

  /** The first stop that `matches`; like {@linkcode waitForStart}. */
  waitForStop(
    matches: (stop: StopMessage) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<StopMessage> {
    return this.#wait("stop message", () => this.stops.find(matches), options);
  }

  /** Everything so far, once that is at least `count` messages. */
  waitForCount(count: number, options: WaitOptions = {}): Promise<readonly Received[]> {
    const enough = () => this.#received.length >= count ? this.#received : undefined;
    return this.#wait(`${count} messages`, enough, options);
  }

  /** Stops listening; does nothing if the bus is closed already. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain()));
  }

  #subscribe(bus: MessageBus, subject: string, parse: (message: BusMessage) => Received): void {
    const take = (message: BusMessage) => {
      try {
        this.#received.push(parse(message));
      } catch (cause) {
        const text = new TextDecoder().decode(message.data);
        this.#failure = new Error(`Cannot read a message to "${subject}": ${text}`, { cause });
      }
      this.#looks.forEach((look) => look());
    };
    this.#subscriptions.push(bus.subscribe(subject, take));
  }

  #wait<T>(
    what: string,
    find: () => T | undefined,
    { timeoutMs = 10_000 }: WaitOptions,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      const found = find();
      if (found !== undefined) resolve(found);
      else if (this.#failure !== undefined) reject(this.#failure);
    };
    const over = new AbortController();
    const giveUp = async () => {
      await this.#time.sleep(timeoutMs, { signal: over.signal });
      reject(this.#missing(what, timeoutMs)); // Too late to matter if it was found meanwhile.
    };
    this.#looks.add(look);
    look();
    void giveUp();
    return promise.finally(() => {
      over.abort();
      this.#looks.delete(look);
    });
  }

  #missing(what: string, timeoutMs: number): Error {
    const seen = this.#received.map((received) => JSON.stringify(received)).join("\n");
    return new Error(
      `Cannot find the expected ${what}: none came within ${timeoutMs} ms, ` +
        (seen === "" ? "and no other message either" : `what came was:\n${seen}`),
    );
  }
}
