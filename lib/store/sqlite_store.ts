/**
 * A store in one SQLite file, for a single machine without an etcd: durable, shared by any number of
 * processes, and nothing to install. Its tables are told in `sqlite_schema.ts`, its leases in
 * `sqlite_leases.ts`.
 *
 * A watch hears of what is written through the same store at once, and looks for what other processes
 * wrote some times a second. It reads the log of changes from where it stood last, so a slow reader
 * makes no queue grow.
 *
 * @module
 */

import { Bell } from "../helpers/bell.ts";
import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { checkBounds, checkLease, checkTransaction } from "./check_transaction.ts";
import { SqliteDatabase } from "./sqlite_database.ts";
import { SqliteLeases } from "./sqlite_leases.ts";
import { openSqliteFile } from "./sqlite_schema.ts";
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
const POLL_MS = 75;
const OPERATIONS_MAX = 1_000;
const CHANGES_MAX = 100_000;

/** Options of {@linkcode SqliteStore.open}. */
export interface SqliteStoreOptions {
  /** The file; it is made if it is not there. */
  readonly path: string;
  /** Judges leases, and paces polling. */
  readonly time: TimeProvider;
  readonly log: Logger;
  /** @default {1_000} */
  readonly operationsMax?: number;
  /** Changed keys that ranges at older revisions and watches can look back on. @default {100_000} */
  readonly changesMax?: number;
  /** How long other processes' transactions are waited for, with all else. @default {2_000} */
  readonly busyTimeoutMs?: number;
}

/** A client of a SQLite file. */
export class SqliteStore implements Store {
  readonly operationsMax: number;
  readonly #database: SqliteDatabase;
  readonly #leases: SqliteLeases;
  readonly #time: TimeProvider;
  readonly #log: Logger;
  readonly #closed = new AbortController();
  readonly #changed = new Bell();
  #polling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #dataVersion: unknown;

  /** Use {@linkcode SqliteStore.open}. */
  constructor(database: SqliteDatabase, options: SqliteStoreOptions) {
    this.operationsMax = options.operationsMax ?? OPERATIONS_MAX;
    this.#database = database;
    this.#time = options.time;
    this.#log = options.log;
    this.#leases = new SqliteLeases(database, options.time);
  }

  /**
   * Opens a file, or makes it, for its owner alone (mode 0600).
   *
   * @throws {StoreUnavailableError} when the file cannot be opened or written
   * @throws {StoreRefusedError} when it is another program's, or a newer version's
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, changesMax = CHANGES_MAX } = options;
    const file = await openSqliteFile(options);
    return new SqliteStore(new SqliteDatabase(file, { path, changesMax }), options);
  }

  // deno-lint-ignore require-await -- errors must come as rejections, as from a server
  async get(key: string): Promise<Entry | undefined> {
    return this.#current().get(key);
  }

  // deno-lint-ignore require-await -- as above
  async revision(): Promise<number> {
    return this.#current().meta().revision;
  }

  async *range(prefix: string, options: RangeOptions = {}): AsyncGenerator<RangePage> {
    checkBounds(prefix, options);
    const current = this.#current().meta().revision;
    const { revision = current, keysOnly = false } = options;
    if (revision > current) {
      throw new RangeError(`Cannot range at revision ${revision}: the store is at ${current}`);
    }
    let remaining = options.limit ?? Infinity;
    let from = options.from ?? prefix;
    for (let after = false;; after = true) {
      const limit = Math.min(remaining, PAGE_MAX);
      const request = { prefix, from, to: options.to, after, revision, limit, keysOnly };
      const entries = this.#current().page(request);
      const last = entries.at(-1);
      if (after && last === undefined) return;
      yield { revision, entries };
      remaining -= entries.length;
      if (last === undefined || entries.length < limit || remaining <= 0) return;
      from = last.key;
    }
  }

  // deno-lint-ignore require-await -- as above
  async transact(transaction: Transaction): Promise<TransactionResult> {
    checkTransaction(transaction, this.operationsMax);
    const result = this.#current().transact(transaction);
    if (result.committed) this.#changed.ring();
    return result;
  }

  // deno-lint-ignore require-await -- as above
  async grantLease(lease: number, ttlSeconds: number): Promise<void> {
    checkLease(lease, ttlSeconds);
    const ttlMs = ttlSeconds * 1000;
    const endsAtMs = this.#time.nowMs() + ttlMs;
    if (this.#current().grantLease(lease, { ttlMs, endsAtMs })) return;
    throw new RangeError(`Cannot grant lease ${lease}: it is in use`);
  }

  // deno-lint-ignore require-await -- as above
  async keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    if (leases.length === 0) return [];
    const ttls = this.#current().renewLeases(leases, { nowMs: this.#time.nowMs() });
    return leases.map((lease, index) => ({ lease, ttlSeconds: (ttls[index] ?? 0) / 1000 }));
  }

  // deno-lint-ignore require-await -- as above
  async leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    const database = this.#current();
    const nowMs = this.#time.nowMs();
    return leases.map((lease) => {
      const endsAtMs = database.leaseEnd(lease) ?? nowMs;
      return { lease, ttlSeconds: (endsAtMs - nowMs) / 1000 };
    });
  }

  // deno-lint-ignore require-await -- as above
  async revokeLease(lease: number): Promise<void> {
    this.#current().endLeases([lease]);
    this.#changed.ring();
  }

  /** Forgets what was before `revision`, as etcd's compaction does; the history is bounded anyway. */
  // deno-lint-ignore require-await -- as above
  async compact(revision: number): Promise<void> {
    this.#current().compact(revision);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    const fromRevision = options.fromRevision ?? this.#current().meta().revision + 1;
    return this.#changes(prefix, fromRevision, options.signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await this.#polling;
    this.#database.close();
  }

  async *#changes(
    prefix: string,
    fromRevision: number,
    until: AbortSignal,
  ): AsyncGenerator<WatchBatch> {
    const signal = AbortSignal.any([until, this.#closed.signal]);
    let next = fromRevision;
    while (!signal.aborted) {
      const { revision, events } = this.#current().changes(prefix, next, BATCH_EVENTS_MAX);
      next = Math.max(next, revision + 1);
      if (events.length > 0) yield { revision, events };
      else await this.#waitForChange(signal);
    }
  }

  #waitForChange(signal: AbortSignal): Promise<void> {
    const change = this.#changed.wait(signal);
    if (this.#changed.awaited) this.#polling ??= this.#poll();
    return change;
  }

  /** Looks for other processes' changes and for leases that are over, while somebody waits. */
  async #poll(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#changed.awaited && !signal.aborted) {
      await this.#time.sleep(POLL_MS, { signal });
      if (!signal.aborted) this.#look();
      // Whoever was woken by this look has its turn to wait again before the loop ends.
      await Promise.resolve();
    }
    this.#polling = undefined;
  }

  #look(): void {
    try {
      const ended = this.#leases.reap();
      const dataVersion = this.#database.dataVersion();
      if (dataVersion === this.#dataVersion && !ended) return;
      this.#dataVersion = dataVersion;
    } catch (error) {
      // Those who wait look for themselves now: if it fails for them too, they say so.
      this.#log.debug("Could not look for changes in the store", { error });
    }
    this.#changed.ring();
  }

  /** The database, after leases that are over have ended. */
  #current(): SqliteDatabase {
    if (this.#closed.signal.aborted) {
      throw new StoreUnavailableError("Cannot use the store: it is closed");
    }
    if (this.#leases.reap()) this.#changed.ring();
    return this.#database;
  }
}
