/**
 * One process's connection to the simulated store. The store itself is the memory store, which keeps the
 * whole contract; what a network and a failing server add is here: time on the way, requests and answers
 * that are lost, outcomes that stay unknown though the write happened, an alarm for want of space.
 *
 * @module
 */

import { MemoryStore } from "../../lib/store/memory_store.ts";
import type { MemoryDatabase } from "../../lib/store/memory_database.ts";
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
import { OutcomeUnknownError, StoreUnavailableError } from "../../lib/store/store_errors.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { SimulatedProcess } from "./simulated_process.ts";

/** How long a request waits for an answer that does not come, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** How the store behaves at the moment; the same for all connections. */
export interface StoreWeather {
  /** No member answers. */
  down: boolean;
  /** Writes are refused, deletes and leases that end are not (etcd's NOSPACE). */
  full: boolean;
  /** Probability that a request is lost on its way. */
  requestLoss: number;
  /** Probability that an answer is lost on its way: what was asked for has happened. */
  answerLoss: number;
  /** Longest time a request and its answer take, in milliseconds. */
  latencyMaxMs: number;
}

/** What a connection needs. */
export interface SimulatedStoreDeps {
  readonly database: MemoryDatabase;
  readonly process: SimulatedProcess;
  readonly weather: StoreWeather;
  readonly random: SeededRandom;
  /** Is told of every transaction that was committed, by whom. */
  readonly onCommit: (process: SimulatedProcess, transaction: Transaction) => void;
}

/** A store behind a network. */
export class SimulatedStore implements Store {
  readonly #deps: SimulatedStoreDeps;
  readonly #store: MemoryStore;

  constructor(deps: SimulatedStoreDeps) {
    this.#deps = deps;
    this.#store = new MemoryStore({ time: deps.process.time(), database: deps.database });
    deps.process.death.addEventListener("abort", () => void this.#store[Symbol.asyncDispose]());
  }

  get operationsMax(): number {
    return this.#store.operationsMax;
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#ask("read", () => this.#store.get(key));
  }

  revision(): Promise<number> {
    return this.#ask("read", () => this.#store.revision());
  }

  async *range(prefix: string, options: RangeOptions = {}): AsyncGenerator<RangePage> {
    const pages = this.#store.range(prefix, options);
    const iterator = pages[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.#ask("read", () => iterator.next());
      if (done) return;
      yield value;
    }
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    const puts = transaction.mutations.some(({ kind }) => kind === "put");
    const kind = puts ? "put" : "delete";
    return this.#ask(kind, () => this.#commit(transaction));
  }

  grantLease(lease: number, ttlSeconds: number): Promise<void> {
    return this.#ask("put", () => this.#store.grantLease(lease, ttlSeconds));
  }

  keepAlive(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#ask("read", () => this.#store.keepAlive(leases));
  }

  leaseStatus(leases: readonly number[]): Promise<LeaseStatus[]> {
    return this.#ask("read", () => this.#store.leaseStatus(leases));
  }

  revokeLease(lease: number): Promise<void> {
    return this.#ask("delete", () => this.#store.revokeLease(lease));
  }

  async *watch(prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch> {
    const { process, weather, random } = this.#deps;
    const iterator = this.#store.watch(prefix, options)[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.#arrive(iterator.next());
      if (done) return;
      await this.#onTheWay(random.between(0, weather.latencyMaxMs));
      while (!options.signal.aborted && (weather.down || process.cutOff.fromStore)) {
        await process.time().sleep(500, { signal: options.signal });
      }
      if (options.signal.aborted) return;
      yield value;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#store[Symbol.asyncDispose]();
  }

  async #ask<T>(kind: "read" | "put" | "delete", work: () => Promise<T>): Promise<T> {
    const { weather, random, process } = this.#deps;
    const latencyMs = random.between(0, weather.latencyMaxMs);
    const beforeMs = random.chance(0.5) ? latencyMs : 0;
    if (beforeMs > 0) await this.#onTheWay(beforeMs);
    if (weather.down || process.cutOff.toStore || random.chance(weather.requestLoss)) {
      return await this.#timeOut(kind);
    }
    if (weather.full && kind === "put") {
      throw new StoreUnavailableError("Cannot write: etcdserver: mvcc: database space exceeded");
    }
    const answer = await this.#arrive(work());
    if (process.cutOff.fromStore || random.chance(weather.answerLoss)) {
      return await this.#timeOut(kind);
    }
    if (beforeMs === 0) await this.#onTheWay(latencyMs);
    return answer;
  }

  /** Transactions are made at once, and told at once, so that nothing comes between. */
  #commit(transaction: Transaction): Promise<TransactionResult> {
    const { database, process, onCommit } = this.#deps;
    const { diesAtWrite } = process;
    const writes = transaction.mutations.length > 0;
    if (writes && diesAtWrite === "before") process.kill();
    if (process.dead) return new Promise(() => {});
    const before = database.revision();
    const result = this.#store.transact(transaction);
    if (database.revision() > before) onCommit(process, transaction);
    if (writes && diesAtWrite === "after") process.kill();
    return result;
  }

  async #timeOut(kind: "read" | "put" | "delete"): Promise<never> {
    await this.#onTheWay(TIMEOUT_MS);
    if (kind === "read") throw new StoreUnavailableError("Cannot read: no answer in time");
    throw new OutcomeUnknownError("Cannot tell whether it was written: no answer in time");
  }

  /** Nothing that is on its way reaches a process that is paused before it goes on. */
  #onTheWay(ms: number): Promise<void> {
    const { process } = this.#deps;
    return new Promise((resolve) => process.clock.after(ms, () => process.receive(resolve)));
  }

  #arrive<T>(answer: Promise<T>): Promise<T> {
    const { process } = this.#deps;
    return new Promise((resolve, reject) => {
      answer.then(
        (value) => process.receive(() => resolve(value)),
        (error) => process.receive(() => reject(error)),
      );
    });
  }
}
