/**
 * Watches a run from outside, as an operator would: what each process uses, how large etcd grows, whether
 * the store is fresh, and how long it takes from a heartbeat that says something new until the store has
 * it. It asks little, so as not to be the load: of freshness it is told.
 *
 * @module
 */

import { judgeFreshness } from "../../../lib/store/collections/freshness.ts";
import type { StoreLayout } from "../../../lib/store/layout.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { databaseMib } from "../etcd_queries.ts";
import type { TimeSeries } from "../results.ts";
import { UsageLog } from "./usage_log.ts";

/** How often is looked at the processes, in milliseconds. */
const LOOK_MS = 500;
/** Once in so many looks etcd is asked how large it is. */
const LOOKS_PER_SIZE = 10;

/** What is watched. */
export interface ObserverDeps {
  readonly etcd: EtcdRunner;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly actualFreshnessTtlSeconds: number;
  /** Processes by their name in the report. */
  readonly pids: () => Readonly<Record<string, readonly number[]>>;
}

/** Watches until it is disposed of. */
export class Observer implements AsyncDisposable {
  readonly usage: UsageLog;
  /** Wall time at which an instance's key was seen to be written first, in milliseconds. */
  readonly stored = new Map<string, number>();
  readonly #deps: ObserverDeps;
  readonly #ended = new AbortController();
  readonly #startedMs = performance.now();
  readonly #loop: Promise<void>;
  readonly #databaseMib: [number, number][] = [];
  readonly #freshness: Promise<void>;
  readonly #freshKeys = new Map<string, string>();
  #follow: Promise<void> | undefined;
  #fresh = false;
  #desiredFresh = false;
  #freshnessLost = 0;
  #failures = 0;

  constructor(deps: ObserverDeps) {
    this.#deps = deps;
    this.usage = new UsageLog(deps.pids);
    this.#loop = this.#watch();
    const { actualFreshKey, desiredFreshKey } = deps.layout;
    this.#freshness = Promise.all([actualFreshKey, desiredFreshKey].map((key) => this.#read(key)))
      .then(() => {});
  }

  /** Seconds since it began. */
  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  /** Whether the desired state is fresh. */
  get desiredFresh(): boolean {
    return this.#desiredFresh;
  }

  /** Whether both actual and desired state are fresh. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** How often freshness was there and went. */
  get freshnessLost(): number {
    return this.#freshnessLost;
  }

  /** Looks that etcd did not answer. */
  get failures(): number {
    return this.#failures;
  }

  /** The greatest size of etcd's database, in MiB. */
  get databaseMibMax(): number {
    return Math.max(0, ...this.#databaseMib.map(([, size]) => size));
  }

  /** Lines of the report. */
  get series(): readonly TimeSeries[] {
    const size = { name: "etcd database", of: "node 0", unit: "MiB", points: this.#databaseMib };
    return [...this.usage.series, size];
  }

  /** Notes from now on when instances are written. A first load is too much to look at one by one. */
  followInstances(): void {
    this.#follow ??= this.#followInstances();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#loop;
    await this.#freshness;
    await this.#follow;
  }

  async #watch(): Promise<void> {
    for (let looks = 0; !this.#ended.signal.aborted; looks += 1) {
      this.usage.look(this.seconds);
      this.#judgeFreshness();
      try {
        if (looks % LOOKS_PER_SIZE === 0) {
          this.#databaseMib.push([this.seconds, await databaseMib(this.#deps.etcd)]);
        }
      } catch {
        this.#failures += 1; // An overloaded etcd is part of what is measured: it is counted.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  #judgeFreshness(): void {
    const { layout: { actualFreshKey, desiredFreshKey }, actualFreshnessTtlSeconds } = this.#deps;
    const now = Math.floor(Date.now() / 1000);
    const { actual, desired } = judgeFreshness({
      actual: this.#freshKeys.get(actualFreshKey),
      desired: this.#freshKeys.get(desiredFreshKey),
    }, { now, actualFreshnessTtlSeconds });
    const fresh = actual.fresh && desired.fresh;
    if (this.#fresh && !fresh) this.#freshnessLost += 1;
    this.#fresh = fresh;
    this.#desiredFresh = desired.fresh;
  }

  /** Is told of everything that happens to one of the freshness keys. */
  async #read(key: string): Promise<void> {
    const { store } = this.#deps;
    const { signal } = this.#ended;
    try {
      for await (const { events } of store.watch(key, { fromRevision: 1, signal })) {
        for (const event of events) {
          if (event.kind === "put") this.#freshKeys.set(key, event.entry.value);
          else this.#freshKeys.delete(key);
          this.#judgeFreshness();
        }
      }
    } catch {
      this.#failures += 1; // Nothing counts as fresh any more, and the report shows it.
      this.#freshKeys.delete(key);
    }
  }

  async #followInstances(): Promise<void> {
    const { store, layout } = this.#deps;
    const { signal } = this.#ended;
    try {
      for await (const { events } of store.watch(layout.actualPrefix, { signal })) {
        const atMs = Date.now();
        for (const event of events) {
          if (event.kind !== "put") continue;
          const { instanceGuid } = layout.parseActualKey(event.entry.key);
          if (!this.stored.has(instanceGuid)) this.stored.set(instanceGuid, atMs);
        }
      }
    } catch {
      this.#failures += 1; // Lags are missing from the report then, and it says so.
    }
  }
}
