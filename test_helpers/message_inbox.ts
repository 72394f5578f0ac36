/**
 * A handler that keeps what it gets, and a way to wait for it.
 *
 * ```ts
 * const inbox = new MessageInbox();
 * bus.subscribe("dea.heartbeat", inbox.take);
 * await inbox.waitFor(2);
 * ```
 *
 * @module
 */

import type { BusMessage } from "../lib/message_bus/message_bus.ts";

/** Remembers messages in the order of their arrival. */
export class MessageInbox {
  /** The messages so far. */
  readonly messages: BusMessage[] = [];
  /** Their payloads as text. */
  readonly texts: string[] = [];
  readonly #waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  /** The handler to subscribe with. */
  readonly take = (message: BusMessage): void => {
    this.messages.push(message);
    this.texts.push(textOf(message));
    for (const { count, resolve } of this.#waiters) if (this.texts.length >= count) resolve();
  };

  /** Resolves once `count` messages have come. */
  waitFor(count: number): Promise<void> {
    if (this.texts.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ count, resolve }));
  }
}

/** A message's payload as text. */
export function textOf(message: BusMessage): string {
  return new TextDecoder().decode(message.data);
}
