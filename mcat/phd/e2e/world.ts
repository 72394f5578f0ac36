/**
 * Everything that takes part in an end-to-end run, each a process of its own on loopback: nats-server, one
 * etcd node or three, the components, and the platform. Whatever happens, all of it is stopped.
 *
 * @module
 */

import { LOCKS_PREFIX, StoreLayout } from "../../../lib/store/layout.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { freePort } from "../../../test_helpers/free_port.ts";
import { NatsRunner } from "../../../test_helpers/nats_runner.ts";
import { ETCD_OPERATIONS_MAX, startBenchEtcd } from "../bench_etcd.ts";
import { openAt } from "../bench_store.ts";
import { countKeys } from "../etcd_queries.ts";
import { COMPONENTS, REPLICATED, startComponents } from "./components.ts";
import { Observer } from "./observer.ts";
import { Platform } from "./platform.ts";
import type { Supervised } from "./supervised.ts";
import { INSTANCES_PER_DEA } from "./workload.ts";

/** Heartbeats that actual state must be saved for until it counts: the configuration's default. */
const FRESHNESS_HEARTBEATS = 3;
/** Counting what is present is itself a load. */
const POLL_MS = 250;
/** How long components may take until they lead. */
const READY_SECONDS_MAX = 60;
/** How long the first fetch of what is desired may take. */
const FETCH_SECONDS_MAX = 240;
/** Who uses less than so much of a core, in percent, has come to rest. */
const REST_PERCENT = 25;
/** For so long. */
const REST_SECONDS = 4;
/** How long it is waited for that. */
const SETTLE_SECONDS_MAX = 90;
const LAYOUT = new StoreLayout({ schemaVersion: 1 });

/** What is simulated. */
export interface WorldOptions {
  readonly apps: number;
  readonly nodes: 1 | 3;
  readonly periodSeconds: number;
  readonly crashedFraction: number;
  readonly newAppsPerPeriod: number;
  /** Everything is desired and nothing runs. */
  readonly empty: boolean;
  readonly messageLimit: number;
  /** Whether the sender follows what the platform is seen to take. */
  readonly adaptiveLimit: boolean;
  /** Whether every component is a process of its own. */
  readonly apart: boolean;
  readonly signal: AbortSignal;
}

/** A platform with hm9000 in it. */
export class World implements AsyncDisposable {
  readonly options: WorldOptions;
  readonly etcd: EtcdRunner;
  readonly platform: Platform;
  readonly layout = LAYOUT;
  readonly observer: Observer;
  /** Where the API answers. */
  readonly apiUrl: string;
  readonly #components: readonly Supervised[];
  readonly #resources: AsyncDisposableStack;
  #desiredSeconds: number | undefined;

  private constructor(options: WorldOptions, parts: {
    readonly etcd: EtcdRunner;
    readonly platform: Platform;
    readonly observer: Observer;
    readonly components: readonly Supervised[];
    readonly apiUrl: string;
    readonly resources: AsyncDisposableStack;
  }) {
    this.options = options;
    this.etcd = parts.etcd;
    this.platform = parts.platform;
    this.observer = parts.observer;
    this.apiUrl = parts.apiUrl;
    this.#components = parts.components;
    this.#resources = parts.resources;
  }

  /**
   * Starts everything; when this resolves all components lead, what is desired has been fetched, all of
   * them have come to rest, and nothing beats yet.
   *
   * @throws {Error} when a component ends or does not lead in time
   */
  static async start(options: WorldOptions): Promise<World> {
    await using starting = new AsyncDisposableStack();
    const nats = starting.use(await NatsRunner.start());
    const etcd = starting.use(await startBenchEtcd(options));
    const folder = await Deno.makeTempDir({ prefix: "hm9000-phd-" });
    starting.defer(() => Deno.remove(folder, { recursive: true }));
    const platform = starting.use(
      new Platform({ ...options, natsPort: nats.port, instancesPerDea: INSTANCES_PER_DEA }),
    );
    const apiPort = freePort();
    const components = await startComponents({
      ...options,
      folder,
      etcdUrls: etcd.urls,
      etcdOperationsMax: ETCD_OPERATIONS_MAX,
      natsPort: nats.port,
      ccPort: await platform.ready,
      apiPort,
    });
    for (const component of components) starting.use(component);
    const store = starting.use(await openAt("etcd", { urls: etcd.urls }));
    const observed = { nats, etcd, store, platform, components };
    const observer = starting.use(observe(options, observed));
    const world = new World(options, {
      ...{ etcd, platform, observer, components, apiUrl: `http://127.0.0.1:${apiPort}` },
      resources: starting.move(),
    });
    await world.#ready();
    return world;
  }

  async #ready(): Promise<void> {
    const leading = COMPONENTS.length - REPLICATED.length;
    try {
      const ready = await this.waitUntil(async () => {
        if (this.casualties.length > 0) throw new Error(this.casualties.join("\n"));
        return await countKeys(this.etcd, LOCKS_PREFIX) >= leading;
      }, { secondsMax: READY_SECONDS_MAX });
      if (ready === undefined) throw new Error("Cannot measure: not every component leads");
      this.#desiredSeconds = await this.waitUntil(() => this.observer.desiredFresh, {
        secondsMax: FETCH_SECONDS_MAX,
      });
      if (this.#desiredSeconds === undefined) {
        throw new Error("Cannot measure: what is desired was not fetched in time");
      }
      await this.settle();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The process id of a component. */
  pidOf(component: string): number {
    const found = this.#components.find(({ name }) => name === component);
    if (found === undefined) throw new RangeError(`Cannot find ${component}: it takes no part`);
    return found.pid;
  }

  /** Each end of a component that nobody asked for, with the last it said; it was started again. */
  get casualties(): readonly string[] {
    return this.#components.flatMap(({ casualties }) => casualties);
  }

  /**
   * Waits until `holds`, and returns after how many seconds; undefined if it took too long.
   *
   * @throws the signal's reason once that is aborted
   */
  async waitUntil(
    holds: () => boolean | Promise<boolean>,
    { secondsMax }: { readonly secondsMax: number },
  ): Promise<number | undefined> {
    const startedMs = performance.now();
    for (;;) {
      this.options.signal.throwIfAborted();
      if (await holds()) return (performance.now() - startedMs) / 1000;
      if (performance.now() - startedMs > secondsMax * 1000) return undefined;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** From when all components led until what is desired was stored, in seconds. */
  get desiredSeconds(): number | undefined {
    return this.#desiredSeconds;
  }

  /** Waits until no process is busy; after how many seconds, undefined if one goes on being busy. */
  async settle(): Promise<number | undefined> {
    await this.rest(REST_SECONDS);
    const settled = await this.waitUntil(() => {
      const { seconds, usage } = this.observer;
      const shares = usage.shares(seconds - REST_SECONDS, seconds);
      return shares.every(({ percentOfCore }) => percentOfCore < REST_PERCENT);
    }, { secondsMax: SETTLE_SECONDS_MAX });
    return settled === undefined ? undefined : settled + REST_SECONDS;
  }

  /** Lets time pass. */
  async rest(seconds: number): Promise<void> {
    await this.waitUntil(() => false, { secondsMax: seconds });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }
}

function observe(options: WorldOptions, parts: {
  readonly nats: NatsRunner;
  readonly etcd: EtcdRunner;
  readonly store: Store;
  readonly platform: Platform;
  readonly components: readonly Supervised[];
}): Observer {
  const { nats, etcd, store, platform, components } = parts;
  return new Observer({
    etcd,
    store,
    layout: LAYOUT,
    actualFreshnessTtlSeconds: FRESHNESS_HEARTBEATS * options.periodSeconds,
    pids: () => ({
      ...Object.fromEntries(components.map(({ name, pid }) => [name, [pid]])),
      etcd: etcd.pids,
      nats: nats.pid === undefined ? [] : [nats.pid],
      [platform.child.name]: [platform.child.pid],
    }),
  });
}
