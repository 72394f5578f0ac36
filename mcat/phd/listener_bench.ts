/**
 * The listener against a load: how long until a fleet that begins to beat is stored whole, and what the
 * listener, etcd and NATS use while nothing changes. Each is a process of its own, as in production.
 *
 * `deno run -A mcat/phd/listener_bench.ts --deas=10000 --operations=512`
 *
 * It writes one line of JSON. `--profile=FOLDER` leaves a processor profile of the listener there.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { EtcdTransport } from "../../lib/config/config.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { prefixEnd } from "../../lib/store/etcd/wire.ts";
import { lockKey, StoreLayout } from "../../lib/store/layout.ts";
import type { EtcdRunner } from "../../test_helpers/etcd_runner.ts";
import { NatsRunner } from "../../test_helpers/nats_runner.ts";
import { startBenchEtcd } from "./bench_etcd.ts";
import { type ProcessUsage, usageOf } from "./process_usage.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const COMPONENT = "actual_state_listener";
const POLL_MS = 250;
/** Rest between the load and the steady measurement, so that what is left over is not counted. */
const SETTLE_MS = 10_000;

/** What is measured. */
export interface ListenerBench {
  readonly deas: number;
  readonly instancesPerDea: number;
  readonly changesPerSecond: number;
  readonly etcdNodes: 1 | 3;
  /** etcd's `--max-txn-ops`. */
  readonly operations: number;
  readonly transport: EtcdTransport;
  readonly steadySeconds: number;
  /** When loading takes longer, the measurement is given up. */
  readonly loadSecondsMax: number;
  readonly profileFolder: string | undefined;
}

/** One part of the system over one stretch of time. */
export interface Share {
  readonly cpuSeconds: number;
  readonly percentOfCore: number;
  readonly rssMib: number;
  readonly peakRssMib: number;
}

/** What was measured. */
export interface ListenerBenchReport {
  readonly instances: number;
  readonly deas: number;
  readonly etcdNodes: number;
  readonly operations: number;
  readonly transport: string;
  /** From the first heartbeat until every DEA is present, its instances stored before it. */
  readonly storedAfterSeconds: number;
  readonly instancesStored: number;
  readonly fresh: boolean;
  readonly loading: Readonly<Record<string, Share>>;
  readonly steady: Readonly<Record<string, Share>>;
  /** What the simulated DEAs say of themselves. */
  readonly load: unknown;
}

/** Measures. */
export async function benchListener(bench: ListenerBench): Promise<ListenerBenchReport> {
  const time = new RealTimeProvider();
  const layout = new StoreLayout({ schemaVersion: 1 });
  await using nats = await NatsRunner.start();
  await using etcd = await startBenchEtcd({
    nodes: bench.etcdNodes,
    operationsMax: bench.operations,
  });
  await using listener = await Started.listener(bench, { etcd, nats });
  while (await countKeys(etcd, lockKey(COMPONENT)) === 0) await time.sleep(POLL_MS);
  await time.sleep(POLL_MS);
  await using load = Started.load(bench, nats);
  await load.nextLine();

  const pids = {
    listener: [listener.pid],
    etcd: etcd.pids,
    nats: nats.pid === undefined ? [] : [nats.pid],
    load: [load.pid],
  };
  const watch = new Stopwatch(pids, time);
  while (await countKeys(etcd, layout.presencePrefix) < bench.deas) {
    if (watch.seconds > bench.loadSecondsMax) break;
    await time.sleep(POLL_MS);
  }
  const storedAfterSeconds = watch.seconds;
  const loading = watch.lap();
  await time.sleep(SETTLE_MS);
  watch.lap();
  await time.sleep(bench.steadySeconds * 1000);
  const steady = watch.lap();
  const instancesStored = await countKeys(etcd, layout.actualPrefix);
  const fresh = await countKeys(etcd, layout.actualFreshKey) > 0;
  load.stop();
  return {
    instances: bench.deas * bench.instancesPerDea,
    deas: bench.deas,
    etcdNodes: bench.etcdNodes,
    operations: bench.operations,
    transport: bench.transport,
    storedAfterSeconds: Math.round(storedAfterSeconds * 10) / 10,
    instancesStored,
    fresh,
    loading,
    steady,
    load: JSON.parse(await load.nextLine()),
  };
}

/** A process that was started for the measurement and is stopped after it. */
class Started implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #configFile: string | undefined;

  constructor(child: Deno.ChildProcess, configFile?: string) {
    this.#child = child;
    this.#configFile = configFile;
    this.#lines = lines(child.stdout)[Symbol.asyncIterator]();
  }

  static async listener(
    bench: ListenerBench,
    servers: { readonly etcd: EtcdRunner; readonly nats: NatsRunner },
  ): Promise<Started> {
    const { host, port } = servers.nats.server;
    const configFile = await Deno.makeTempFile({ suffix: ".json" });
    const config = {
      "store_type": "etcd",
      "store_urls": servers.etcd.urls,
      "etcd_transport": bench.transport,
      "etcd_max_txn_ops": bench.operations,
      "nats": [{ "host": host, "port": port }],
      "log_level": "WARN",
      "log_format": "json",
    };
    await Deno.writeTextFile(configFile, JSON.stringify(config));
    const profile = bench.profileFolder === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${bench.profileFolder}`];
    const args = ["run", "-A", ...profile, `${ROOT}cmd/${COMPONENT}.ts`, `--config=${configFile}`];
    return new Started(spawn(args), configFile);
  }

  static load(bench: ListenerBench, nats: NatsRunner): Started {
    return new Started(spawn([
      ...["run", "-A", `${ROOT}mcat/phd/heartbeat_load.ts`],
      `--port=${nats.port}`,
      `--deas=${bench.deas}`,
      `--instances-per-dea=${bench.instancesPerDea}`,
      `--changes-per-second=${bench.changesPerSecond}`,
    ]));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** @throws {Error} when it has ended */
  async nextLine(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error("Cannot measure: a process ended before it should");
    return value;
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended.
    }
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) {
      if (line.value !== "") console.error(line.value);
    }
    await this.#child.status;
    if (this.#configFile !== undefined) await Deno.remove(this.#configFile);
  }
}

/** Takes what processes use, lap by lap. */
class Stopwatch {
  readonly #pids: Readonly<Record<string, readonly number[]>>;
  readonly #time: RealTimeProvider;
  readonly #startedMs: number;
  #lapMs: number;
  #before: ReadonlyMap<string, ProcessUsage>;

  constructor(pids: Readonly<Record<string, readonly number[]>>, time: RealTimeProvider) {
    this.#pids = pids;
    this.#time = time;
    this.#startedMs = time.monotonicMs();
    this.#lapMs = this.#startedMs;
    this.#before = this.#look();
  }

  get seconds(): number {
    return (this.#time.monotonicMs() - this.#startedMs) / 1000;
  }

  lap(): Record<string, Share> {
    const nowMs = this.#time.monotonicMs();
    const seconds = (nowMs - this.#lapMs) / 1000;
    const after = this.#look();
    const shares = [...after].map(([name, usage]): [string, Share] => {
      const before = this.#before.get(name) ?? usage;
      const cpuSeconds = usage.cpuSeconds - before.cpuSeconds;
      return [name, {
        cpuSeconds: rounded(cpuSeconds),
        percentOfCore: rounded(cpuSeconds / seconds * 100),
        rssMib: Math.round(usage.rssMib),
        peakRssMib: Math.round(usage.peakRssMib),
      }];
    });
    this.#lapMs = nowMs;
    this.#before = after;
    return Object.fromEntries(shares);
  }

  #look(): Map<string, ProcessUsage> {
    return new Map(Object.entries(this.#pids).map(([name, pids]) => [name, usageOf(pids)]));
  }
}

function spawn(args: readonly string[]): Deno.ChildProcess {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdout: "piped",
    stderr: "inherit",
  });
  return command.spawn();
}

async function countKeys(etcd: EtcdRunner, prefix: string): Promise<number> {
  const range = { key: btoa(prefix), "range_end": btoa(prefixEnd(prefix)), "count_only": true };
  const answer = await etcd.post("/v3/kv/range", range) as { count?: string };
  return Number(answer.count ?? 0);
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const found = (rest + text).split("\n");
    rest = found.pop() ?? "";
    yield* found;
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function transportOf(name: string): EtcdTransport {
  if (name === "grpc" || name === "etcd3" || name === "http") return name;
  throw new TypeError(`Cannot measure: no transport is called "${name}"`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      deas: { type: "string", default: "1000" },
      "instances-per-dea": { type: "string", default: "100" },
      "changes-per-second": { type: "string", default: "0" },
      "etcd-nodes": { type: "string", default: "1" },
      operations: { type: "string", default: "512" },
      transport: { type: "string", default: "grpc" },
      "steady-seconds": { type: "string", default: "30" },
      "load-seconds-max": { type: "string", default: "120" },
      profile: { type: "string" },
    },
  });
  const report = await benchListener({
    deas: Number(values.deas),
    instancesPerDea: Number(values["instances-per-dea"]),
    changesPerSecond: Number(values["changes-per-second"]),
    etcdNodes: values["etcd-nodes"] === "3" ? 3 : 1,
    operations: Number(values.operations),
    transport: transportOf(values.transport),
    steadySeconds: Number(values["steady-seconds"]),
    loadSecondsMax: Number(values["load-seconds-max"]),
    profileFolder: values.profile,
  });
  console.log(JSON.stringify(report));
}

if (import.meta.main) await main();
