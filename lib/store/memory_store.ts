/**
 * A store in memory, for tests and the simulation. It keeps the whole contract of `store.ts`, limits
 * and all, so that what works on it works on etcd.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import { checkBounds, checkTransaction, OPERATIONS_MAX } from "./check_transaction.ts";
import { MemoryDatabase } from "./memory_database.ts";
import type {
  Entry,
  LeaseStatus,
  RangeOptions,
  RangePage,
  Store,
  Transaction,
  TransactionResult,
  WatchBatch,
  WatchOptions,
} from "./store.ts";
import { StoreUnavailableError } from "./store_errors.ts";

const PAGE_MAX = 1_000;
const BATCH_EVENTS_MAX = 1_000;

/** Options of {@linkcode MemoryStore}. */
export interface MemoryStoreOptions {
  /** Judges leases. */
  readonly time: TimeProvider;
  /** Give several stores the same one, and they are clients of one server. @default a new one */
  readonly database?: MemoryDatabase;
  /** As etcd's `--max-txn-ops`. @default {128} */
  readonly operationsMax?: number;
}

/** A client of a database in memory. Closing it ends its watches; the database lives on. */
export class MemoryStore implements Store {
  readonly operationsMax: number;
  readonly #database: MemoryDatabase;
  readonly #closed = new AbortController();

  constructor(options: MemoryStoreOptions) {
    this.operationsMax = options.operationsMax ?? OPERATIONS_MAX;
    this.#database = options.database ?? new MemoryDatabase();
    this.#database.adoptClock(options.time);
  }

  // deno-lint-ignore require-await -- errors must come as rejections, as from a server
  async get(key: string): Promise<Entry | undefined> {
    return this.#open().get(key);
  }

  // deno-lint-ignore require-await -- as above
  async revision(): Promise<number> {
    return this.#open().revision();
  }

  async *range(prefix: string, options: RangeOptions = {}): AsyncGenerator<RangePage> {
    checkBounds(prefix, options);
    const revision = options.revision ?? this.#open().revision();
    let remaining = options.limit ?? Infinity;
    let from = options.from ?? prefix;
    for (let after = false;; after = true) {
      const limit = Math.min(remaining, PAGE_MAX);
      const page = this.#open().range({ prefix, from, to: options.to, after, revision, limit });
      const entries = options.keysOnly ? page.map((entry) => ({ ...entry, value: "" })) : page;
      const last = entries.at(-1);
      remaining -= entries.length;
      if (after && last === undefined) return;
      yield { revision, entries };
      if (last === undefined || entries.length < limit || remaining <= 0) return;
      from = last.key;
    }
  }

  // deno-lint-ignore require-await -- as above
  async transact(transaction: Transaction): Promise<TransactionResult> {
    checkTransaction(transaction, this.operationsMax);
    return this.#open().transact(transaction);
  }

  // deno-lint-ignore require-await -- as above
  async grantLease(lease: number, ttlSeconds: number): Promise<void> {
    this.#open().grantLease(lease, ttlSeconds);
  }

  // deno-lint-ignore require-await -- as above
  async keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#open().keepAlive(leases);
  }

  // deno-lint-ignore require-await -- as above
  async leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#open().leaseStatus(leases);
  }

  // deno-lint-ignore require-await -- as above
  async revokeLease(lease: number): Promise<void> {
    this.#open().revokeLease(lease);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    const fromRevision = options.fromRevision ?? this.#open().revision() + 1;
    return this.#changes(prefix, fromRevision, options.signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }

  /** Reads the log from where it stood last: no queue that a slow reader could let grow. */
  async *#changes(
    prefix: string,
    fromRevision: number,
    until: AbortSignal,
  ): AsyncGenerator<WatchBatch> {
    const signal = AbortSignal.any([until, this.#closed.signal]);
    let next = fromRevision;
    while (!signal.aborted) {
      const { revision, events } = this.#database.changes(prefix, next, BATCH_EVENTS_MAX);
      next = revision + 1;
      if (events.length > 0) yield { revision, events };
      else next = await this.#database.waitForChange({ prefix, fromRevision: next, signal });
    }
  }

  #open(): MemoryDatabase {
    if (!this.#closed.signal.aborted) return this.#database;
    throw new StoreUnavailableError("Cannot use the store: it is closed");
  }
}
