/**
 * One process's connection to a simulated NATS: at most once, in order per publisher, lost while nobody
 * is connected. What is published is told to the world's observer the moment it leaves.
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
}

/** The server that connections meet in. */
export class SimulatedNats {
  readonly weather: BusWeather = { down: false, loss: 0, duplication: 0, latencyMaxMs: 5 };
  readonly #listeners = new Set<Listener>();
  readonly #random: SeededRandom;
  readonly #observe: (subject: string, data: Uint8Array) => void;

  /** @param observe is told of every message that the server takes */
  constructor(random: SeededRandom, observe: (subject: string, data: Uint8Array) => void) {
    this.#random = random;
    this.#observe = observe;
  }

  /** A connection for one process. */
  connect(process: SimulatedProcess): MessageBus {
    return new SimulatedBus(this, process);
  }

  /** Hands messages to the listener; returns how to end that. */
  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    const remove = () => void this.#listeners.delete(listener);
    listener.process.death.addEventListener("abort", remove, { once: true });
    return remove;
  }

  /** Takes a message. */
  publish(from: SimulatedProcess, subject: string, data: Uint8Array): void {
    this.#observe(subject, data);
    const { loss, duplication, latencyMaxMs } = this.weather;
    for (const listener of this.#listeners) {
      if (!subjectMatches(listener.subject, subject)) continue;
      if (this.#random.chance(loss) || listener.process.cutOff.bus) continue;
      const copies = this.#random.chance(duplication) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const latencyMs = this.#random.between(0, latencyMaxMs);
        from.clock.after(latencyMs, () => this.#deliver(listener, { subject, data }));
      }
    }
  }

  #deliver(listener: Listener, message: { readonly subject: string; readonly data: Uint8Array }) {
    listener.process.receive(() => {
      if (!this.#listeners.has(listener)) return;
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
    return !this.#nats.weather.down && !this.#process.cutOff.bus;
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
    await this.#process.time().sleep(1);
    this.#requireConnected("flush");
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
