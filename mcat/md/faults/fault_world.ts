/**
 * The platform that faults happen to: three etcd members, two NATS servers, two machines with every
 * component each, as processes, behind proxies; a Cloud Controller and a fleet of DEAs that obey, on a
 * third machine. All on loopback, in a folder of its own.
 *
 * Machine `a` runs a process for each component; machine `b` runs the listeners on their own and the
 * others in one process, as large platforms do.
 *
 * @module
 */

import { MetricsRegistry } from "../../../lib/helpers/metrics.ts";
import type { Random } from "../../../lib/helpers/random.ts";
import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";
import type { MessageBus } from "../../../lib/message_bus/message_bus.ts";
import { openMessageBus } from "../../../lib/message_bus/open_message_bus.ts";
import { EtcdStore } from "../../../lib/store/etcd_store.ts";
import { DesiredStateServer } from "../../../test_helpers/desired_state_server.ts";
import { EtcdOperator } from "../../../test_helpers/etcd_operator.ts";
import { EtcdRunner } from "../../../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../../../test_helpers/nats_runner.ts";
import { type PlatformEvent, SimulatedPlatform } from "../../../test_helpers/simulated_platform.ts";
import { SilentLogger } from "../../simulation/silent_logger.ts";
import { CREDENTIALS } from "../scenario_config.ts";
import { Backups } from "./backups.ts";
import { Links } from "./links.ts";
import { HEARTBEAT_SECONDS, machineConfig } from "./pace.ts";
import type { ProcessExit } from "./process_exit.ts";
import { SupervisedProcess } from "./supervised_process.ts";

/** What runs on each machine, a process each. */
const MACHINES = {
  "a": [
    ...["actual_state_listener", "desired_state_listener", "analyzer", "sender"],
    ...["api", "evacuator", "shredder"],
  ],
  "b": [
    ...["actual_state_listener", "desired_state_listener"],
    "all --components=analyzer,sender,evacuator,api,shredder",
  ],
} as const;

/** The size of etcd's database at which the alarm for full space is raised. */
const QUOTA_BYTES = 24 * 2 ** 20;
/** How much of history etcd keeps, in revisions: a platform of this pace makes some ten a second. */
const HISTORY_REVISIONS = 2_000;
/** How long a member may take to answer those who judge, in milliseconds. */
const JUDGE_REQUEST_MS = 1_000;

/** What a {@linkcode FaultWorld} is handed. */
export interface FaultWorldDeps {
  /** Where configurations, logs and backups go. */
  readonly folder: string;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly onExit: (exit: ProcessExit) => void;
  readonly onOrder: (event: PlatformEvent) => void;
}

/** The platform, and a hold on everything in it. */
export interface FaultWorld extends AsyncDisposable {
  readonly etcd: EtcdRunner;
  readonly operator: EtcdOperator;
  readonly nats: readonly NatsRunner[];
  readonly cloudController: DesiredStateServer;
  /** Of machines a and b, and of the DEAs, in this order. */
  readonly links: readonly Links[];
  readonly platform: SimulatedPlatform;
  readonly processes: readonly SupervisedProcess[];
  readonly backups: Backups;
  /** The store without a proxy, for those who judge. */
  readonly store: EtcdStore;
  /** Each NATS server without a proxy, for those who judge. */
  readonly buses: readonly MessageBus[];
  /** Where each machine's API is. */
  readonly apiPorts: readonly number[];
}

/**
 * Starts everything; components may take a while to lead.
 *
 * @throws {Error} when a server is not installed, or does not start
 */
export async function openFaultWorld(deps: FaultWorldDeps): Promise<FaultWorld> {
  await using opened = new AsyncDisposableStack();
  const servers = await startServers(opened);
  const ports = {
    etcd: servers.etcd.urls.map((url) => Number(new URL(url).port)),
    nats: servers.nats.map(({ port }) => port),
    cloudController: servers.cloudController.port,
  };
  const links = ["a", "b", "DEAs"].map((machine) => opened.use(new Links(machine, ports)));
  const judged = await openForJudges(servers, { deps, opened });
  const bus = opened.use(await openBus(links[2]?.servers.nats ?? [], { deps, name: "deas" }));
  const platform = new SimulatedPlatform({
    bus,
    cloudController: servers.cloudController,
    time: deps.time,
    heartbeatPeriodMs: HEARTBEAT_SECONDS * 1000,
    onEvent: deps.onOrder,
  });
  const backups = new Backups(servers.operator, deps.folder);
  const { processes, apiPorts } = await startProcesses(links, { deps, opened });
  const all = opened.move();
  return {
    ...{ ...servers, ...judged, links, platform, backups, processes, apiPorts },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

type Servers = Pick<FaultWorld, "etcd" | "operator" | "nats" | "cloudController">;

async function startServers(opened: AsyncDisposableStack): Promise<Servers> {
  const etcd = opened.use(
    await EtcdRunner.start({
      nodes: 3,
      quotaBytes: QUOTA_BYTES,
      extraArgs: [
        "--auto-compaction-mode=revision",
        `--auto-compaction-retention=${HISTORY_REVISIONS}`,
      ],
    }),
  );
  const first = opened.use(await NatsRunner.start({ cluster: [] }));
  const second = opened.use(await NatsRunner.start({ cluster: [first] }));
  const cloudController = opened.use(DesiredStateServer.start(CREDENTIALS));
  const operator = new EtcdOperator(etcd.urls);
  return { etcd, operator, nats: [first, second], cloudController };
}

interface Opening {
  readonly deps: FaultWorldDeps;
  readonly opened: AsyncDisposableStack;
}

async function openForJudges(
  { etcd, nats }: Servers,
  { deps, opened }: Opening,
): Promise<Pick<FaultWorld, "store" | "buses">> {
  const log = new SilentLogger(() => {});
  const store = opened.use(
    await EtcdStore.open({
      ...{ urls: etcd.urls, transport: "grpc", requestTimeoutMs: JUDGE_REQUEST_MS },
      ...{ time: deps.time, random: deps.random, log },
    }),
  );
  const buses = [];
  for (const { host, port } of nats) {
    buses.push(opened.use(await openBus([{ host, port }], { deps, name: "judge" })));
  }
  return { store, buses };
}

async function openBus(
  servers: readonly { readonly host: string; readonly port: number }[],
  { deps: { time }, name }: { readonly deps: FaultWorldDeps; readonly name: string },
): Promise<MessageBus> {
  const members = servers.map((server) => ({ ...server, user: "", password: "" }));
  return await openMessageBus(
    { type: "nats", servers: members, pingIntervalSeconds: 1, tls: undefined },
    { time, log: new SilentLogger(() => {}), metrics: new MetricsRegistry(), name },
  );
}

async function startProcesses(
  links: readonly Links[],
  { deps: { folder, time, onExit }, opened }: Opening,
): Promise<Pick<FaultWorld, "processes" | "apiPorts">> {
  const processes: SupervisedProcess[] = [];
  const apiPorts: number[] = [];
  for (const [machine, commands] of Object.entries(MACHINES)) {
    const own = links.find((each) => each.machine === machine);
    if (own === undefined) throw new Error(`Cannot start machine ${machine}: it has no links`);
    const { text, apiPort } = machineConfig(own.servers);
    const configFile = `${folder}/${machine}.json`;
    await Deno.writeTextFile(configFile, text);
    apiPorts.push(apiPort);
    for (const command of commands) {
      const [component = "", ...flags] = command.split(" ");
      const name = `${machine}-${component}`;
      const args = [component, ...flags, `--config=${configFile}`];
      const logFile = `${folder}/${name}.log`;
      processes.push(opened.use(new SupervisedProcess({ name, args, logFile, time, onExit })));
    }
  }
  return { processes, apiPorts };
}
