/**
 * What connections of the embedded bus share: it takes the server's place. Routing is NATS's: every plain
 * subscriber gets a message, and of each queue group the member that has waited longest.
 *
 * @module
 */

import { subjectMatches } from "./subject_match.ts";

/** A message on its way. */
export interface RoutedMessage {
  /** Where it was published, without wildcards. */
  readonly subject: string;
  /** Payload, shared by all its receivers: not to be changed. */
  readonly data: Uint8Array;
  /** Where an answer is expected; undefined when none is. */
  readonly reply: string | undefined;
}

/** Somewhere a message can be routed to. */
export interface HubSubscriber {
  /** Subject, possibly with wildcards. */
  readonly subject: string;
  /** Its group, of which each message reaches one; undefined: it gets them all. */
  readonly queue: string | undefined;
  /** Takes the message to be handled later; must not call anybody's handler. */
  accept(message: RoutedMessage): void;
}

/** The middle of the embedded bus. Any number of `InProcessBus` connections meet in one. */
export class InProcessHub {
  /** In the order in which queue group members have their turn. */
  readonly #subscribers = new Set<HubSubscriber>();
  #inboxes = 0;
  #up = true;

  /** Whether messages are taken. */
  get up(): boolean {
    return this.#up;
  }

  /** Plays the loss of the server: nothing can be published until {@linkcode comeBack}. */
  goDown(): void {
    this.#up = false;
  }

  /** Ends what {@linkcode goDown} began; subscriptions are as they were. */
  comeBack(): void {
    this.#up = true;
  }

  /** Routes messages to `subscriber` from now on. */
  add(subscriber: HubSubscriber): void {
    this.#subscribers.add(subscriber);
  }

  /** Routes no more messages to `subscriber`. */
  remove(subscriber: HubSubscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** A subject nobody else uses, for an answer. */
  inbox(): string {
    this.#inboxes += 1;
    return `_INBOX.${this.#inboxes}`;
  }

  /** Hands the message to everyone it is for, and says how many that were. */
  route(message: RoutedMessage): number {
    const matching = [...this.#subscribers]
      .filter((subscriber) => subjectMatches(subscriber.subject, message.subject));
    const chosen = new Map<string, HubSubscriber>();
    for (const subscriber of matching) {
      const { queue } = subscriber;
      if (queue !== undefined && !chosen.has(queue)) chosen.set(queue, subscriber);
    }
    chosen.forEach((subscriber) => this.#moveToTheEnd(subscriber));
    const plain = matching.filter((subscriber) => subscriber.queue === undefined);
    [...plain, ...chosen.values()].forEach((subscriber) => subscriber.accept(message));
    return plain.length + chosen.size;
  }

  #moveToTheEnd(subscriber: HubSubscriber): void {
    this.#subscribers.delete(subscriber);
    this.#subscribers.add(subscriber);
  }
}
