/**
 * One connection to the file of a SQLite store: everything that happens in it, at once and without
 * waiting for anybody but other processes' transactions.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { DatabaseSync } from "node:sqlite";
import { guardHolds } from "./check_transaction.ts";
import { toCommitError, toStoreError } from "./sqlite_errors.ts";
import { SqliteStatements } from "./sqlite_statements.ts";
import type {
  Entry,
  Mutation,
  Transaction,
  TransactionResult,
  WatchBatch,
  WatchEvent,
} from "./store.ts";
import { CompactedError, LeaseNotFoundError } from "./store_errors.ts";

/** Above every key: none begins with it. */
const END_OF_KEYS = "\u{10ffff}";

/** Changes over the limit that are let stand, so that the history is cut seldom. */
const COMPACTION_STEP = 2_000;

/** Which page of a range. */
export interface PageRequest {
  readonly prefix: string;
  readonly from: string;
  /** Key to end before. @default the end of the prefix */
  readonly to?: string | undefined;
  readonly after: boolean;
  readonly revision: number;
  readonly limit: number;
  readonly keysOnly: boolean;
}

/** A lease that has been kept alive. */
export interface RenewedLease {
  readonly id: number;
  readonly ttlMs: number;
  readonly renewals: number;
}

interface Meta {
  readonly revision: number;
  readonly compactRevision: number;
  readonly changesKept: number;
}

/** A connection. Every method throws the store's errors. */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #sql: SqliteStatements;
  readonly #path: string;
  readonly #changesMax: number;

  constructor(
    database: DatabaseSync,
    options: { readonly path: string; readonly changesMax: number },
  ) {
    this.#database = database;
    this.#sql = new SqliteStatements(database);
    this.#path = options.path;
    this.#changesMax = options.changesMax;
  }

  /** Closes the connection. */
  close(): void {
    this.#database.close();
  }

  /** Changes whenever another connection has changed something. */
  dataVersion(): unknown {
    return this.#guarded(() => this.#sql.dataVersion.get()?.["data_version"]);
  }

  /** The current revision, and the oldest that is kept. */
  meta(): Meta {
    return this.#guarded(() => this.#meta());
  }

  /** The entry at `key`. */
  get(key: string): Entry | undefined {
    return this.#guarded(() => this.#get(key));
  }

  /**
   * Entries as of a revision, in key order.
   *
   * @throws {CompactedError} when the revision is no longer kept
   */
  page(request: PageRequest): Entry[] {
    return this.#guarded(() => {
      const { prefix, from, to = endOf(prefix), revision, limit } = request;
      const rows = this.#sql.page(request).all(from, to, revision, limit);
      // Looked at afterwards: another process may have compacted in between.
      this.#checkKept(revision);
      return rows.map(toEntry);
    });
  }

  /**
   * What changed under a prefix from a revision on: whole revisions, up to the one that brings the events
   * to `eventsMax`; `revision` is the last that was looked at.
   *
   * @throws {CompactedError} when the revision is no longer kept
   */
  changes(prefix: string, fromRevision: number, eventsMax: number): WatchBatch {
    return this.#guarded(() => {
      const { revision } = this.#meta();
      const events: WatchEvent[] = [];
      let last = fromRevision - 1;
      let full = false;
      for (const row of this.#sql.changesSince.iterate(fromRevision, prefix, endOf(prefix))) {
        const at = row["rev"] as number;
        full = events.length >= eventsMax && at !== last;
        if (full) break;
        events.push(toEvent(row));
        last = at;
      }
      // Looked at afterwards, as above.
      this.#checkKept(fromRevision);
      return { revision: full ? last : Math.max(revision, last), events };
    });
  }

  /**
   * Makes a transaction whose form has been checked.
   *
   * @throws {LeaseNotFoundError} when a put names a lease that is gone
   */
  transact(transaction: Transaction): TransactionResult {
    return this.write((meta) => {
      const failed = transaction.guards.filter((g) => !guardHolds(g, this.#get(g.key)));
      if (failed.length > 0) return { committed: false, revision: meta.revision, failed };
      const revision = meta.revision + 1;
      let changes = 0;
      for (const mutation of transaction.mutations) {
        changes += this.#apply(mutation, { revision, changes });
      }
      if (changes === 0) return { committed: true, revision: meta.revision };
      this.#advance({ ...meta, revision, changesKept: meta.changesKept + changes });
      return { committed: true, revision };
    });
  }

  /** Grants a lease; false if its id is in use. */
  grantLease(id: number, options: { readonly ttlMs: number; readonly endsAtMs: number }): boolean {
    const { ttlMs, endsAtMs } = options;
    return this.write(() => Number(this.#sql.grantLease.run(id, ttlMs, endsAtMs).changes) > 0);
  }

  /** Starts leases' time anew; their times to live, 0 for those that are gone. */
  renewLeases(ids: readonly number[], options: { readonly nowMs: number }): number[] {
    return this.write(() =>
      ids.map((id) => {
        const row = this.#sql.renewLease.get(id, options.nowMs);
        return row === undefined ? 0 : row["ttlMs"] as number;
      })
    );
  }

  /** When a lease ends, in Unix milliseconds; undefined if it is gone. */
  leaseEnd(id: number): number | undefined {
    return this.#guarded(() => this.#sql.lease.get(id)?.["endsAtMs"] as number | undefined);
  }

  /** The leases whose time is over. */
  endedLeases(nowMs: number): number[] {
    return this.#guarded(() => this.#sql.endedLeases.all(nowMs).map((row) => row["id"] as number));
  }

  /** Cuts leases that would last longer from now than their time to live. */
  cutLeases(nowMs: number): void {
    this.#guarded(() => {
      if (this.#sql.tooLongLease.get(nowMs) !== undefined) this.#sql.cutLeases.run(nowMs);
    });
  }

  /** The leases that have been kept alive at least once. */
  renewedLeases(): RenewedLease[] {
    return this.#guarded(() => this.#sql.renewedLeases.all() as unknown as RenewedLease[]);
  }

  /** Ends leases for which `isOver` still holds once nobody else can write, each in its own revision. */
  endLeases(ids: readonly number[], isOver: (id: number) => boolean = () => true): void {
    if (ids.length === 0) return;
    this.write(() => {
      for (const id of ids) {
        if (isOver(id)) this.#endLease(id);
      }
    });
  }

  /** Forgets what was before `revision`, which itself is kept. */
  compact(revision: number): void {
    this.write((meta) => this.#compact(meta, revision));
  }

  /** Does something that nobody sees half of. */
  write<T>(work: (meta: Meta) => T): T {
    return this.#guarded(() => {
      this.#sql.begin.run();
      let result: T;
      try {
        result = work(this.#meta());
      } catch (error) {
        this.#rollBack();
        throw error;
      }
      this.#commit();
      return result;
    });
  }

  #commit(): void {
    try {
      this.#sql.commit.run();
    } catch (error) {
      this.#rollBack();
      throw toCommitError(error, { path: this.#path });
    }
  }

  /** After some errors SQLite has rolled back already. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#sql.rollback.run();
  }

  #apply(
    mutation: Mutation,
    { revision, changes }: { readonly revision: number; readonly changes: number },
  ): number {
    const sql = this.#sql;
    switch (mutation.kind) {
      case "put": {
        const { key, value, lease = 0 } = mutation;
        if (lease !== 0 && sql.lease.get(lease) === undefined) throw new LeaseNotFoundError(lease);
        sql.keep.run(revision, key);
        sql.put.run(key, toColumn(value), revision, lease);
        sql.change.run(revision, changes, key, 0);
        return 1;
      }
      case "delete": {
        const { key } = mutation;
        if (Number(sql.keep.run(revision, key).changes) === 0) return 0;
        sql.remove.run(key);
        sql.change.run(revision, changes, key, 1);
        return 1;
      }
      case "delete_prefix": {
        const { prefix } = mutation;
        const end = endOf(prefix);
        sql.keepUnder.run(revision, prefix, end);
        sql.changeUnder.run(revision, prefix, end, changes - 1);
        return Number(sql.removeUnder.run(prefix, end).changes);
      }
      default:
        throw mutation satisfies never;
    }
  }

  #endLease(id: number): void {
    const sql = this.#sql;
    const meta = this.#meta();
    const revision = meta.revision + 1;
    sql.keepOfLease.run(revision, id);
    sql.changeOfLease.run(revision, id);
    const changes = Number(sql.removeOfLease.run(id).changes);
    sql.removeLease.run(id);
    if (changes > 0) this.#advance({ ...meta, revision, changesKept: meta.changesKept + changes });
  }

  /** Makes a new revision, and cuts the history when it has grown over its limit. */
  #advance(meta: Meta): void {
    const excess = meta.changesKept - this.#changesMax;
    this.#sql.setMeta.run(meta.revision, meta.compactRevision, meta.changesKept);
    if (excess < COMPACTION_STEP) return;
    const oldest = this.#sql.revisionOfChange.get(excess)?.["rev"] as number | undefined;
    this.#compact(meta, oldest ?? meta.revision);
  }

  #compact(meta: Meta, revision: number): void {
    const target = Math.min(revision, meta.revision);
    if (target <= meta.compactRevision) return;
    this.#sql.compactOld.run(target);
    const removed = Number(this.#sql.compactChanges.run(target).changes);
    this.#sql.setMeta.run(meta.revision, target, meta.changesKept - removed);
  }

  #meta(): Meta {
    return this.#sql.meta.get() as unknown as Meta;
  }

  #get(key: string): Entry | undefined {
    const row = this.#sql.get.get(key);
    return row === undefined ? undefined : toEntry(row);
  }

  #checkKept(revision: number): void {
    const { compactRevision } = this.#meta();
    if (revision >= compactRevision) return;
    throw new CompactedError(
      `Cannot read revision ${revision}: the store has been compacted, ` +
        `${compactRevision} is the oldest it keeps`,
      compactRevision,
    );
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, { path: this.#path });
    }
  }
}

/** The first key after all that begin with `prefix`. */
function endOf(prefix: string): string {
  if (prefix === "") return END_OF_KEYS;
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

/** Text with a NUL would be cut there when it is read, so it is kept as bytes. */
function toColumn(value: string): string | Uint8Array {
  return value.includes("\0") ? Buffer.from(value) : value;
}

function fromColumn(value: unknown): string {
  return typeof value === "string" ? value : Buffer.from(value as Uint8Array).toString();
}

function toEntry(row: Record<string, unknown>): Entry {
  return {
    key: row["key"] as string,
    value: fromColumn(row["value"]),
    createRevision: row["createRevision"] as number,
    modRevision: row["modRevision"] as number,
    lease: row["lease"] as number,
  };
}

function toEvent(row: Record<string, unknown>): WatchEvent {
  const key = row["key"] as string;
  const revision = row["rev"] as number;
  if (row["removed"] === 1) return { kind: "delete", key, revision };
  return {
    kind: "put",
    entry: {
      key,
      value: fromColumn(row["value"]),
      createRevision: row["createRevision"] as number,
      modRevision: revision,
      lease: row["lease"] as number,
    },
  };
}
