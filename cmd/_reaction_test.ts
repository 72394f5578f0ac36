import { expect } from "expect";
import { setImmediate } from "node:timers";
import { parseConfig } from "../lib/config/parse_config.ts";
import { InProcessBus } from "../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../lib/message_bus/in_process_hub.ts";
import { FleetMirror } from "../lib/mirror/fleet_mirror.ts";
import { AppFixture } from "../test_helpers/app.ts";
import { StoredFleet } from "../test_helpers/stored_fleet.ts";
import type { Outside } from "./_components.ts";
import { runComponents } from "./_run_component.ts";

const STEP_MS = 50;
const app = new AppFixture("app");

/** Analyzer and sender as `hm9000 all` runs them, over a stored fleet, and when what was published. */
class Reaction implements AsyncDisposable {
  readonly fleet = new StoredFleet();
  readonly published: { readonly subject: string; readonly atMs: number }[] = [];
  readonly #bus = new InProcessBus(new InProcessHub(), this.fleet);
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** Begins, and lets everything come to rest. */
  async start(settings = ""): Promise<void> {
    for (const subject of ["hm9000.start", "hm9000.stop"]) {
      this.#bus.subscribe(subject, () => {
        this.published.push({ subject, atMs: this.fleet.time.monotonicMs() });
      });
    }
    const text = `{store_type: memory, message_bus_type: in_process${settings}}`;
    const { config } = parseConfig({ text, path: "hm9000.yml", env: {} });
    const { store, layout, time, random, log, metrics } = this.fleet;
    const bus = this.#bus;
    const { actualFreshnessTtlSeconds } = config;
    const view = { store, layout, time, random, log, metrics, actualFreshnessTtlSeconds };
    const mirror = new FleetMirror(view);
    const outside: Outside = { config, store, layout, bus, time, random, log, metrics, mirror };
    this.#running = runComponents({
      names: ["analyzer", "sender"],
      outsideFor: () => outside,
      bus: undefined,
      beside: [{ name: "mirror", run: (signal) => mirror.run(signal) }],
      log,
      signal: this.#stop.signal,
    });
    // Each sleeps twice for its leadership, twice between passes and once between flushes of figures.
    await time.waitForSleeper(10);
    await this.passSeconds(3);
  }

  /** Lets time pass in small steps; whoever has something to do does it. */
  async passSeconds(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds * 1000; passed += STEP_MS) {
      this.fleet.time.advance(STEP_MS);
      for (let turn = 0; turn < 12; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
  }

  /** How many messages there were up to `seconds` from `sinceMs` on. */
  within(seconds: number, sinceMs: number): number {
    const times = this.published.map(({ atMs }) => atMs - sinceMs);
    return times.filter((ms) => ms >= 0 && ms <= seconds * 1000).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#bus[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}

Deno.test("a crash is answered with a start within a second, in the midst of a polling interval [CRA-04]", async () => {
  await using reaction = new Reaction();
  const { fleet } = reaction;
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  await reaction.start();
  const crashedAtMs = fleet.time.monotonicMs();
  await fleet.report(app.crashedInstanceHeartbeatAtIndex(0));
  await reaction.passSeconds(1);
  expect(reaction.published.map(({ subject }) => subject)).toEqual(["hm9000.start"]);
  expect(reaction.within(1, crashedAtMs)).toBe(1);
});

Deno.test("what a silent DEA had is started a TTL and a grace period after its last heartbeat, and at most a second [INT-19] [ANA-03]", async () => {
  await using reaction = new Reaction();
  const { fleet } = reaction;
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  await reaction.start();
  const lease = 77_777;
  await fleet.store.grantLease(lease, 30);
  const key = fleet.layout.presenceKey("dea");
  await fleet.store.transact({
    guards: [],
    mutations: [{ kind: "put", key, value: "dea", lease }],
  });
  const heardAtMs = fleet.time.monotonicMs();
  await reaction.passSeconds(62);
  expect(reaction.within(59, heardAtMs)).toBe(0);
  expect(reaction.within(61, heardAtMs)).toBe(1);
});

Deno.test("no stretch of a polling interval sees more starts than the limit, however often the sender works [SND-18] [SND-22]", async () => {
  await using reaction = new Reaction();
  const { fleet } = reaction;
  await fleet.makeFresh();
  await reaction.start(", sender_message_limit: 5");
  const apps = Array.from({ length: 12 }, (_, at) => new AppFixture(`app-${at}`));
  const crashed = apps.map((one) => one.instanceAtIndex(0).heartbeat("CRASHED"));
  await fleet.desire(...apps.map((one) => one.desiredState()));
  await fleet.report({ deaGuid: "dea", instances: crashed });
  await reaction.passSeconds(25);
  expect(reaction.published).toHaveLength(12);
  for (const { atMs } of reaction.published) {
    expect(reaction.within(9.99, atMs)).toBeLessThanOrEqual(5);
  }
});

Deno.test("a store that is stale is met with silence, whatever happens in it [I5] [FRE-21]", async () => {
  await using reaction = new Reaction();
  const { fleet } = reaction;
  await fleet.desire(app.desiredState());
  await fleet.report(app.crashedInstanceHeartbeatAtIndex(0));
  await reaction.start();
  await fleet.desire(new AppFixture("other").desiredState());
  await reaction.passSeconds(60);
  expect(reaction.published).toEqual([]);
  expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
});
