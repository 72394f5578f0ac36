/**
 * The queues of starts and stops that wait to be sent, kept in the store (PEN-01 to PEN-18, I3, I7 to I9).
 *
 * A message is queued once: a key that exists stands. Whoever sends one claims it first, by writing
 * `sent_on` over the very revision it read; of two senders the store lets one succeed, and only a claim
 * that is known to be ours is handed out. Every write carries the fence, and names the revision it
 * replaces, so that somebody else's change always wins.
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { ParseError } from "../models/parse_error.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import { CorruptRecords } from "../store/collections/corrupt_records.ts";
import { commitUnits } from "../store/commit_units.ts";
import type { Fence } from "../store/fence.ts";
import type { StoreLayout } from "../store/layout.ts";
import { rangeAll } from "../store/range_all.ts";
import type { Entry, Mutation, Store } from "../store/store.ts";
import { claimMessages, type ToClaim } from "./claim.ts";
import { type EnqueueItem, planEnqueue } from "./enqueue_plan.ts";
import {
  type PendingMessageOfAnyKind,
  putMessage,
  queueKey,
  readQueuedStart,
  readQueuedStop,
} from "./queue_record.ts";
import { type ReplaceOutcome, replaceQueuedStart } from "./replace_start.ts";

/** What an {@linkcode Outbox} is handed. */
export interface OutboxDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly fence: Fence;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A record of the queue that cannot be read; it blocks its key until it is discarded. */
export interface CorruptMessage {
  /** Full key in the store. */
  readonly key: string;
  /** Revision it was read at: it is discarded only if unchanged since. */
  readonly revision: number;
}

/** Both queues, as of `revision`. */
export interface OutboxContents {
  /** Revision of the store that both lists are of. */
  readonly revision: number;
  /** By store key, sent ones included. */
  readonly starts: readonly Queued<PendingStartMessage>[];
  /** By store key, sent ones included. */
  readonly stops: readonly Queued<PendingStopMessage>[];
  /** Records that were skipped; see {@linkcode Outbox.discardCorrupt}. */
  readonly corrupt: readonly CorruptMessage[];
}

/** What is read of the queues. */
export interface ListOptions {
  /** As of which revision of the store. @default the current one */
  readonly revision?: number | undefined;
  /** The guid of the app whose starts are read. @default all apps */
  readonly startsOf?: string | undefined;
}

/** What became of messages that were to be queued. */
export interface EnqueueResult<T> {
  /** Newly queued by this call. */
  readonly queued: readonly T[];
  /** Not queued, for something stands under their key already (REG-25). */
  readonly existing: readonly T[];
}

/** The queues of starts and stops. */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #corruptRecords: CorruptRecords;

  /** Nothing is read or written before the first call. */
  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#corruptRecords = new CorruptRecords(deps);
  }

  /**
   * Reads both queues at one revision; a corrupt record is skipped, reported and named (PEN-07). Of one app
   * only the starts can be asked for: stops stand by their instances.
   */
  async list(options: ListOptions = {}): Promise<OutboxContents> {
    const { store, layout } = this.#deps;
    const { revision: asOf, startsOf } = options;
    const corrupt: CorruptMessage[] = [];
    const startPrefix = startsOf === undefined
      ? layout.startPrefix
      : layout.startVersionsPrefix(startsOf);
    const startRange = await rangeAll(store, startPrefix, { revision: asOf });
    const { revision } = startRange;
    const stopRange = await rangeAll(store, layout.stopPrefix, { revision });
    const starts = this.#read(startRange.entries, {
      read: (entry) => readQueuedStart(layout, entry),
      corrupt,
    });
    const stops = this.#read(stopRange.entries, {
      read: (entry) => readQueuedStop(layout, entry),
      corrupt,
    });
    return { revision, starts, stops, corrupt };
  }

  /**
   * Queues starts whose keys are absent, each with the mutations that go with it, atomically.
   *
   * @throws {LeadershipLostError} when another process leads
   * @throws {OutcomeUnknownError} when some may have been queued or not: the next pass will see
   */
  enqueueStarts(
    items: readonly EnqueueItem<PendingStartMessage>[],
  ): Promise<EnqueueResult<PendingStartMessage>> {
    return this.#enqueue(items);
  }

  /** Queues stops whose keys are absent; throws as {@linkcode Outbox.enqueueStarts}. */
  enqueueStops(
    messages: readonly PendingStopMessage[],
  ): Promise<EnqueueResult<PendingStopMessage>> {
    return this.#enqueue(messages.map((message) => ({ message })));
  }

  /**
   * Queues an evacuation start in place of whatever waits under its key, unless that is an evacuation
   * start that has gone out already (EVC-08; see `replacement.ts`).
   *
   * @throws {LeadershipLostError} when another process leads
   * @throws {StoreUnavailableError} when the store fails, or others keep writing the key
   */
  replaceStart(message: PendingStartMessage): Promise<ReplaceOutcome> {
    return replaceQueuedStart(message, this.#deps);
  }

  /**
   * Claims messages for sending at `now` (Unix seconds) and returns those that are ours to publish, as
   * they stand in the queue now. One that was changed, removed or claimed by others since it was read is
   * not among them, nor is one whose `onlyIf` does not hold, or of which the store cannot say.
   *
   * @throws {LeadershipLostError} when another process leads: publish nothing
   */
  claim<T extends PendingMessageOfAnyKind>(
    messages: readonly ToClaim<T>[],
    now: number,
  ): Promise<readonly Queued<T>[]> {
    return claimMessages(messages, { ...this.#deps, now });
  }

  /**
   * Gives claims back: messages that are known not to have been published are due again (SND-11). One that
   * somebody changed meanwhile is left to them.
   *
   * @throws {LeadershipLostError} when another process leads
   */
  async release(claimed: readonly Queued<PendingMessageOfAnyKind>[]): Promise<void> {
    const { store, layout, fence } = this.#deps;
    const units = claimed.map(({ message, revision }) => ({
      guards: [{ kind: "modified_at", key: queueKey(layout, message), revision } as const],
      mutations: [putMessage(layout, { ...message, sentOn: 0 })],
    }));
    await commitUnits(store, units, { fence });
  }

  /** Removes a message that is done with; see {@linkcode Outbox.remove}. */
  async complete(message: Queued<PendingMessageOfAnyKind>): Promise<void> {
    await this.remove([message]);
  }

  /**
   * Removes messages, each only if nobody changed it since it was read; one that is gone already is as
   * good as removed (PEN-08, PEN-09).
   *
   * @throws {LeadershipLostError} when another process leads
   */
  async remove(messages: readonly Queued<PendingMessageOfAnyKind>[]): Promise<void> {
    const { layout } = this.#deps;
    await this.#deleteAll(
      messages.map(({ message, revision }) => ({ key: queueKey(layout, message), revision })),
    );
  }

  /**
   * Removes corrupt records, for they would block their keys for ever.
   *
   * @throws {LeadershipLostError} when another process leads
   */
  async discardCorrupt(records: readonly CorruptMessage[]): Promise<void> {
    await this.#deleteAll(records);
    if (records.length === 0) return;
    this.#deps.metrics.increment("corrupt_messages_discarded", records.length);
    this.#deps.log.warn("Discarded corrupt records of the queue", {
      keys: records.slice(0, 20).map((record) => record.key),
      records: records.length,
    });
  }

  #read<T>(
    entries: readonly Entry[],
    options: { readonly read: (entry: Entry) => Queued<T>; readonly corrupt: CorruptMessage[] },
  ): Queued<T>[] {
    const messages: Queued<T>[] = [];
    for (const entry of entries) {
      try {
        messages.push(options.read(entry));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.#corruptRecords.report(entry, error);
        options.corrupt.push({ key: entry.key, revision: entry.modRevision });
      }
    }
    return messages;
  }

  async #enqueue<T extends PendingMessageOfAnyKind>(
    items: readonly EnqueueItem<T>[],
  ): Promise<EnqueueResult<T>> {
    const { store, layout, fence } = this.#deps;
    const plan = planEnqueue(layout, items);
    const results = await commitUnits(store, plan.units, { fence });
    const queued: T[] = [];
    const existing: T[] = [...plan.repeated];
    plan.units.forEach((unit, position) => {
      (results[position]?.committed ? queued : existing).push(unit.message);
    });
    return { queued, existing };
  }

  async #deleteAll(records: readonly CorruptMessage[]): Promise<void> {
    const { store, fence } = this.#deps;
    const byKey = new Map(records.map((record) => [record.key, record]));
    const units = [...byKey.values()].map(({ key, revision }) => ({
      guards: [{ kind: "modified_at", key, revision } as const],
      mutations: [{ kind: "delete", key } satisfies Mutation],
    }));
    await commitUnits(store, units, { fence });
  }
}
