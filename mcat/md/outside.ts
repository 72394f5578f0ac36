/**
 * Everything a scenario's components are handed, put together as the command line does it: the
 * configuration read from its text, the store it names, a connection to a real NATS server. The platform
 * around them has a connection of its own, and a Cloud Controller.
 *
 * @module
 */

import type { Config } from "../../lib/config/config.ts";
import { parseConfig } from "../../lib/config/parse_config.ts";
import type { Random } from "../../lib/helpers/random.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { MessageBus } from "../../lib/message_bus/message_bus.ts";
import { openMessageBus } from "../../lib/message_bus/open_message_bus.ts";
import { type Fence, UNFENCED } from "../../lib/store/fence.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Store } from "../../lib/store/store.ts";
import { DesiredStateServer } from "../../test_helpers/desired_state_server.ts";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import type { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { AwaitedMetrics } from "./awaited_metrics.ts";
import { FastForwardStore } from "./fast_forward_store.ts";
import { type ConfigValues, CREDENTIALS, scenarioConfigText } from "./scenario_config.ts";
import type { ScenarioClock } from "./scenario_clock.ts";

/** The servers that the scenarios of a file share. */
export interface SharedServers {
  readonly nats: NatsRunner;
  /** etcd's URL; undefined for a scenario over SQLite. */
  readonly etcdUrl: string | undefined;
  /** Sets the scenarios of one etcd apart. */
  readonly schemaVersion: number;
}

/** What components are handed, and what the platform around them works with. */
export interface ScenarioOutside extends AsyncDisposable {
  readonly config: Config;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly bus: MessageBus;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: FakeLogger;
  readonly metrics: AwaitedMetrics;
  /** Scenarios run one pass at a time, as `--once` does, and so without leadership (DMN-08). */
  readonly fence: Fence;
  readonly platformBus: MessageBus;
  readonly cloudController: DesiredStateServer;
  /** Ends the leases whose time is over; SQLite does so by itself. */
  readonly endLapsedLeases: () => Promise<void>;
}

/** Opens everything; disposing of it closes everything. */
export async function openOutside(
  servers: SharedServers,
  options: { readonly clock: ScenarioClock; readonly config?: ConfigValues | undefined },
): Promise<ScenarioOutside> {
  await using opened = new AsyncDisposableStack();
  const { nats } = servers;
  const { time } = options.clock;
  const folder = await Deno.makeTempDir({ prefix: "hm9000-md-" });
  opened.defer(() => Deno.remove(folder, { recursive: true }));
  const cloudController = opened.use(DesiredStateServer.start(CREDENTIALS));
  const where = { ...servers, nats: nats.server, cloudControllerUrl: cloudController.url };
  const text = scenarioConfigText(where, options.config);
  const { config } = parseConfig({ text, path: `${folder}/hm9000.json`, env: {} });
  const log = new FakeLogger();
  const metrics = new AwaitedMetrics();
  const random = new RealRandom();
  const store = opened.use(await openStore(config.store, { time, random, log }));
  const forwarding = new FastForwardStore(store, time);
  const open = async (name: string) =>
    opened.use(await openMessageBus(config.messageBus, { time, log, metrics, name }));
  const isEtcd = config.store.type === "etcd";
  const outside = {
    config,
    store: isEtcd ? forwarding : store,
    layout: new StoreLayout({ ...config, schemaVersion: config.store.schemaVersion }),
    bus: await open("hm9000"),
    time,
    random,
    log,
    metrics,
    fence: UNFENCED,
    platformBus: await open("platform"),
    cloudController,
    endLapsedLeases: () => forwarding.endLapsedLeases(),
  };
  const owned = opened.move();
  return { ...outside, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
