/**
 * A store whose leases end in the scenario's time. etcd judges leases by its own clock, and a scenario of
 * minutes takes less than a second of it; so this notes what each lease was granted and when, and ends
 * the leases whose time is over when the scenario's clock has moved on (CLI-08). The store itself is asked
 * for far longer leases: nothing depends on how fast the machine is.
 *
 * SQLite needs none of this: it judges by the clock it is handed.
 *
 * @module
 */

import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
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
} from "../../lib/store/store.ts";

/** What the store is asked for instead: longer than any suite runs. */
const REAL_TTL_SECONDS = 24 * 3600;

interface Granted {
  readonly ttlSeconds: number;
  readonly endsAt: number;
}

/** Passes everything on, but for the time that leases last. */
export class FastForwardStore implements Store {
  readonly #store: Store;
  readonly #time: TimeProvider;
  readonly #granted = new Map<number, Granted>();

  /**
   * @param store where everything goes; it is closed with this one
   * @param time the scenario's clock
   */
  constructor(store: Store, time: TimeProvider) {
    this.#store = store;
    this.#time = time;
  }

  /** Ends the leases whose time is over, and with them their keys. */
  async endLapsedLeases(): Promise<void> {
    const now = this.#time.now();
    for (const [lease, { endsAt }] of this.#granted) {
      if (endsAt <= now) await this.revokeLease(lease);
    }
  }

  get operationsMax(): number {
    return this.#store.operationsMax;
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#store.get(key);
  }

  revision(): Promise<number> {
    return this.#store.revision();
  }

  range(prefix: string, options?: RangeOptions): AsyncIterable<RangePage> {
    return this.#store.range(prefix, options);
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#store.transact(transaction);
  }

  async grantLease(lease: number, ttlSeconds: number): Promise<void> {
    await this.#store.grantLease(lease, REAL_TTL_SECONDS);
    this.#granted.set(lease, { ttlSeconds, endsAt: this.#time.now() + ttlSeconds });
  }

  async keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    await this.#store.keepAlive(leases);
    for (const lease of leases) {
      const granted = this.#granted.get(lease);
      if (granted === undefined) continue;
      const endsAt = this.#time.now() + granted.ttlSeconds;
      this.#granted.set(lease, { ...granted, endsAt });
    }
    return this.#left(leases);
  }

  leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    return Promise.resolve(this.#left(leases));
  }

  async revokeLease(lease: number): Promise<void> {
    await this.#store.revokeLease(lease);
    this.#granted.delete(lease);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return this.#store.watch(prefix, options);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#store[Symbol.asyncDispose]();
  }

  #left(leases: readonly number[]): LeaseStatus[] {
    const now = this.#time.now();
    return leases.map((lease) => {
      const endsAt = this.#granted.get(lease)?.endsAt ?? now;
      return { lease, ttlSeconds: endsAt - now };
    });
  }
}
