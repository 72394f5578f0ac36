/**
 * A store that says how long its requests take and how they fail, around any other. What is measured is
 * what the caller waits for, retries of the adapter included. A watch is not measured: it is meant to
 * last, and what became of one shows in the mirror's figures.
 *
 * @module
 */

import type { Series } from "../helpers/series.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
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
import { storeFailureReason } from "./store_failure_reason.ts";

/** What is told, and by which clock. */
export interface MeasuredStoreDeps {
  readonly series: Series;
  readonly time: TimeProvider;
}

/** Measures the requests to another store. */
export class MeasuredStore implements Store {
  readonly #store: Store;
  readonly #deps: MeasuredStoreDeps;

  constructor(store: Store, deps: MeasuredStoreDeps) {
    this.#store = store;
    this.#deps = deps;
  }

  get operationsMax(): number {
    return this.#store.operationsMax;
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#measured("get", () => this.#store.get(key));
  }

  revision(): Promise<number> {
    return this.#measured("revision", () => this.#store.revision());
  }

  async *range(prefix: string, options?: RangeOptions): AsyncIterable<RangePage> {
    const pages = this.#store.range(prefix, options)[Symbol.asyncIterator]();
    try {
      while (true) {
        const page = await this.#measured("range", () => pages.next());
        if (page.done === true) return;
        yield page.value;
      }
    } finally {
      await pages.return?.();
    }
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#measured("transact", () => this.#store.transact(transaction));
  }

  grantLease(lease: number, ttlSeconds: number): Promise<void> {
    return this.#measured("grant_lease", () => this.#store.grantLease(lease, ttlSeconds));
  }

  keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#measured("keep_alive", () => this.#store.keepAlive(leases));
  }

  leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#measured("lease_status", () => this.#store.leaseStatus(leases));
  }

  revokeLease(lease: number): Promise<void> {
    return this.#measured("revoke_lease", () => this.#store.revokeLease(lease));
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return this.#store.watch(prefix, options);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#store[Symbol.asyncDispose]();
  }

  async #measured<T>(operation: string, request: () => Promise<T>): Promise<T> {
    const { series, time } = this.#deps;
    const startedMs = time.monotonicMs();
    try {
      return await request();
    } catch (error) {
      series.count("store_errors", { operation, reason: storeFailureReason(error) });
      throw error;
    } finally {
      const seconds = (time.monotonicMs() - startedMs) / 1000;
      series.observe("store_request_duration_seconds", { operation }, seconds);
    }
  }
}
