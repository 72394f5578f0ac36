/**
 * One process's connection to a simulated NATS: at most once; in order per publisher and subject, and in no
 * order between subjects; lost while nobody is connected. A consumer that is too slow is cut off by the
 * server, with all that waits for it. What the server takes is told to the world's observer at once.
 *
 * @module
 */

import {
  type BusMessage,
  BusUnavailableError,
  type MessageBus,
  type MessageHandler,
  type Subscription,
} from "../../lib/message_bus/message_bus.ts";
import { subjectMatches } from "../../lib/message_bus/subject_match.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { SimulatedProcess } from "./simulated_process.ts";

/** How long an answer is waited for that does not come, in milliseconds. */
const FLUSH_TIMEOUT_MS = 5_000;

/** How the bus behaves at the moment; the same for all connections. */
export interface BusWeather {
  /** The server is away. */
  down: boolean;
  /** Probability that a message is lost. */
  loss: number;
  /** Probability that a message arrives twice. */
  duplication: number;
  /** Longest time a message takes, in milliseconds. */
  latencyMaxMs: number;
}

interface Listener {
  readonly subject: string;
  readonly process: SimulatedProcess;
  readonly handler: MessageHandler;
  /** When the last message of each publisher and subject arrives: the next comes no earlier. */
  readonly lastArrivals?: Map<string, number>;
}

/** Is told what goes through the server. */
export interface BusObserver {
  /** The server has taken a message. */
  published(from: SimulatedProcess, subject: string, data: Uint8Array): void;
  /** A process has been handed a message. */
  delivered(to: SimulatedProcess, subject: string, data: Uint8Array): void;
}

/** The server that connections meet in. */
export class SimulatedNats {
  readonly weather: BusWeather = { down: false, loss: 0, duplication: 0, latencyMaxMs: 5 };
  readonly #listeners = new Set<Listener>();
  readonly #random: SeededRandom;
  readonly #observer: BusObserver;

  constructor(random: SeededRandom, observer: BusObserver) {
    this.#random = random;
    this.#observer = observer;
  }

  /** A connection for one process. */
  connect(process: SimulatedProcess): MessageBus {
    return new SimulatedBus(this, process);
  }

  /** Hands messages to the listener; returns how to end that. */
  add(listener: Listener): () => void {
    const added = { ...listener, lastArrivals: new Map<string, number>() };
    this.#listeners.add(added);
    const remove = () => void this.#listeners.delete(added);
    listener.process.death.addEventListener("abort", remove, { once: true });
    return remove;
  }

  /** Takes a message, if it gets here. */
  publish(from: SimulatedProcess, subject: string, data: Uint8Array): void {
    if (from.cutOff.toBus) return;
    this.#observer.published(from, subject, data);
    for (const listener of this.#listeners) {
      if (!subjectMatches(listener.subject, subject)) continue;
      if (this.#random.chance(this.weather.loss)) continue;
      const copies = this.#random.chance(this.weather.duplication) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const arrivesAtMs = this.#arrival(listener, { from, subject });
        const deliver = () => this.#deliver(listener, { subject, data });
        from.clock.after(arrivesAtMs - from.clock.nowMs, deliver);
      }
    }
  }

  #arrival(
    { lastArrivals }: Listener,
    { from, subject }: { readonly from: SimulatedProcess; readonly subject: string },
  ): number {
    const order = `${from.name} ${subject}`;
    const earliestMs = lastArrivals?.get(order) ?? 0;
    const latencyMs = this.#random.between(0, this.weather.latencyMaxMs);
    const arrivesAtMs = Math.max(earliestMs, from.clock.nowMs + latencyMs);
    lastArrivals?.set(order, arrivesAtMs);
    return arrivesAtMs;
  }

  #deliver(listener: Listener, message: { readonly subject: string; readonly data: Uint8Array }) {
    if (listener.process.cutOff.fromBus) return;
    listener.process.receive(() => {
      if (!this.#listeners.has(listener)) return;
      this.#observer.delivered(listener.process, message.subject, message.data);
      const delivered: BusMessage = { ...message, respond() {} };
      void listener.handler(delivered);
    });
  }
}

class SimulatedBus implements MessageBus {
  /** A simulated process ends otherwise. */
  readonly closed: Promise<Error | undefined> = new Promise(() => {});
  readonly #nats: SimulatedNats;
  readonly #process: SimulatedProcess;

  constructor(nats: SimulatedNats, process: SimulatedProcess) {
    this.#nats = nats;
    this.#process = process;
  }

  get connected(): boolean {
    const { toBus, fromBus } = this.#process.cutOff;
    // Cut one way only, the connection seems to stand until an answer is missed.
    return !this.#nats.weather.down && !(toBus && fromBus);
  }

  publish(subject: string, data: Uint8Array | string): void {
    this.#requireConnected("publish");
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    this.#nats.publish(this.#process, subject, bytes);
  }

  subscribe(subject: string, handler: MessageHandler): Subscription {
    const remove = this.#nats.add({ subject, process: this.#process, handler });
    return {
      subject,
      drain: () => {
        remove();
        return Promise.resolve();
      },
    };
  }

  request(subject: string): Promise<BusMessage> {
    return Promise.reject(
      new BusUnavailableError(`Cannot request "${subject}": nobody answers here`),
    );
  }

  async flush(): Promise<void> {
    const { toBus, fromBus } = this.#process.cutOff;
    const unanswered = toBus || fromBus;
    await this.#process.time().sleep(unanswered ? FLUSH_TIMEOUT_MS : 1);
    this.#requireConnected("flush");
    if (unanswered) throw new BusUnavailableError("Cannot flush: the message bus does not answer");
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #requireConnected(what: string): void {
    if (this.connected) return;
    throw new BusUnavailableError(`Cannot ${what}: the message bus is down`);
  }
}
