/**
 * What queueing messages writes: each is created if its key is absent, together with what must not be
 * written without it, such as the crash count that delays a start (I3, I14, REG-25). Pure.
 *
 * @module
 */

import type { StoreLayout } from "../store/layout.ts";
import type { Guard, Mutation } from "../store/store.ts";
import { type PendingMessageOfAnyKind, putMessage, queueKey } from "./queue_record.ts";

/** A message to queue. */
export interface EnqueueItem<T extends PendingMessageOfAnyKind> {
  /** Queued only if nothing waits under its key. */
  readonly message: T;
  /** Written in the same transaction as the message, or not at all. */
  readonly with?: readonly Mutation[];
}

/** One message and the transaction that queues it. */
export interface EnqueueUnit<T extends PendingMessageOfAnyKind> {
  readonly message: T;
  readonly guards: readonly Guard[];
  readonly mutations: readonly Mutation[];
}

/** What is to be written, and what is not because an earlier item has the same key. */
export interface EnqueuePlan<T extends PendingMessageOfAnyKind> {
  readonly units: readonly EnqueueUnit<T>[];
  readonly repeated: readonly T[];
}

/** Plans the queueing of `items`; of several with one key only the first is queued. */
export function planEnqueue<T extends PendingMessageOfAnyKind>(
  layout: StoreLayout,
  items: readonly EnqueueItem<T>[],
): EnqueuePlan<T> {
  const units = new Map<string, EnqueueUnit<T>>();
  const repeated: T[] = [];
  for (const { message, with: others = [] } of items) {
    const key = queueKey(layout, message);
    if (units.has(key)) {
      repeated.push(message);
      continue;
    }
    const mutations = [putMessage(layout, message), ...others];
    units.set(key, { message, guards: [{ kind: "absent", key }], mutations });
  }
  return { units: [...units.values()], repeated };
}
