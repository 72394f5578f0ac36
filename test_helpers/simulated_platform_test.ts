import { expect } from "expect";
import { MetricsRegistry } from "../lib/helpers/metrics.ts";
import { InProcessBus } from "../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../lib/message_bus/in_process_hub.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import { parseDropletExited } from "../lib/models/droplet_exited.ts";
import { type Heartbeat, parseHeartbeat } from "../lib/models/heartbeat.ts";
import { startMessageToJson } from "../lib/models/start_message.ts";
import { stopMessageToJson } from "../lib/models/stop_message.ts";
import { FakeLogger } from "./fake_logger.ts";
import { FakeTimeProvider } from "./fake_time_provider.ts";
import { type PlatformEvent, SimulatedPlatform } from "./simulated_platform.ts";

/** A platform that runs, and what is heard of it. */
class Bench implements AsyncDisposable {
  readonly time = new FakeTimeProvider();
  readonly hub = new InProcessHub();
  readonly log = new FakeLogger();
  readonly bus = new InProcessBus(this.hub, {
    time: this.time,
    log: this.log,
    metrics: new MetricsRegistry(),
  });
  readonly heartbeats: Heartbeat[] = [];
  readonly exits: string[] = [];
  readonly events: PlatformEvent[] = [];
  desired: readonly DesiredAppState[] = [];
  readonly platform = new SimulatedPlatform({
    bus: this.bus,
    cloudController: { setDesired: (apps) => this.desired = apps },
    time: this.time,
    heartbeatPeriodMs: 1_000,
    onEvent: (event) => this.events.push(event),
  });
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor() {
    this.bus.subscribe("dea.heartbeat", ({ data }) => {
      this.heartbeats.push(parseHeartbeat(data).heartbeat);
    });
    this.bus.subscribe("droplet.exited", ({ data }) => {
      const { instanceGuid, reason } = parseDropletExited(data);
      this.exits.push(`${instanceGuid} ${reason}`);
    });
  }

  /** Begins with the first heartbeat. */
  async run(): Promise<void> {
    this.#running = this.platform.run(this.#stop.signal);
    await this.settle();
  }

  /** The next heartbeat. */
  async beat(): Promise<void> {
    this.time.advance(1_000);
    await this.settle();
  }

  /** Waits until everything that was published has been handled. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await this.time.waitForSleeper();
  }

  async start(appGuid: string, instanceIndex: number): Promise<void> {
    const message = { messageId: "m", appGuid, appVersion: `${appGuid}-version`, instanceIndex };
    this.bus.publish("hm9000.start", startMessageToJson(message));
    await this.settle();
  }

  async stop(instanceGuid: string): Promise<void> {
    const app = { appGuid: "app", appVersion: "app-version" };
    const message = { ...app, messageId: "m", instanceGuid, instanceIndex: 0, isDuplicate: false };
    this.bus.publish("hm9000.stop", stopMessageToJson(message));
    await this.settle();
  }

  /** What the DEAs said last, as `dea: index STATE, …`. */
  lastHeartbeats(): string[] {
    const last = new Map(this.heartbeats.map((heartbeat) => [heartbeat.deaGuid, heartbeat]));
    return [...last.values()].map(({ deaGuid, instances }) =>
      `${deaGuid}: ${instances.map((one) => `${one.instanceIndex} ${one.state}`).join(", ")}`
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.bus.drain();
    expect(this.log.lines).toEqual([]);
  }
}

Deno.test("SimulatedPlatform spreads running apps over its DEAs and reports them", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  bench.platform.addDea("dea-2");
  bench.platform.addApp("app", { instances: 3, running: true });
  await bench.run();
  expect(bench.lastHeartbeats()).toEqual(["dea-1: 0 RUNNING, 2 RUNNING", "dea-2: 1 RUNNING"]);
  expect(bench.desired.map(({ appGuid, instances }) => [appGuid, instances])).toEqual([["app", 3]]);
  expect(bench.platform.isWhole()).toBe(true);
});

Deno.test("SimulatedPlatform reports every period, and not in between", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  await bench.run();
  bench.time.advance(999);
  await bench.settle();
  expect(bench.heartbeats.length).toBe(1);
  bench.time.advance(1);
  await bench.settle();
  expect(bench.heartbeats.length).toBe(2);
});

Deno.test("SimulatedPlatform starts on the least loaded DEA: STARTING for a beat, then RUNNING", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  bench.platform.addApp("other", { instances: 1, running: true });
  bench.platform.addDea("dea-2");
  bench.platform.addApp("app", { instances: 1 });
  await bench.run();
  expect(bench.platform.isWhole()).toBe(false);
  await bench.start("app", 0);
  expect(bench.events.map(({ kind, deaGuid }) => [kind, deaGuid])).toEqual([["start", "dea-2"]]);
  await bench.beat();
  expect(bench.lastHeartbeats()).toEqual(["dea-1: 0 RUNNING", "dea-2: 0 STARTING"]);
  await bench.beat();
  expect(bench.lastHeartbeats()).toEqual(["dea-1: 0 RUNNING", "dea-2: 0 RUNNING"]);
  expect(bench.platform.isWhole()).toBe(true);
});

Deno.test("SimulatedPlatform stops what a stop names, and says so", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  const app = bench.platform.addApp("app", { instances: 2, running: true });
  await bench.run();
  bench.platform.scale(app, 1);
  expect(bench.platform.isWhole()).toBe(false);
  await bench.stop("dea-1-i2");
  await bench.stop("unheard-of");
  expect(bench.exits).toEqual(["dea-1-i2 STOPPED"]);
  expect(bench.events.map(({ kind, deaGuid }) => [kind, deaGuid]))
    .toEqual([["stop", "dea-1"], ["stop", undefined]]);
  expect(bench.platform.isWhole()).toBe(true);
});

Deno.test("SimulatedPlatform.crash() leaves a crashed instance, reported for five beats", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  const app = bench.platform.addApp("app", { instances: 1, running: true });
  await bench.run();
  expect(bench.platform.crash(app, 0)).toBe("dea-1");
  expect(bench.platform.crash(app, 0)).toBeUndefined();
  const seen: string[] = [];
  for (let beat = 0; beat < 7; beat += 1) {
    await bench.beat();
    seen.push(...bench.lastHeartbeats());
  }
  expect(seen).toEqual([
    ...Array(5).fill("dea-1: 0 CRASHED"),
    ...Array(2).fill("dea-1: "),
  ]);
  expect(bench.exits).toEqual(["dea-1-i1 CRASHED"]);
});

Deno.test("SimulatedPlatform.killDea() silences a DEA, and it may come back empty", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  bench.platform.addApp("app", { instances: 2, running: true });
  await bench.run();
  expect(bench.platform.killDea("dea-1")).toBe(2);
  await bench.beat();
  expect(bench.heartbeats.length).toBe(1);
  await bench.start("app", 0);
  expect(bench.events.map(({ deaGuid }) => deaGuid)).toEqual([undefined]);
  bench.platform.addDea("dea-1");
  await bench.start("app", 0);
  await bench.beat();
  expect(bench.lastHeartbeats()).toEqual(["dea-1: 0 STARTING"]);
  const names = bench.heartbeats.flatMap(({ instances }) => instances.map((i) => i.instanceGuid));
  expect(names).toEqual(["dea-1-i1", "dea-1-i2", "dea-1-life-2-i1"]);
});

Deno.test("SimulatedPlatform.evacuateDea() keeps instances until they are stopped, then leaves", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  bench.platform.addApp("app", { instances: 1, running: true });
  await bench.run();
  expect(bench.platform.evacuateDea("dea-1")).toBe(1);
  await bench.beat();
  expect(bench.exits).toEqual(["dea-1-i1 DEA_EVACUATION"]);
  expect(bench.lastHeartbeats()).toEqual(["dea-1: 0 EVACUATING"]);
  await bench.start("app", 0);
  expect(bench.events.map(({ deaGuid }) => deaGuid)).toEqual([undefined]);
  await bench.stop("dea-1-i1");
  await bench.beat();
  expect(bench.platform.report().deas)
    .toEqual([{ deaGuid: "dea-1", state: "left", instances: 0 }]);
});

Deno.test("SimulatedPlatform.waitUntil() resolves when what is awaited has come about", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  bench.platform.addApp("app", { instances: 1 });
  await bench.run();
  let whole = false;
  const waiting = bench.platform.waitUntil((report) => report.whole).then(() => whole = true);
  await bench.start("app", 0);
  expect(whole).toBe(false);
  await bench.beat();
  await waiting;
});

Deno.test("SimulatedPlatform loses what it says while the bus is down, and goes on", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  await bench.run();
  bench.hub.goDown();
  await bench.beat();
  bench.hub.comeBack();
  await bench.beat();
  expect([bench.heartbeats.length, bench.platform.messagesLost]).toEqual([2, 1]);
});

Deno.test("SimulatedPlatform refuses what cannot be, by name", async () => {
  await using bench = new Bench();
  bench.platform.addDea("dea-1");
  await bench.run();
  expect(() => bench.platform.addDea("dea-1")).toThrow('Cannot add DEA "dea-1": it is there');
  expect(() => bench.platform.killDea("dea-2")).toThrow('Cannot kill DEA "dea-2": it is unknown');
  bench.platform.killDea("dea-1");
  expect(() => bench.platform.evacuateDea("dea-1")).toThrow('evacuate DEA "dea-1": it is dead');
  expect(() => bench.platform.scale({ appGuid: "x", appVersion: "y" }, 1))
    .toThrow('Cannot scale app "x,y"');
});
