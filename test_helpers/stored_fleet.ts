/**
 * A fleet as it stands in a store, written without any listener: for tests of whoever reads it.
 *
 * ```ts
 * await using fleet = new StoredFleet();
 * await fleet.makeFresh();
 * await fleet.desire(app.desiredState({ instances: 2 }));
 * await fleet.report(app.heartbeat(1));
 * ```
 *
 * @module
 */

import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { type CrashCount, crashCountToWire } from "../lib/models/crash_count.ts";
import { type DesiredAppState, desiredAppStateToCsv } from "../lib/models/desired_app_state.ts";
import type { Heartbeat } from "../lib/models/heartbeat.ts";
import { instanceHeartbeatToCsv } from "../lib/models/instance_heartbeat.ts";
import { Outbox } from "../lib/outbox/outbox.ts";
import { UNFENCED } from "../lib/store/fence.ts";
import { StoreLayout } from "../lib/store/layout.ts";
import { MemoryDatabase } from "../lib/store/memory_database.ts";
import { MemoryStore } from "../lib/store/memory_store.ts";
import { rangeAll } from "../lib/store/range_all.ts";
import type { Mutation } from "../lib/store/store.ts";
import { FakeLogger } from "./fake_logger.ts";
import { FakeRandom } from "./fake_random.ts";
import { FakeTimeProvider } from "./fake_time_provider.ts";

/** A store in memory, with a fleet in it. */
export class StoredFleet implements AsyncDisposable {
  readonly time: FakeTimeProvider;
  readonly database = new MemoryDatabase();
  readonly store: MemoryStore;
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly random = new FakeRandom();
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly outbox: Outbox;

  /** @param nowSeconds what time it is. @default {200} */
  constructor(nowSeconds = 200) {
    this.time = new FakeTimeProvider(nowSeconds);
    this.store = new MemoryStore({ time: this.time, database: this.database });
    this.outbox = new Outbox({ ...this.#outside(), fence: UNFENCED });
  }

  /** Makes desired and actual state fresh since `since` (Unix seconds), without an end. @default {100} */
  async makeFresh(since = 100): Promise<void> {
    const value = JSON.stringify({ "timestamp": since });
    await this.#put(this.layout.actualFreshKey, value);
    await this.#put(this.layout.desiredFreshKey, value);
  }

  /** Removes a key, as expiry would. */
  async remove(key: string): Promise<void> {
    await this.#transact([{ kind: "delete", key }]);
  }

  /** Stores desired apps. */
  async desire(...apps: readonly DesiredAppState[]): Promise<void> {
    for (const app of apps) await this.#put(this.layout.desiredKey(app), desiredAppStateToCsv(app));
  }

  /** Stores what DEAs report, in place of what they reported before; they count as present. */
  async report(...heartbeats: readonly Heartbeat[]): Promise<void> {
    for (const { deaGuid, instances } of heartbeats) {
      await this.#transact([{ kind: "delete_prefix", prefix: this.layout.deaPrefix(deaGuid) }]);
      await this.#put(this.layout.presenceKey(deaGuid), deaGuid);
      for (const instance of instances) {
        await this.#put(this.layout.actualKey(instance), instanceHeartbeatToCsv(instance));
      }
    }
  }

  /** Stores crash counts. */
  async crashed(...counts: readonly CrashCount[]): Promise<void> {
    for (const count of counts) {
      await this.#put(this.layout.crashKey(count), JSON.stringify(crashCountToWire(count)));
    }
  }

  /** Stores anything at all, corrupt records for example. */
  async put(key: string, value: string): Promise<void> {
    await this.#put(key, value);
  }

  /** What stands under `prefix`: keys without it, and values. */
  async read(prefix: string): Promise<Record<string, string>> {
    const { entries } = await rangeAll(this.store, prefix);
    return Object.fromEntries(entries.map(({ key, value }) => [key.slice(prefix.length), value]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }

  #outside() {
    const { store, layout, log, metrics } = this;
    return { store, layout, log, metrics };
  }

  async #put(key: string, value: string): Promise<void> {
    await this.#transact([{ kind: "put", key, value }]);
  }

  async #transact(mutations: readonly Mutation[]): Promise<void> {
    await this.store.transact({ guards: [], mutations });
  }
}
