/**
 * Where the integration suite begins: registers a scenario twice, over etcd and over SQLite. NATS and
 * etcd are started once for all scenarios of a test file; each scenario has a schema version, or a file,
 * and a Cloud Controller of its own.
 *
 * ```ts
 * forEachStore("two instances that run are left alone [INT-03]", async (md) => { … });
 * ```
 *
 * @module
 */

import { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { openOutside } from "./outside.ts";
import { Scenario } from "./scenario.ts";
import { ScenarioClock } from "./scenario_clock.ts";
import type { ConfigValues, StoreName } from "./scenario_config.ts";

const STORES: readonly StoreName[] = ["etcd", "SQLite"];

/** What happens in a scenario. */
export type Play = (md: Scenario) => Promise<void>;

/** Options of {@linkcode forEachStore}. */
export interface ScenarioOptions {
  /** Keys of the configuration that differ from the suite's. */
  readonly config?: ConfigValues;
}

/** The servers of this test file. */
class Servers {
  #running: { readonly nats: NatsRunner; readonly etcd: EtcdRunner } | undefined;
  #scenarios = 0;
  #registered = false;

  /** Starts them before the first test of the file and stops them after the last. */
  register(): void {
    if (this.#registered) return;
    this.#registered = true;
    Deno.test.beforeAll(async () => {
      const [nats, etcd] = await Promise.all([NatsRunner.start(), EtcdRunner.start()]);
      this.#running = { nats, etcd };
    });
    Deno.test.afterAll(async () => {
      await this.#running?.nats[Symbol.asyncDispose]();
      await this.#running?.etcd[Symbol.asyncDispose]();
    });
  }

  /** A scenario that nothing has happened in yet. */
  async begin(store: StoreName, options: ScenarioOptions): Promise<Scenario> {
    if (this.#running === undefined) throw new Error("Cannot begin: the servers do not run");
    const { nats, etcd } = this.#running;
    this.#scenarios += 1;
    const clock = new ScenarioClock();
    const etcdUrl = store === "etcd" ? etcd.url : undefined;
    const shared = { nats, etcdUrl, schemaVersion: this.#scenarios };
    return await Scenario.begin(await openOutside(shared, { clock, ...options }), clock);
  }
}

const servers = new Servers();

/** Registers a scenario over each store; `name` says what happens, and which rows that is. */
export function forEachStore(name: string, play: Play, options: ScenarioOptions = {}): void {
  servers.register();
  for (const store of STORES) {
    Deno.test(`${name} over ${store}`, async () => {
      await using md = await servers.begin(store, options);
      await play(md);
    });
  }
}
