/**
 * One of the queues, by key and by app: the sender asks for all that waits, the analyzer for what waits
 * for one app.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import type { PendingMessage } from "../models/pending_message.ts";
import type { Queued } from "../models/queued.ts";

const NONE = new Map<never, string>();

/** Messages of one kind; `Name` is what tells an app's messages apart, the index or the instance guid. */
export class QueueTable<Message extends PendingMessage, Name extends string | number> {
  readonly #nameOf: (message: Message) => Name;
  readonly #messages = new Map<string, Queued<Message>>();
  readonly #apps = new Map<string, Map<Name, string>>();

  constructor(nameOf: (message: Message) => Name) {
    this.#nameOf = nameOf;
  }

  /** How many messages there are. */
  get size(): number {
    return this.#messages.size;
  }

  /** The message at a store key. */
  get(storeKey: string): Queued<Message> | undefined {
    return this.#messages.get(storeKey);
  }

  /** All messages, in no particular order. */
  values(): IterableIterator<Queued<Message>> {
    return this.#messages.values();
  }

  /** The keys of the apps for which something waits. */
  keys(): IterableIterator<string> {
    return this.#apps.keys();
  }

  /** What waits for an app: has the names of its messages. */
  of(key: string): ReadonlyMap<Name, string> {
    return this.#apps.get(key) ?? (NONE as ReadonlyMap<Name, string>);
  }

  /** Takes over the message that stands at a store key, and returns the one that stood there before. */
  put(storeKey: string, queued: Queued<Message>): Queued<Message> | undefined {
    const replaced = this.remove(storeKey);
    this.#messages.set(storeKey, queued);
    const key = appKey(queued.message);
    const names = this.#apps.get(key) ?? new Map<Name, string>();
    names.set(this.#nameOf(queued.message), storeKey);
    this.#apps.set(key, names);
    return replaced;
  }

  /** Forgets the message at a store key, and returns it if there was one. */
  remove(storeKey: string): Queued<Message> | undefined {
    const queued = this.#messages.get(storeKey);
    if (queued === undefined) return undefined;
    this.#messages.delete(storeKey);
    const key = appKey(queued.message);
    const names = this.#apps.get(key);
    names?.delete(this.#nameOf(queued.message));
    if (names?.size === 0) this.#apps.delete(key);
    return queued;
  }
}
