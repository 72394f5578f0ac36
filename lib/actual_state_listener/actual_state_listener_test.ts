import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import type { ListenerConfig } from "../config/config.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { InProcessBus } from "../message_bus/in_process_bus.ts";
import { InProcessHub } from "../message_bus/in_process_hub.ts";
import type { MessageHandler, Subscription } from "../message_bus/message_bus.ts";
import type { Fence } from "../store/fence.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Transaction, TransactionResult } from "../store/store.ts";
import { LeadershipLostError, StoreUnavailableError } from "../store/store_errors.ts";
import { ActualStateListener } from "./actual_state_listener.ts";

const LOCK = "/hm/locks/actual_state_listener";
const ACTUAL = "/hm/v1/apps/actual/";
const FRESH = "/hm/v1/actual-fresh";
const CONFIG: ListenerConfig = {
  heartbeatPeriodSeconds: 10,
  heartbeatTtlSeconds: 30,
  actualFreshnessTtlSeconds: 30,
  syncIntervalMs: 1_000,
  cacheRefreshMs: 20_000,
  httpAddress: "127.0.0.1",
  httpPort: undefined,
  httpConnectionsMax: 100,
  tls: undefined,
};

/** As etcd when it has run out of space: it deletes, and puts nothing. */
class FailingStore extends MemoryStore {
  failing = false;
  sweepsFail = false;
  /** Resolves when the store answers again; it has taken the transaction before. */
  answers: Promise<void> = Promise.resolve();
  /** Transactions that were asked for. */
  asked = 0;

  override async transact(transaction: Transaction): Promise<TransactionResult> {
    this.asked += 1;
    const result = await this.#transact(transaction);
    await this.answers;
    return result;
  }

  #transact(transaction: Transaction): Promise<TransactionResult> {
    const sweeps = transaction.mutations.some(({ kind }) => kind === "delete_prefix");
    if (this.sweepsFail && sweeps) {
      return Promise.reject(new StoreUnavailableError("Cannot delete: for this test"));
    }
    const puts = transaction.mutations.some((mutation) => mutation.kind === "put");
    if (!this.failing || !puts) return super.transact(transaction);
    return Promise.reject(new StoreUnavailableError("Cannot write: for this test"));
  }
}

class CountingBus extends InProcessBus {
  readonly subscribed: string[] = [];
  up = true;
  /** What ending a subscription fails with, after it has ended. */
  drainFailure: Error | undefined;

  override get connected(): boolean {
    return this.up;
  }

  override subscribe(subject: string, handler: MessageHandler): Subscription {
    this.subscribed.push(subject);
    const subscription = super.subscribe(subject, handler);
    return {
      subject,
      drain: async () => {
        await subscription.drain();
        if (this.drainFailure !== undefined) throw this.drainFailure;
      },
    };
  }
}

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly random = new FakeRandom();
  readonly store = new FailingStore({ time: this.time });
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly bus = new CountingBus(new InProcessHub(), this);
  readonly stop = new AbortController();
  leading = true;
  readonly fence: Fence = {
    component: "actual_state_listener",
    guards: [{ kind: "present", key: LOCK }],
    assertHeld: () => {
      if (!this.leading) throw new LeadershipLostError("actual_state_listener", "for this test");
    },
  };
  running: Promise<void> = Promise.resolve();

  static async start(config: Partial<ListenerConfig> = {}): Promise<Fixture> {
    const f = new Fixture();
    await f.store.transact({ guards: [], mutations: [{ kind: "put", key: LOCK, value: "me" }] });
    const port = Promise.withResolvers<number>();
    const deps = { ...f, config: { ...CONFIG, ...config }, onListen: port.resolve };
    const listener = new ActualStateListener({ ...deps, bus: f.bus, store: f.store });
    f.running = listener.run(f.stop.signal);
    f.port = port.promise;
    await Promise.race([f.time.waitForSleeper(), f.running]);
    return f;
  }

  /** Resolves once heartbeats are taken over HTTP. */
  port: Promise<number> = Promise.resolve(0);

  async beat(dea: string, ...instances: string[]): Promise<void> {
    this.bus.publish("dea.heartbeat", heartbeat(dea, ...instances));
    await this.bus.flush();
  }

  async advertise(): Promise<void> {
    this.bus.publish("dea.advertise", "not even JSON");
    await this.bus.flush();
  }

  /** The next flush, after `ms`. */
  async pass(ms = 1_000): Promise<void> {
    this.time.advance(ms);
    await Promise.race([this.time.waitForSleeper(), this.running]);
  }

  async instances(): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of this.store.range(ACTUAL)) {
      keys.push(...page.entries.map(({ key }) => key.slice(ACTUAL.length)));
    }
    return keys;
  }

  async fresh(): Promise<string | undefined> {
    return (await this.store.get(FRESH))?.value;
  }

  async revoke(): Promise<void> {
    await this.store.transact({ guards: [], mutations: [{ kind: "delete", key: FRESH }] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await Promise.allSettled([this.running]);
    await this.bus.drain();
    await this.store[Symbol.asyncDispose]();
  }
}

function heartbeat(dea: string, ...instances: string[]): string {
  const droplets = instances.map((instance) => ({
    "droplet": "app",
    "version": "v",
    "instance": instance,
    "index": 0,
    "state": "RUNNING",
    "state_timestamp": 1.5,
  }));
  return JSON.stringify({ "dea": dea, "droplets": droplets });
}

Deno.test("ActualStateListener subscribes once to heartbeats and once to advertisements [LIS-01]", async () => {
  await using f = await Fixture.start();
  expect(f.bus.subscribed).toEqual(["dea.heartbeat", "dea.advertise"]);
});

Deno.test("ActualStateListener flushes each second, what came meanwhile together [LIS-02] [LIS-05] [REG-35] [REG-39]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  f.time.advance(999);
  await f.beat("b", "j");
  expect(await f.instances()).toEqual([]);
  const before = await f.store.revision();
  await f.pass(1);
  expect(await f.instances()).toEqual(["a/app,v,i", "b/app,v,j"]);
  expect(await f.store.revision() - before).toBe(3); // Instances, presence, freshness.
});

Deno.test("ActualStateListener flushes again only when the flush before has ended, store and all [STO-40] [REG-06]", async () => {
  await using f = await Fixture.start();
  const answer = Promise.withResolvers<void>();
  f.store.answers = answer.promise;
  await f.beat("a", "i");
  f.time.advance(1_000);
  await f.beat("b", "j");
  const asked = f.store.asked;
  expect(asked).toBeGreaterThan(0);
  f.time.advance(5_000);
  await f.beat("b", "j");
  expect(f.store.asked).toBe(asked); // One flush waits for its answer, and no other has begun.
  f.store.answers = Promise.resolve();
  answer.resolve();
  await f.time.waitForSleeper();
  await f.pass();
  expect(await f.instances()).toEqual(["a/app,v,i", "b/app,v,j"]);
});

Deno.test("ActualStateListener outlives garbage and goes on [LIS-13] [F17]", async () => {
  await using f = await Fixture.start();
  f.bus.publish("dea.heartbeat", "garbage");
  await f.beat("a", "i");
  await f.pass();
  expect(await f.instances()).toEqual(["a/app,v,i"]);
  expect(f.metrics.get("heartbeats_rejected")).toBe(1);
});

Deno.test("ActualStateListener outlives a store that fails and saves afterwards [LIS-11] [REG-01]", async () => {
  await using f = await Fixture.start();
  f.store.failing = true;
  await f.beat("a", "i");
  await f.pass();
  await f.pass();
  expect(await f.instances()).toEqual([]);
  f.store.failing = false;
  await f.pass();
  expect(await f.instances()).toEqual(["a/app,v,i"]);
});

Deno.test("ActualStateListener bumps freshness on an advertisement, 30 s of silence provided [LIS-15] [LIS-16] [LIS-18] [REG-04]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  await f.pass();
  await f.revoke();
  for (let second = 101; second < 129; second += 1) await f.pass();
  await f.advertise();
  await f.pass();
  expect(await f.fresh()).toBeUndefined();
  await f.advertise();
  await f.pass();
  expect(await f.fresh()).toBe('{"timestamp":131}');
});

Deno.test("ActualStateListener makes an empty platform fresh by advertisements alone [LIS-17] [REG-03]", async () => {
  await using f = await Fixture.start();
  await f.advertise();
  await f.pass();
  expect(await f.fresh()).toBe('{"timestamp":101}');
});

Deno.test("ActualStateListener removes what a departed DEA left, and only that [HAZ-22] [REG-07]", async () => {
  await using f = await Fixture.start();
  await f.beat("silent", "i");
  for (let second = 0; second < 45; second += 1) {
    await f.beat("talking", "j");
    await f.pass();
  }
  expect(await f.instances()).toEqual(["talking/app,v,j"]);
  expect(f.metrics.get("deas")).toBe(1);
  await f.beat("silent", "i");
  await f.pass();
  expect(await f.instances()).toEqual(["silent/app,v,i", "talking/app,v,j"]);
});

Deno.test("ActualStateListener removes nothing while it cannot hear or cannot save [F9]", async () => {
  for (const trouble of ["bus", "store"] as const) {
    await using f = await Fixture.start();
    await f.beat("a", "i");
    await f.pass();
    if (trouble === "bus") f.bus.up = false;
    else f.store.failing = true;
    for (let second = 0; second < 60; second += 1) {
      if (trouble === "store") await f.beat("a", "i");
      await f.pass();
    }
    expect(await f.instances()).toEqual(["a/app,v,i"]);
  }
});

Deno.test("ActualStateListener that is told to stop saves what it heard, if it still leads [HAZ-14]", async () => {
  for (const leading of [true, false]) {
    await using f = await Fixture.start();
    await f.beat("a", "i");
    f.leading = leading;
    f.stop.abort();
    await f.running;
    expect(await f.instances()).toEqual(leading ? ["a/app,v,i"] : []);
    await f.beat("b", "late");
    expect(f.metrics.get("ReceivedHeartbeats")).toBe(1);
  }
});

Deno.test("ActualStateListener ends when another process leads, and listens no more [I9]", async () => {
  await using f = await Fixture.start();
  await f.store.transact({ guards: [], mutations: [{ kind: "delete", key: LOCK }] });
  await f.beat("a", "i");
  f.time.advance(1_000);
  await expect(f.running).rejects.toBeInstanceOf(LeadershipLostError);
  expect(await f.instances()).toEqual([]);
  await f.beat("a", "i");
  expect(f.metrics.get("ReceivedHeartbeats")).toBe(1);
});

Deno.test("ActualStateListener takes heartbeats over HTTP when it has a port [LIS-31] [LIS-36]", async () => {
  await using f = await Fixture.start({ httpPort: 0 });
  await f.beat("a", "by-nats");
  const url = `http://127.0.0.1:${await f.port}/dea/heartbeat`;
  const response = await fetch(url, { method: "POST", body: heartbeat("a", "by-http") });
  await response.body?.cancel();
  expect(response.status).toBe(202);
  await f.pass();
  expect(await f.instances()).toEqual(["a/app,v,by-http"]);
});

Deno.test("ActualStateListener that cannot listen on its HTTP port says so", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const starting = Fixture.start({ httpPort: (taken.addr as Deno.NetAddr).port });
    await expect(starting).rejects.toBeInstanceOf(Deno.errors.AddrInUse);
  } finally {
    taken.close();
  }
});

Deno.test("ActualStateListener outlives a sweep that fails, says so, and sweeps later [HAZ-22]", async () => {
  await using f = await Fixture.start();
  await f.beat("silent", "i");
  f.store.sweepsFail = true;
  for (let second = 0; second < 45; second += 1) {
    await f.beat("talking", "j");
    await f.pass();
  }
  expect(await f.instances()).toEqual(["silent/app,v,i", "talking/app,v,j"]);
  expect(f.log.messages("warn")).toContain("Cannot remove what departed DEAs left behind");
  expect(f.metrics.get("sweep_failures")).toBe(1);
  f.store.sweepsFail = false;
  for (let second = 0; second < 10; second += 1) {
    await f.beat("talking", "j");
    await f.pass();
  }
  expect(await f.instances()).toEqual(["talking/app,v,j"]);
  expect(f.metrics.get("departed_deas")).toBe(1);
});

Deno.test("ActualStateListener that cannot stop listening cleanly still says why it ends [I9]", async () => {
  await using f = await Fixture.start();
  f.bus.drainFailure = new Error("the connection is gone");
  await f.store.transact({ guards: [], mutations: [{ kind: "delete", key: LOCK }] });
  await f.beat("a", "i");
  f.time.advance(1_000);
  await expect(f.running).rejects.toBeInstanceOf(LeadershipLostError);
  expect(f.log.messages("warn")).toContain("Cannot stop listening cleanly");
});
