/**
 * The store contract: a small key-value store with revisions, atomic transactions, leases and watches,
 * which etcd v3 satisfies natively and SQLite and memory satisfy exactly. Every adapter passes the same
 * suite, `test_helpers/store_conformance.ts`.
 *
 * Keys and values are text; keys are ASCII, so that every adapter sorts them alike. Revisions count
 * the store's transactions that changed something: each has one, higher than all before it.
 *
 * @module
 */

/** A key and what it holds, as of some revision. */
export interface Entry {
  /** Full key, from the root of the store. */
  readonly key: string;
  /** What was last written, as text. */
  readonly value: string;
  /** Revision of the transaction that made the key, since it was last absent. */
  readonly createRevision: number;
  /** Revision of the transaction that last wrote the key. */
  readonly modRevision: number;
  /** The lease the key is attached to, 0 for none. */
  readonly lease: number;
}

/** Entries of one prefix, in key order, all as of `revision`. */
export interface RangePage {
  /** Revision of the store that the page is of. */
  readonly revision: number;
  /** In key order; empty past the last. */
  readonly entries: readonly Entry[];
}

/** Options of {@linkcode Store.range}. */
export interface RangeOptions {
  /** Read as of this revision. @default the revision of the first page */
  readonly revision?: number | undefined;
  /** First key to return, inclusive; it must begin with the prefix. @default the prefix itself */
  readonly from?: string | undefined;
  /** Key to end before, exclusive; it must begin with the prefix. @default the end of the prefix */
  readonly to?: string | undefined;
  /** Entries in all. @default no limit */
  readonly limit?: number | undefined;
  /** Leave the values out (they come as empty text). @default {false} */
  readonly keysOnly?: boolean | undefined;
}

/** A condition of a transaction. */
export type Guard =
  /** The key does not exist. */
  | { readonly kind: "absent"; readonly key: string }
  /** The key exists. */
  | { readonly kind: "present"; readonly key: string }
  /** The key was last written by this revision. */
  | { readonly kind: "modified_at"; readonly key: string; readonly revision: number }
  /** The key was made by this revision and has existed since: what fencing asks of a leadership key. */
  | { readonly kind: "created_at"; readonly key: string; readonly revision: number };

/** A change that a transaction makes. */
export type Mutation =
  /** Writes a key; it is attached to `lease`, or to none if that is left out, whatever it was before. */
  | { readonly kind: "put"; readonly key: string; readonly value: string; readonly lease?: number }
  /** Removes a key; no error if it is absent. */
  | { readonly kind: "delete"; readonly key: string }
  /** Removes every key that begins with `prefix`. */
  | { readonly kind: "delete_prefix"; readonly prefix: string };

/** All guards hold and all mutations happen, or nothing does. */
export interface Transaction {
  /** All must hold; none: commit in any case. */
  readonly guards: readonly Guard[];
  /** All become visible at one revision; no two may touch the same key. */
  readonly mutations: readonly Mutation[];
}

/** How a transaction ended. `revision` is the store's, afterwards. */
export type TransactionResult =
  | { readonly committed: true; readonly revision: number }
  | {
    readonly committed: false;
    readonly revision: number;
    /** The guards that did not hold, never empty. */
    readonly failed: readonly Guard[];
  };

/** A key that was written or removed. */
export type WatchEvent =
  | { readonly kind: "put"; readonly entry: Entry }
  | { readonly kind: "delete"; readonly key: string; readonly revision: number };

/** What one or more whole revisions changed under a prefix, in order of revision. */
export interface WatchBatch {
  /** The last revision the batch holds; to resume, watch from the next. */
  readonly revision: number;
  /** In order of revision; a revision is never split between batches. */
  readonly events: readonly WatchEvent[];
}

/** Options of {@linkcode Store.watch}. */
export interface WatchOptions {
  /** First revision whose changes are wanted. @default changes from now on */
  readonly fromRevision?: number | undefined;
  /** Ends the watch: the iterator returns. */
  readonly signal: AbortSignal;
}

/** The state of a lease. */
export interface LeaseStatus {
  /** Its id, as it was granted. */
  readonly lease: number;
  /** Seconds left; 0 or less when the lease is gone. */
  readonly ttlSeconds: number;
}

/**
 * A store. Every method throws {@linkcode StoreUnavailableError} when the store cannot be reached or
 * does not answer in time.
 */
export interface Store extends AsyncDisposable {
  /** Most guards, and most mutations, that one transaction may hold. */
  readonly operationsMax: number;

  /** The entry at `key`, as of now; undefined if there is none. */
  get(key: string): Promise<Entry | undefined>;

  /** The store's current revision. */
  revision(): Promise<number>;

  /**
   * The entries whose keys begin with `prefix`, page by page, all as of one revision; at least one page.
   *
   * @throws {CompactedError} when that revision is no longer kept
   */
  range(prefix: string, options?: RangeOptions): AsyncIterable<RangePage>;

  /**
   * Makes all mutations if all guards hold. No key may be touched by two mutations.
   *
   * @throws {RangeError} when it has more than {@linkcode operationsMax} guards or mutations
   * @throws {TypeError} when two mutations touch one key
   * @throws {LeaseNotFoundError} when a put names a lease that is gone; nothing has changed
   * @throws {OutcomeUnknownError} when the transaction may or may not have been made: read back
   */
  transact(transaction: Transaction): Promise<TransactionResult>;

  /**
   * Grants a lease: keys attached to it go when it ends.
   *
   * @param lease an id of the caller's choice, 1 to 2^53 - 1, not in use
   * @param ttlSeconds how long it lasts unless kept alive; etcd may give a little more
   */
  grantLease(lease: number, ttlSeconds: number): Promise<void>;

  /** Starts these leases' time anew and says what they have left: many at once. */
  keepAlive(leases: readonly number[]): Promise<LeaseStatus[]>;

  /** What these leases have left, without keeping them alive; for whoever only looks. */
  leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]>;

  /** Ends a lease and removes its keys; no error if it is gone. */
  revokeLease(lease: number): Promise<void>;

  /**
   * The changes under `prefix`, each once, in order, over reconnections. No revision is torn apart.
   *
   * @throws {CompactedError} when `fromRevision`, or what came while the connection was down, is no
   *   longer kept, or when the reader is too far behind: range again, then watch anew
   */
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch>;
}
