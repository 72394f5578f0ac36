/**
 * Puts together what is known of each start and stop. The message on the bus says what is to be done and
 * nothing else; why is in the log: the analyzer's line of the queueing has the words, the sender's line of
 * the sending has the reason. All carry the message's id.
 *
 * @module
 */

import type { PlatformEvent } from "../../test_helpers/simulated_platform.ts";
import type { DemoOrder } from "./demo_event.ts";

/** Messages that something is known of and that are not complete; more are forgotten, oldest first. */
const ENTRIES_MAX = 50_000;

/** What is said of reasons that no analyzer has explained: those of the evacuator. */
const WHY: Readonly<Record<string, string>> = { "EVACUATING": "its DEA says that it leaves" };

interface Entry {
  why?: string;
  reason?: string;
  event?: PlatformEvent;
}

/** Knows the orders under way. */
export class OrderLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #onOrder: (order: DemoOrder) => void;

  /** @param onOrder is told each order once, when it was sent, done, and both are known */
  constructor(onOrder: (order: DemoOrder) => void) {
    this.#onOrder = onOrder;
  }

  /** The analyzer has queued the message. */
  queued(messageId: string, why: string): void {
    this.#update(messageId, { why });
  }

  /** The sender has sent the message. */
  sent(messageId: string, reason: string): void {
    this.#update(messageId, { reason });
  }

  /** The platform has done what the message says. */
  done(event: PlatformEvent): void {
    this.#update(event.message.messageId, { event });
  }

  /** The message will never be sent. */
  dropped(messageId: string): void {
    this.#entries.delete(messageId);
  }

  #update(messageId: string, news: Entry): void {
    const entry = { ...this.#entries.get(messageId), ...news };
    this.#entries.delete(messageId);
    const { reason, event } = entry;
    if (reason === undefined || event === undefined) return this.#keep(messageId, entry);
    this.#onOrder({
      kind: event.kind,
      app: event.message.appGuid,
      index: event.message.instanceIndex,
      dea: event.deaGuid,
      reason,
      why: entry.why ?? WHY[reason] ?? "",
    });
  }

  #keep(messageId: string, entry: Entry): void {
    this.#entries.set(messageId, entry);
    if (this.#entries.size <= ENTRIES_MAX) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
