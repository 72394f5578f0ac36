/**
 * Simulated DEAs for the benchmarks: a process of its own that publishes heartbeats on NATS, each DEA
 * once a period and all of them spread evenly over it. The workload is that of the original's performance
 * suite: one instance an app and 100 on a DEA, which makes a heartbeat of about 11 kB.
 *
 * `deno run -A mcat/phd/heartbeat_load.ts --port=4222 --deas=1000 --seconds=60`
 *
 * Without `--seconds` it goes on until it is told to stop. It writes a line of JSON when the first
 * heartbeat leaves and one at its end, which says how late the latest heartbeat was: a load that does not
 * keep up must not pass for a fast listener.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { createLogger } from "../../lib/helpers/create_logger.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { MessageBus } from "../../lib/message_bus/message_bus.ts";
import { NatsBus } from "../../lib/message_bus/nats_bus.ts";
import { HEARTBEAT_SUBJECT } from "../../lib/message_bus/subjects.ts";

/** How often what has fallen due is published, in milliseconds. */
const TICK_MS = 10;

/** How much is simulated. */
export interface HeartbeatLoad {
  readonly deas: number;
  readonly instancesPerDea: number;
  readonly periodSeconds: number;
  /** Instances a second, over all DEAs, that crash or run again; 0: each heartbeat is the last one's. */
  readonly changesPerSecond: number;
}

/** What a load came to. */
export interface HeartbeatLoadReport {
  readonly published: number;
  /** How long after its time the latest heartbeat left, in milliseconds. */
  readonly latestMs: number;
}

/** The heartbeat of one DEA, as bytes; `crashed` says which of its instances crashed, if any. */
function heartbeatOf(
  dea: number,
  { instancesPerDea, crashed }: { readonly instancesPerDea: number; readonly crashed?: number },
): Uint8Array {
  const droplets = Array.from({ length: instancesPerDea }, (_, position) => {
    const number = dea * instancesPerDea + position;
    return {
      "droplet": `app-${number}`,
      "version": `v-${number}`,
      "instance": `i-${number}`,
      "index": 0,
      "state": position === crashed ? "CRASHED" : "RUNNING",
      "state_timestamp": 1_700_000_000.5,
    };
  });
  const message = { "dea": deaGuidOf(dea), "droplets": droplets };
  return new TextEncoder().encode(JSON.stringify(message));
}

function deaGuidOf(dea: number): string {
  return `dea-${String(dea).padStart(6, "0")}`;
}

/** Publishes until `signal` is aborted; `started` is called when the first heartbeat has left. */
export async function publishHeartbeats(
  load: HeartbeatLoad,
  deps: {
    readonly bus: MessageBus;
    readonly time: TimeProvider;
    readonly signal: AbortSignal;
    readonly started: () => void;
  },
): Promise<HeartbeatLoadReport> {
  const { bus, time, signal } = deps;
  const heartbeats = Array.from({ length: load.deas }, (_, dea) => heartbeatOf(dea, load));
  const periodMs = load.periodSeconds * 1000;
  const started = once(deps.started);
  const startedMs = time.monotonicMs();
  let published = 0;
  let latestMs = 0;
  let changes = 0;
  while (!signal.aborted) {
    const elapsedMs = time.monotonicMs() - startedMs;
    const changesDue = Math.floor(elapsedMs / 1000 * load.changesPerSecond);
    for (; changes < changesDue; changes += 1) {
      const dea = changes % load.deas;
      const round = Math.floor(changes / load.deas);
      heartbeats[dea] = heartbeatOf(dea, { ...load, crashed: round % load.instancesPerDea });
    }
    const due = Math.floor(elapsedMs / periodMs * load.deas) + 1;
    if (published < due) {
      latestMs = Math.max(latestMs, elapsedMs - published / load.deas * periodMs);
    }
    for (; published < due; published += 1) {
      bus.publish(HEARTBEAT_SUBJECT, heartbeats[published % load.deas] ?? "");
    }
    await bus.flush();
    started();
    await time.sleep(TICK_MS, { signal });
  }
  return { published, latestMs: Math.round(latestMs) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4222" },
      deas: { type: "string", default: "1000" },
      "instances-per-dea": { type: "string", default: "100" },
      period: { type: "string", default: "10" },
      "changes-per-second": { type: "string", default: "0" },
      seconds: { type: "string" },
    },
  });
  const time = new RealTimeProvider();
  const stop = new AbortController();
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  const signal = values.seconds === undefined
    ? stop.signal
    : AbortSignal.any([stop.signal, AbortSignal.timeout(Number(values.seconds) * 1000)]);
  const log = createLogger({
    component: "heartbeat_load",
    level: "WARN",
    format: "json",
    isTerminal: false,
    stream: Deno.stderr,
    time,
  });
  await using bus = await NatsBus.connect({
    servers: [{ host: "127.0.0.1", port: Number(values.port), user: "", password: "" }],
    pingIntervalSeconds: 20,
    tls: undefined,
    name: "heartbeat_load",
    time,
    log: log.logger,
    metrics: new MetricsRegistry(),
  });
  const load: HeartbeatLoad = {
    deas: Number(values.deas),
    instancesPerDea: Number(values["instances-per-dea"]),
    periodSeconds: Number(values.period),
    changesPerSecond: Number(values["changes-per-second"]),
  };
  const started = () => say({ started: true });
  say(await publishHeartbeats(load, { bus, time, signal, started }));
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (import.meta.main) await main();
