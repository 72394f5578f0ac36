/**
 * A platform around hm9000 as separate processes: real NATS and etcd, a Cloud Controller, DEAs, and a file
 * that says what time it is. A heartbeat period is one second, so that loops turn quickly; whatever is
 * waited for in scenario time is as long in seconds as it is by default. etcd judges leases by its own
 * clock (CLI-08), so all but one test have them outlast the test.
 *
 * @module
 */

import type { Heartbeat } from "../../lib/models/heartbeat.ts";
import type { MessageBus } from "../../lib/message_bus/message_bus.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { openMessageBus } from "../../lib/message_bus/open_message_bus.ts";
import { EtcdStore } from "../../lib/store/etcd_store.ts";
import { HM_ROOT, lockKey, StoreLayout } from "../../lib/store/layout.ts";
import type { Entry, Store } from "../../lib/store/store.ts";
import { DesiredStateServer } from "../../test_helpers/desired_state_server.ts";
import type { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { MessagePublisher } from "../../test_helpers/message_publisher.ts";
import type { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { StartStopListener } from "../../test_helpers/start_stop_listener.ts";
import {
  ComponentProcess,
  type ComponentProcessOptions,
  type EndedProcess,
} from "./component_process.ts";
import { type ConfigValues, CREDENTIALS, scenarioConfigText } from "./scenario_config.ts";

/** Seconds that a dead leader's lock is held. */
const LOCK_TTL_SECONDS = 2;

const CONFIG: ConfigValues = {
  "heartbeat_period_in_seconds": 1,
  "heartbeat_ttl_in_heartbeats": 300,
  "actual_freshness_ttl_in_heartbeats": 30,
  "grace_period_in_heartbeats": 30,
  "desired_freshness_ttl_in_heartbeats": 300,
  "fetcher_polling_interval_in_heartbeats": 1,
  "analyzer_timeout_in_heartbeats": 60,
  "sender_timeout_in_heartbeats": 60,
  "lock_ttl_in_seconds": LOCK_TTL_SECONDS,
  "log_format": "json",
};

/** How long an awaited message may take, in milliseconds: processes start slowly on a busy machine. */
const PATIENCE_MS = 60_000;

/** How often a DEA repeats itself, in milliseconds. */
const REPEAT_MS = 200;

/** Which sources are run. */
export type SourcesOptions = Pick<ComponentProcessOptions, "root">;

/** What a test's processes share. */
export class ProcessPlatform implements AsyncDisposable {
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly #opened: AsyncDisposableStack;
  readonly #folder: string;

  private constructor(
    readonly store: Store,
    readonly bus: MessageBus,
    readonly cloudController: DesiredStateServer,
    readonly orders: StartStopListener,
    own: { readonly opened: AsyncDisposableStack; readonly folder: string },
  ) {
    this.#opened = own.opened;
    this.#folder = own.folder;
  }

  /** Sets a platform up on these servers; nothing of an earlier test is left in the store. */
  static async open(
    servers: { readonly nats: NatsRunner; readonly etcd: EtcdRunner },
    config: ConfigValues = {},
  ): Promise<ProcessPlatform> {
    await using opened = new AsyncDisposableStack();
    const outside = {
      time: new RealTimeProvider(),
      random: new RealRandom(),
      log: new FakeLogger(),
      metrics: new MetricsRegistry(),
    };
    const folder = await Deno.makeTempDir({ prefix: "hm9000-md-" });
    opened.defer(() => Deno.remove(folder, { recursive: true }));
    const { nats: { server }, etcd } = servers;
    const store = opened.use(
      await EtcdStore.open({ ...outside, urls: etcd.urls, transport: "grpc" }),
    );
    const bus = opened.use(
      await openMessageBus(
        { type: "nats", servers: [server], pingIntervalSeconds: 30, tls: undefined },
        { ...outside, name: "md" },
      ),
    );
    const cloudController = opened.use(DesiredStateServer.start(CREDENTIALS));
    const orders = opened.use(await StartStopListener.start(bus));
    await store.transact({ guards: [], mutations: [{ kind: "delete_prefix", prefix: HM_ROOT }] });
    const where = {
      nats: server,
      cloudControllerUrl: cloudController.url,
      etcdUrl: etcd.url,
      schemaVersion: 1,
    };
    const text = scenarioConfigText(where, { ...CONFIG, ...config });
    await Deno.writeTextFile(`${folder}/hm9000.json`, text);
    const own = { opened: opened.move(), folder };
    const platform = new ProcessPlatform(store, bus, cloudController, orders, own);
    await platform.setTime(100);
    return platform;
  }

  /** A DEA says the same again and again, as they do, until a listener has saved it. */
  async reportUntilHeard(heartbeat: Heartbeat): Promise<void> {
    const time = new RealTimeProvider();
    const publisher = new MessagePublisher(this.bus);
    const heard = new AbortController();
    const saying = async () => {
      while (!heard.signal.aborted) {
        await publisher.publishHeartbeat(heartbeat);
        await time.sleep(REPEAT_MS, { signal: heard.signal });
      }
    };
    const repeated = saying();
    await this.keyIs(this.layout.actualFreshKey).finally(() => heard.abort());
    await repeated;
  }

  /** It is so late, in Unix seconds, for all processes. */
  async setTime(seconds: number): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/next`, String(seconds));
    await Deno.rename(`${this.#folder}/next`, `${this.#folder}/now`);
  }

  /** Starts `hm9000 <args>`. It is killed at the end of the test if it still runs. */
  start(...args: readonly string[]): ComponentProcess {
    return this.startOf(args);
  }

  /** As {@linkcode ProcessPlatform.start}, of the sources in a folder. */
  startOf(args: readonly string[], from: SourcesOptions = {}): ComponentProcess {
    const config = `--config=${this.#folder}/hm9000.json`;
    const fakeTime = `@${this.#folder}/now`;
    return this.#opened.use(new ComponentProcess({ args: [...args, config], fakeTime, ...from }));
  }

  /** Runs `hm9000 <args>` to its end. */
  async run(...args: readonly string[]): Promise<EndedProcess> {
    return await this.start(...args).ended();
  }

  /** Starts a component that leads, and waits until it does. */
  async startLeading(name: string, from: SourcesOptions = {}): Promise<ComponentProcess> {
    const process = this.startOf([name], from);
    await process.logged("Leading");
    return process;
  }

  /** The lock of a component. */
  async lock(name: string): Promise<Entry | undefined> {
    return await this.store.get(lockKey(name));
  }

  /** Waits until a key is as wanted; by default, until it is there. */
  async keyIs(
    key: string,
    wanted: (entry: Entry | undefined) => boolean = (entry) => entry !== undefined,
  ): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const fromRevision = await this.store.revision() + 1;
    if (wanted(await this.store.get(key))) return;
    const changes = this.store.watch(key, { fromRevision, signal });
    for await (const _ of changes) if (wanted(await this.store.get(key))) return;
    throw new Error(`Cannot go on: "${key}" was not as wanted within ${PATIENCE_MS} ms`);
  }

  /** The patience of those who wait for a message. */
  get patience(): { readonly timeoutMs: number } {
    return { timeoutMs: PATIENCE_MS };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
