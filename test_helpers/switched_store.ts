/**
 * A store whose server can be exchanged behind its clients, as when it is wiped or restored from a
 * snapshot, and whose answers can be made to fail or to wait.
 *
 * @module
 */

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
} from "../lib/store/store.ts";
import { keyOf } from "../lib/store/memory_history.ts";

/** A client of whatever stands behind it. */
export class SwitchedStore implements Store {
  readonly operationsMax = 128;
  /** Where calls go. */
  behind: Store;
  /** Thrown instead of an answer to the next transaction that writes, which has been made nevertheless. */
  writeFails: Error | undefined;
  /** Makes what every transaction that writes throws instead of being made, while it is set. */
  transactFails: (() => Error) | undefined;
  /** Thrown by every range while it is set. */
  rangeFails: Error | undefined;
  /** Thrown by the watch at the next change, once. */
  watchFails: Error | undefined;
  /** What the watch tells waits for this. */
  hold: Promise<void> | undefined;
  /** What happens to these keys the watch does not tell, as no store should. */
  hides: (key: string) => boolean = () => false;
  /** Transactions that were to change something. */
  writes = 0;

  constructor(behind: Store) {
    this.behind = behind;
  }

  get(key: string): Promise<Entry | undefined> {
    return this.behind.get(key);
  }

  revision(): Promise<number> {
    return this.behind.revision();
  }

  async *range(prefix: string, options?: RangeOptions): AsyncGenerator<RangePage> {
    if (this.rangeFails !== undefined) throw this.rangeFails;
    yield* this.behind.range(prefix, options);
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    if (this.transactFails !== undefined && transaction.mutations.length > 0) {
      throw this.transactFails();
    }
    const result = await this.behind.transact(transaction);
    if (transaction.mutations.length === 0) return result;
    this.writes += 1;
    const error = this.writeFails;
    this.writeFails = undefined;
    if (error !== undefined) throw error;
    return result;
  }

  grantLease(lease: number, ttlSeconds: number): Promise<void> {
    return this.behind.grantLease(lease, ttlSeconds);
  }

  keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.behind.keepAlive(leases);
  }

  leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.behind.leaseStatus(leases);
  }

  revokeLease(lease: number): Promise<void> {
    return this.behind.revokeLease(lease);
  }

  async *watch(prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch> {
    for await (const batch of this.behind.watch(prefix, options)) {
      await this.hold;
      const error = this.watchFails;
      this.watchFails = undefined;
      if (error !== undefined) throw error;
      const events = batch.events.filter((event) => !this.hides(keyOf(event)));
      yield { ...batch, events };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.behind[Symbol.asyncDispose]();
  }
}
