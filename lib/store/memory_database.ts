/**
 * What several memory stores share: keys with their history, leases, and whoever waits for a change. It
 * stands for the server, so that tests and the simulation can open as many clients on it as they like.
 *
 * Leases are judged by the clock of the first store that opens it, by monotonic time, so that a jump of
 * the wall clock ends none. Those that have run out end before anything else is done. While a watch
 * waits, one sleep until the next lease ends is under way, and at no other time: a test that waits for
 * somebody to sleep is not deceived by a store nobody watches.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import { checkLease, guardHolds } from "./check_transaction.ts";
import { HISTORY_MAX, type HistoryRange, keyOf, MemoryHistory } from "./memory_history.ts";
import type {
  Entry,
  LeaseStatus,
  Mutation,
  Transaction,
  TransactionResult,
  WatchBatch,
  WatchEvent,
} from "./store.ts";
import { LeaseNotFoundError } from "./store_errors.ts";

interface Lease {
  readonly ttlSeconds: number;
  /** Keys attached to it. */
  readonly keys: Set<string>;
  endsAtMs: number;
}

/** Who waits for a change under a prefix. */
interface Waiter {
  readonly prefix: string;
  /** The first revision that may hold such a change: what has no news does not hold a watch back. */
  next: number;
  readonly wake: () => void;
}

/** What is waited for. */
interface ChangeOptions {
  readonly prefix: string;
  /** What happened before is known. */
  readonly fromRevision: number;
  readonly signal: AbortSignal;
}

/** What ends a sleep that is not needed any more; one for all, for a new one would walk the stack. */
const NOT_NEEDED = new DOMException("No watch waits for this lease to end", "AbortError");

/** Options of {@linkcode MemoryDatabase}. */
export interface MemoryDatabaseOptions {
  /** The clock that judges leases. @default that of the first store that opens the database */
  readonly time?: TimeProvider;
  /** Revisions that are kept. @default {10_000} */
  readonly historyMax?: number;
}

/** What a database held at a moment. */
export interface SavedDatabase {
  /** Not to be written to. */
  readonly history: MemoryHistory;
  /** Leases by id. */
  readonly leases: ReadonlyMap<number, Pick<Lease, "ttlSeconds" | "keys">>;
}

/** A database in memory, to be opened by any number of `MemoryStore`s. It needs no closing. */
export class MemoryDatabase {
  #history: MemoryHistory;
  readonly #leases = new Map<number, Lease>();
  readonly #waiters = new Set<Waiter>();
  #time: TimeProvider | undefined;
  /** No lease ends before this. */
  #nextEndMs = Infinity;
  #sleep: { readonly untilMs: number; readonly cancel: AbortController } | undefined;

  constructor(options: MemoryDatabaseOptions = {}) {
    this.#time = options.time;
    this.#history = new MemoryHistory(options.historyMax ?? HISTORY_MAX);
  }

  /** Gives the database its clock, if it has none yet. */
  adoptClock(time: TimeProvider): void {
    this.#time ??= time;
  }

  /** The current revision. */
  revision(): number {
    this.#reap();
    return this.#history.revision;
  }

  /** The entry at `key`. */
  get(key: string): Entry | undefined {
    this.#reap();
    return this.#history.get(key);
  }

  /** Entries as of a revision; see {@linkcode MemoryHistory.range}. */
  range(range: HistoryRange): Entry[] {
    this.#reap();
    return this.#history.range(range);
  }

  /** What changed; see {@linkcode MemoryHistory.changes}. */
  changes(prefix: string, fromRevision: number, eventsMax: number): WatchBatch {
    this.#reap();
    return this.#history.changes(prefix, fromRevision, eventsMax);
  }

  /** Forgets what was before `revision`, as etcd's compaction does. */
  compact(revision: number): void {
    this.#history.compact(revision);
  }

  /** What it holds now, to go back to. */
  save(): SavedDatabase {
    this.#reap();
    const leases = new Map(
      [...this.#leases].map((
        [id, { ttlSeconds, keys }],
      ) => [id, { ttlSeconds, keys: new Set(keys) }]),
    );
    return { history: this.#history.copy(), leases };
  }

  /**
   * Goes back, as etcd does when it is restored from a snapshot: revisions begin again where they were, and
   * leases have their whole time before them. Watches are told nothing, for they wait for revisions yet to
   * come, as etcd's clients do.
   */
  restore(saved: SavedDatabase): void {
    this.#history = saved.history.copy();
    this.#leases.clear();
    this.#nextEndMs = Infinity;
    for (const [id, { ttlSeconds, keys }] of saved.leases) {
      const endsAtMs = this.#nowMs() + ttlSeconds * 1000;
      this.#leases.set(id, { ttlSeconds, keys: new Set(keys), endsAtMs });
      this.#nextEndMs = Math.min(this.#nextEndMs, endsAtMs);
    }
    this.#scheduleReaping();
  }

  /**
   * Makes a transaction whose form has been checked.
   *
   * @throws {LeaseNotFoundError} when a put names a lease that is gone
   */
  transact(transaction: Transaction): TransactionResult {
    this.#reap();
    const history = this.#history;
    const failed = transaction.guards.filter((g) => !guardHolds(g, history.get(g.key)));
    if (failed.length > 0) return { committed: false, revision: history.revision, failed };
    const lost = transaction.mutations.find((m) =>
      m.kind === "put" && m.lease !== undefined && m.lease !== 0 && !this.#leases.has(m.lease)
    );
    if (lost?.kind === "put") throw new LeaseNotFoundError(lost.lease ?? 0);
    this.#commit(transaction.mutations.flatMap((mutation) => this.#eventsOf(mutation)));
    return { committed: true, revision: history.revision };
  }

  /**
   * Grants a lease.
   *
   * @throws {RangeError} when its id is in use, or it or its time is not one a store can hold
   */
  grantLease(id: number, ttlSeconds: number): void {
    this.#reap();
    checkLease(id, ttlSeconds);
    if (this.#leases.has(id)) throw new RangeError(`Cannot grant lease ${id}: it is in use`);
    const endsAtMs = this.#nowMs() + ttlSeconds * 1000;
    this.#leases.set(id, { ttlSeconds, endsAtMs, keys: new Set() });
    this.#nextEndMs = Math.min(this.#nextEndMs, endsAtMs);
    this.#scheduleReaping();
  }

  /** Starts leases' time anew. */
  keepAlive(ids: readonly number[]): LeaseStatus[] {
    this.#reap();
    return ids.map((id) => {
      const lease = this.#leases.get(id);
      if (lease === undefined) return { lease: id, ttlSeconds: 0 };
      lease.endsAtMs = this.#nowMs() + lease.ttlSeconds * 1000;
      return { lease: id, ttlSeconds: lease.ttlSeconds };
    });
  }

  /** What leases have left. */
  leaseStatus(ids: readonly number[]): LeaseStatus[] {
    this.#reap();
    return ids.map((id) => {
      const endsAtMs = this.#leases.get(id)?.endsAtMs;
      const leftMs = endsAtMs === undefined ? 0 : endsAtMs - this.#nowMs();
      return { lease: id, ttlSeconds: leftMs / 1000 };
    });
  }

  /** Ends a lease, if it is there. */
  revokeLease(id: number): void {
    this.#reap();
    this.#endLease(id);
  }

  /**
   * Resolves at the next change under `prefix` in `fromRevision` or later, or when `signal` is aborted,
   * with the revision to look for changes from: what else happened meanwhile was no news.
   */
  waitForChange({ prefix, fromRevision, signal }: ChangeOptions): Promise<number> {
    if (signal.aborted) return Promise.resolve(fromRevision);
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", wake);
        this.#scheduleReaping();
        resolve(waiter.next);
      };
      const waiter: Waiter = { prefix, next: fromRevision, wake };
      signal.addEventListener("abort", wake, { once: true });
      this.#waiters.add(waiter);
      this.#scheduleReaping();
    });
  }

  #eventsOf(mutation: Mutation): WatchEvent[] {
    const revision = this.#history.revision + 1;
    switch (mutation.kind) {
      case "put": {
        const { key, value, lease = 0 } = mutation;
        const createRevision = this.#history.get(key)?.createRevision ?? revision;
        const entry = { key, value, createRevision, modRevision: revision, lease };
        return [{ kind: "put", entry }];
      }
      case "delete":
        if (this.#history.get(mutation.key) === undefined) return [];
        return [{ kind: "delete", key: mutation.key, revision }];
      case "delete_prefix":
        return this.#history.keysUnder(mutation.prefix)
          .map((key) => ({ kind: "delete", key, revision }));
      default:
        throw mutation satisfies never;
    }
  }

  #commit(events: readonly WatchEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      const key = keyOf(event);
      const before = this.#history.get(key)?.lease ?? 0;
      if (before !== 0) this.#leases.get(before)?.keys.delete(key);
      if (event.kind === "put") this.#leases.get(event.entry.lease)?.keys.add(key);
    }
    this.#history.append(events);
    this.#tell(events);
  }

  #tell(events: readonly WatchEvent[]): void {
    const { revision } = this.#history;
    for (const waiter of [...this.#waiters]) {
      if (revision < waiter.next) continue;
      if (events.some((event) => keyOf(event).startsWith(waiter.prefix))) waiter.wake();
      else waiter.next = revision + 1;
    }
  }

  /** Ends the leases that have run out, each in a revision of its own, in the order they ended. */
  #reap(): void {
    const now = this.#nowMs();
    if (now < this.#nextEndMs) return;
    const leases = [...this.#leases].sort(([, a], [, b]) => a.endsAtMs - b.endsAtMs);
    this.#nextEndMs = leases.find(([, lease]) => lease.endsAtMs > now)?.[1].endsAtMs ?? Infinity;
    for (const [id, lease] of leases) {
      if (lease.endsAtMs <= now) this.#endLease(id);
    }
  }

  #endLease(id: number): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#leases.delete(id);
    const revision = this.#history.revision + 1;
    this.#commit([...lease.keys].sort().map((key) => ({ kind: "delete", key, revision })));
  }

  /** Keeps one sleep until the next lease ends under way while, and only while, a watch waits. */
  #scheduleReaping(): void {
    const untilMs = this.#waiters.size > 0 ? this.#nextEndMs : Infinity;
    if (untilMs === (this.#sleep?.untilMs ?? Infinity)) return;
    this.#sleep?.cancel.abort(NOT_NEEDED);
    this.#sleep = undefined;
    const time = this.#time;
    if (untilMs === Infinity || time === undefined) return;
    const sleep = { untilMs, cancel: new AbortController() };
    this.#sleep = sleep;
    const { signal } = sleep.cancel;
    time.sleep(untilMs - time.monotonicMs(), { signal }).then(() => {
      if (signal.aborted) return;
      this.#sleep = undefined;
      this.#reap();
      this.#scheduleReaping();
    });
  }

  #nowMs(): number {
    return this.#time?.monotonicMs() ?? 0;
  }
}
