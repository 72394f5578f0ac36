/**
 * The platform of the end-to-end benchmark as a process of its own: DEAs that send heartbeats over NATS,
 * spread evenly over the period, and obey starts and stops; and the Cloud Controller's bulk API over HTTP.
 * `platform.ts` starts it and talks to it.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { RealTimeProvider } from "../../../lib/helpers/real_time_provider.ts";
import type { MessageBus } from "../../../lib/message_bus/message_bus.ts";
import { DROPLET_EXITED_SUBJECT, HEARTBEAT_SUBJECT } from "../../../lib/message_bus/subjects.ts";
import type { InstanceHeartbeat } from "../../../lib/models/instance_heartbeat.ts";
import { parseStartMessage } from "../../../lib/models/start_message.ts";
import { parseStopMessage } from "../../../lib/models/stop_message.ts";
import { connectBus } from "../bench_deps.ts";
import { bulkPage } from "./bulk_page.ts";
import { FleetModel } from "./fleet_model.ts";
import {
  type PlatformCommand,
  type PlatformEvent,
  type PlatformReport,
  REPORT_INTERVAL_MS,
} from "./platform_messages.ts";

/** How often what has fallen due is published, in milliseconds. */
const TICK_MS = 10;

interface PlatformOptions {
  readonly newAppsPerPeriod: number;
  readonly periodSeconds: number;
}

/** DEAs and Cloud Controller. */
class Platform {
  readonly #fleet: FleetModel;
  readonly #bus: MessageBus;
  readonly #options: PlatformOptions;
  readonly #time = new RealTimeProvider();
  /** Instances to be named for the first time, by their DEA. */
  readonly #unsaid = new Map<number, string>();
  /** When each DEA's last heartbeat left, in Unix milliseconds. */
  readonly #heardMs = new Map<number, number>();
  #startedMs: number | undefined;
  #heartbeats = 0;
  #newApps = 0;
  #latestMs = 0;
  #startsReceived = 0;
  #stopsReceived = 0;
  #stopsRefused = 0;
  #firstLostStartMs = 0;
  #lastLostStartMs = 0;

  constructor(fleet: FleetModel, bus: MessageBus, options: PlatformOptions) {
    this.#fleet = fleet;
    this.#bus = bus;
    this.#options = options;
    bus.subscribe("hm9000.start", ({ data }) => {
      this.#startsReceived += 1;
      const lostBefore = fleet.lostStarted;
      fleet.start(parseStartMessage(data).appGuid);
      if (fleet.lostStarted > lostBefore) this.#noteLostStart();
    });
    bus.subscribe("hm9000.stop", ({ data }) => {
      this.#stopsReceived += 1;
      if (!fleet.stop(parseStopMessage(data).instanceGuid)) this.#stopsRefused += 1;
    });
  }

  obey(command: PlatformCommand): void {
    switch (command.kind) {
      case "beat":
        this.#startedMs ??= this.#time.monotonicMs();
        return;
      case "die":
        return this.#die(command.deas);
      case "swell":
        return this.#fleet.swell(command.dea, command.instances);
      case "burst":
        for (let dea = 0; dea < this.#fleet.deas; dea += 1) this.#beat(dea);
        return;
      case "evacuate":
        return command.deas.forEach((dea) => this.#fleet.evacuate(dea).forEach(this.#sayExit));
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    let reportDueMs = 0;
    while (!signal.aborted) {
      this.#publishDue();
      await this.#bus.flush();
      if (this.#time.monotonicMs() >= reportDueMs) {
        say(this.#report());
        this.#latestMs = 0;
        reportDueMs = this.#time.monotonicMs() + REPORT_INTERVAL_MS;
      }
      await this.#time.sleep(TICK_MS, { signal });
    }
  }

  /** A page of the bulk API. */
  page(request: Request): Response {
    return Response.json(bulkPage(new URL(request.url).searchParams, this.#fleet.apps));
  }

  #publishDue(): void {
    if (this.#startedMs === undefined) return;
    const { deas } = this.#fleet;
    const periodMs = this.#options.periodSeconds * 1000;
    const elapsedMs = this.#time.monotonicMs() - this.#startedMs;
    this.#addApps(elapsedMs / periodMs);
    const due = Math.floor(elapsedMs / periodMs * deas) + 1;
    if (this.#heartbeats < due) {
      const lateMs = elapsedMs - this.#heartbeats / deas * periodMs;
      this.#latestMs = Math.max(this.#latestMs, lateMs);
    }
    for (; this.#heartbeats < due; this.#heartbeats += 1) this.#beat(this.#heartbeats % deas);
  }

  /** None in the first period: what is new shall be told from what is there. */
  #addApps(periods: number): void {
    const { newAppsPerPeriod } = this.#options;
    const due = Math.floor(Math.max(0, periods - 1) * newAppsPerPeriod);
    for (; this.#newApps < due; this.#newApps += 1) {
      // Each of a period's on another DEA, none of them among the first, which scenarios end.
      const share = (this.#newApps % newAppsPerPeriod + 0.5) / newAppsPerPeriod;
      const dea = Math.floor(this.#fleet.deas * (0.5 + share / 2));
      const added = this.#fleet.addApp(dea);
      if (added !== undefined) this.#unsaid.set(dea, added.instanceGuid);
    }
  }

  #beat(dea: number): void {
    const bytes = this.#fleet.heartbeat(dea);
    if (bytes === undefined) return;
    this.#bus.publish(HEARTBEAT_SUBJECT, bytes);
    this.#heardMs.set(dea, this.#time.nowMs());
    const instance = this.#unsaid.get(dea);
    if (instance === undefined) return;
    this.#unsaid.delete(dea);
    say({ kind: "said", instance, atMs: this.#time.nowMs() });
  }

  #noteLostStart(): void {
    this.#lastLostStartMs = this.#time.nowMs();
    if (this.#firstLostStartMs === 0) this.#firstLostStartMs = this.#lastLostStartMs;
  }

  #die(deas: readonly number[]): void {
    this.#firstLostStartMs = 0;
    const heardMs = deas.map((dea) => this.#heardMs.get(dea) ?? this.#time.nowMs());
    for (const dea of deas) this.#fleet.die(dea);
    const firstHeardMs = heardMs.reduce((a, b) => Math.min(a, b), Infinity);
    const lastHeardMs = heardMs.reduce((a, b) => Math.max(a, b), -Infinity);
    say({ kind: "died", firstHeardMs, lastHeardMs });
  }

  readonly #sayExit = (instance: InstanceHeartbeat): void => {
    const exit = {
      "cc_partition": "default",
      "droplet": instance.appGuid,
      "version": instance.appVersion,
      "instance": instance.instanceGuid,
      "index": instance.instanceIndex,
      "reason": "DEA_EVACUATION",
      "exit_status": 0,
      "exit_description": "",
      "crash_timestamp": 0,
    };
    this.#bus.publish(DROPLET_EXITED_SUBJECT, JSON.stringify(exit));
  };

  #report(): PlatformReport {
    const { apps, runningApps, deas, evacuatingInstances, lostStarted } = this.#fleet;
    return {
      kind: "report",
      ...{ apps, runningApps, deas, evacuatingInstances, lostStarted },
      firstLostStartMs: this.#firstLostStartMs,
      lastLostStartMs: this.#lastLostStartMs,
      heartbeats: this.#heartbeats,
      latestMs: Math.round(this.#latestMs),
      startsReceived: this.#startsReceived,
      stopsReceived: this.#stopsReceived,
      stopsRefused: this.#stopsRefused,
    };
  }
}

function say(event: PlatformEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "nats-port": { type: "string", default: "4222" },
      apps: { type: "string", default: "1000" },
      "instances-per-dea": { type: "string", default: "100" },
      "crashed-fraction": { type: "string", default: "0.1" },
      "new-apps": { type: "string", default: "10" },
      period: { type: "string", default: "10" },
      empty: { type: "boolean", default: false },
    },
  });
  const time = new RealTimeProvider();
  const fleet = new FleetModel({
    apps: Number(values.apps),
    instancesPerDea: Number(values["instances-per-dea"]),
    crashedFraction: Number(values["crashed-fraction"]),
    empty: values.empty,
    now: () => time.nowMs() / 1000,
  });
  const stop = new AbortController();
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  await using bus = await connectBus(Number(values["nats-port"]), "platform");
  const platform = new Platform(fleet, bus, {
    newAppsPerPeriod: Number(values["new-apps"]),
    periodSeconds: Number(values.period),
  });
  const commands = createInterface({ input: process.stdin });
  commands.on("line", (line) => platform.obey(JSON.parse(line)));
  // Whoever started it is gone, so nobody is left to stop it.
  commands.on("close", () => stop.abort());
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => platform.page(request),
  );
  // A load that is made while it is sent comes late.
  fleet.prepare();
  say({ kind: "ready", port: server.addr.port });
  await platform.run(stop.signal);
  commands.close();
}

if (import.meta.main) await main();
