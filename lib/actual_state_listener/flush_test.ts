import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import type { Fence } from "../store/fence.ts";
import { StoreLayout } from "../store/layout.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Transaction, TransactionResult } from "../store/store.ts";
import {
  LeadershipLostError,
  OutcomeUnknownError,
  StoreUnavailableError,
} from "../store/store_errors.ts";
import { DeaCache } from "./dea_cache.ts";
import { Flush } from "./flush.ts";
import { HeartbeatInbox } from "./heartbeat_inbox.ts";

const LOCK = "/hm/locks/actual_state_listener";
const PRESENT = "/hm/v1/dea-presence/";
const ACTUAL = "/hm/v1/apps/actual/";
const FRESH = "/hm/v1/actual-fresh";

/** A store that fails, or is slow, where a test wants it to be. */
class TroubledStore extends MemoryStore {
  /** Transactions that touch a key with this beginning fail. */
  failing: string | undefined;
  /** Called before each transaction. */
  onTransact: (transaction: Transaction) => void = () => {};
  /** The answers to transactions get lost. */
  losesAnswers = false;
  /** Keys and prefixes that were written or deleted. */
  readonly touched: string[] = [];

  override async transact(transaction: Transaction): Promise<TransactionResult> {
    this.onTransact(transaction);
    const touched = transaction.mutations.map((one) => "key" in one ? one.key : one.prefix);
    const { failing } = this;
    if (failing !== undefined && touched.some((key) => key.startsWith(failing))) {
      throw new StoreUnavailableError("Cannot write: for this test");
    }
    this.touched.push(...touched);
    const result = await super.transact(transaction);
    if (this.losesAnswers) throw new OutcomeUnknownError("Cannot say: for this test");
    return result;
  }
}

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();
  readonly random = new FakeRandom();
  readonly store = new TroubledStore({ time: this.time });
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly fence: Fence = {
    component: "actual_state_listener",
    guards: [{ kind: "present", key: LOCK }],
    assertHeld() {},
  };
  readonly config = {
    heartbeatPeriodSeconds: 10,
    heartbeatTtlSeconds: 30,
    actualFreshnessTtlSeconds: 30,
    syncIntervalMs: 1_000,
  };
  readonly inbox = new HeartbeatInbox(this);
  readonly cache = new DeaCache({ ...this, maxAgeMs: 20_000 });
  readonly flush = new Flush(this);

  static async start(): Promise<Fixture> {
    const f = new Fixture();
    await f.store.transact({ guards: [], mutations: [{ kind: "put", key: LOCK, value: "me" }] });
    f.store.touched.length = 0;
    return f;
  }

  /** Takes a heartbeat in and flushes; instances as "guid" or "guid:STATE". */
  async beat(dea: string, ...instances: string[]): Promise<void> {
    this.hear(dea, ...instances);
    await this.flush.pass();
  }

  hear(dea: string, ...instances: string[]): void {
    const droplets = instances.map((name) => {
      const [instance, state = "RUNNING"] = name.split(":");
      const app = { "droplet": `app-of-${instance}`, "version": "v", "index": 0 };
      return { ...app, "instance": instance, "state": state, "state_timestamp": 1.5 };
    });
    const json = JSON.stringify({ "dea": dea, "droplets": droplets });
    expect(this.inbox.receive(new TextEncoder().encode(json)).accepted).toBe(true);
  }

  async keys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of this.store.range(prefix)) {
      keys.push(...page.entries.map((entry) => entry.key.slice(prefix.length)));
    }
    return keys;
  }

  async freshSince(): Promise<string | undefined> {
    return (await this.store.get(FRESH))?.value;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

Deno.test("Flush stores instances, presence and freshness [LIS-03] [LIS-04] [STO-01] [STO-05]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i", "j:CRASHED");
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-i,v,i", "a/app-of-j,v,j"]);
  const stored = await f.store.get("/hm/v1/apps/actual/a/app-of-j,v,j");
  expect([stored?.value, stored?.lease]).toEqual(["0,CRASHED,1.5", 0]);
  expect(await f.keys(PRESENT)).toEqual(["a"]);
  expect((await f.store.get("/hm/v1/dea-presence/a"))?.value).toBe("a");
  expect(await f.freshSince()).toBe('{"timestamp":100}');
  expect([f.metrics.get("ReceivedHeartbeats"), f.metrics.get("SavedHeartbeats")]).toEqual([1, 1]);
});

Deno.test("Flush writes what changed and removes what is gone, of the DEAs heard [STO-02] [STO-03] [STO-08] [STO-09]", async () => {
  await using f = await Fixture.start();
  f.hear("a", "i", "gone");
  f.hear("b", "j");
  await f.beat("c", "k");
  f.hear("a", "i:EVACUATING", "new");
  await f.beat("b", "j", "l");
  const found = await f.keys(ACTUAL);
  expect(found.map((key) => key.replace(/app-of-.*,/, ""))).toEqual([
    "a/i",
    "a/new",
    "b/j",
    "b/l",
    "c/k",
  ]);
  expect((await f.store.get(`${ACTUAL}a/app-of-i,v,i`))?.value).toBe("0,EVACUATING,1.5");
});

Deno.test("Flush writes presence alone for a heartbeat that says nothing new [STO-04] [STO-06]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  f.store.touched.length = 0;
  await f.beat("a", "i");
  expect(f.store.touched).toEqual(["/hm/v1/dea-presence/a", FRESH]);
});

Deno.test("Flush keeps a DEA present that runs nothing [STO-04]", async () => {
  await using f = await Fixture.start();
  await f.beat("empty");
  expect(await f.keys(PRESENT)).toEqual(["empty"]);
});

Deno.test("Flush lets a DEA go a heartbeat TTL after it was heard last, others not [REG-07] [I12]", async () => {
  await using f = await Fixture.start();
  f.hear("silent", "i");
  await f.beat("talking", "j");
  for (let second = 0; second < 31; second += 10) {
    f.time.advance(10_000);
    await f.beat("talking", "j");
  }
  expect(await f.keys(PRESENT)).toEqual(["talking"]);
});

Deno.test("Flush puts the presence of all DEAs heard under one lease", async () => {
  await using f = await Fixture.start();
  for (let i = 0; i < 300; i += 1) f.hear(`dea-${i}`);
  await f.flush.pass();
  const leases = new Set<number>();
  for await (const page of f.store.range(PRESENT)) {
    for (const entry of page.entries) leases.add(entry.lease);
  }
  expect((await f.keys(PRESENT)).length).toBe(300);
  expect(leases.size).toBe(1);
});

Deno.test("Flush never makes a DEA present before its instances are stored", async () => {
  await using f = await Fixture.start();
  f.store.failing = ACTUAL;
  await f.beat("a", "i");
  expect(await f.keys(PRESENT)).toEqual([]);
});

Deno.test("Flush says first that those are present who say nothing new", async () => {
  await using f = await Fixture.start();
  await f.beat("quiet", "i");
  f.store.touched.length = 0;
  f.hear("busy", "j");
  await f.beat("quiet", "i");
  expect(f.store.touched).toEqual([
    `${PRESENT}quiet`,
    `${ACTUAL}busy/app-of-j,v,j`,
    `${PRESENT}busy`,
    FRESH,
  ]);
});

Deno.test("Flush that takes long gives every DEA its whole time", async () => {
  await using f = await Fixture.start();
  f.store.onTransact = () => f.time.advance(1_000);
  await f.beat("quiet", "i");
  const before = f.time.monotonicMs();
  f.hear("busy", "j");
  await f.beat("quiet", "i");
  const left = async (dea: string) => {
    const lease = (await f.store.get(`${PRESENT}${dea}`))?.lease ?? 0;
    return (await f.store.leaseStatus([lease]))[0]?.ttlSeconds ?? 0;
  };
  const took = (f.time.monotonicMs() - before) / 1_000;
  expect(await left("quiet")).toBe(30 - took);
  expect(await left("busy")).toBe(30 - took + 2);
});

Deno.test("Flush that heard nothing does not bump freshness [LIS-14]", async () => {
  await using f = await Fixture.start();
  await f.flush.pass();
  expect(await f.freshSince()).toBeUndefined();
});

for (const [seconds, fresh, id] of [[9.999, true, "LIS-08"], [10, false, "LIS-09"]] as const) {
  Deno.test(`Flush that takes ${seconds} s ${fresh ? "bumps" : "does not bump"} freshness [${id}] [REG-06]`, async () => {
    await using f = await Fixture.start();
    f.store.onTransact = (transaction) => {
      const slow = transaction.mutations.some((one) => "key" in one && one.key.startsWith(ACTUAL));
      if (slow) f.time.advance(seconds * 1000);
    };
    await f.beat("a", "i");
    expect(await f.freshSince() !== undefined).toBe(fresh);
    expect(f.metrics.get("SavedHeartbeats")).toBe(1);
    expect(f.log.messages("warn")).toEqual([
      "Falling behind: a flush takes longer than the time from one to the next",
      ...(fresh ? [] : ["A flush took a heartbeat period or longer: freshness is not prolonged"]),
    ]);
  });
}

for (const failing of [ACTUAL, PRESENT]) {
  Deno.test(`Flush that cannot write ${failing} ends freshness and saves later [LIS-10] [LIS-11] [LIS-12] [REG-01] [REG-02] [STO-14]`, async () => {
    await using f = await Fixture.start();
    await f.beat("a", "i");
    f.time.advance(30_000);
    f.store.failing = failing;
    await f.beat("a", "j");
    expect(await f.freshSince()).toBeUndefined();
    expect([f.metrics.get("ReceivedHeartbeats"), f.metrics.get("SavedHeartbeats")]).toEqual([2, 1]);
    expect(f.log.messages("error")).toEqual(["Cannot save heartbeats"]);
    expect(f.metrics.get("flush_failures")).toBe(1);
    f.store.failing = undefined;
    f.time.advance(1_000);
    await f.flush.pass();
    expect(await f.keys(ACTUAL)).toEqual(["a/app-of-j,v,j"]);
    expect(await f.keys(PRESENT)).toEqual(["a"]);
    expect(await f.freshSince()).toBe('{"timestamp":131}');
    expect(f.metrics.get("SavedHeartbeats")).toBe(2);
  });
}

Deno.test("Flush saves what is newer instead of what it could not save", async () => {
  await using f = await Fixture.start();
  f.store.failing = ACTUAL;
  await f.beat("a", "old");
  f.store.failing = undefined;
  await f.beat("a", "new");
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-new,v,new"]);
});

Deno.test("Flush that failed saves the same heartbeat when it is repeated [I11] [B6] [STO-15] [STO-16] [HAZ-07]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  f.store.failing = ACTUAL;
  await f.beat("a", "i", "j");
  f.store.failing = undefined;
  f.hear("a", "i", "j");
  f.inbox.take();
  await f.beat("a", "i", "j");
  expect((await f.keys(ACTUAL)).length).toBe(2);
});

Deno.test("Flush whose answers got lost looks at what is stored before it goes on [HAZ-07]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  f.store.losesAnswers = true;
  await f.beat("a", "j");
  f.store.losesAnswers = false;
  await f.beat("a", "i");
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-i,v,i"]);
});

Deno.test("Flush mends what was deleted behind its back once the cache is old [STO-10] [STO-11] [REG-33] [REG-34] [REG-36]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  const mutations = [{ kind: "delete_prefix", prefix: ACTUAL }] as const;
  await f.store.transact({ guards: [], mutations });
  f.time.advance(19_000);
  await f.beat("a", "i");
  expect(await f.keys(ACTUAL)).toEqual([]);
  f.time.advance(1_000);
  await f.beat("a", "i");
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-i,v,i"]);
});

Deno.test("Flush writes only what the store lacks after a restart [STO-12] [REG-33]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  const restarted = new Flush({ ...f, cache: new DeaCache({ ...f, maxAgeMs: 20_000 }) });
  f.store.touched.length = 0;
  f.hear("a", "i");
  await restarted.pass();
  expect(f.store.touched).toEqual(["/hm/v1/dea-presence/a", FRESH]);
});

Deno.test("Flush says how long heartbeats waited, over flushes that failed [F8]", async () => {
  await using f = await Fixture.start();
  f.hear("a", "i");
  f.time.advance(1_000);
  f.store.failing = ACTUAL;
  await f.flush.pass();
  f.time.advance(4_000);
  f.store.failing = undefined;
  await f.beat("b", "j");
  expect(f.metrics.get("flush_lag_ms")).toBe(5_000);
  expect(f.metrics.get("heartbeats_waiting")).toBe(2);
  f.hear("a", "i");
  f.time.advance(700);
  await f.flush.pass();
  expect(f.metrics.get("flush_lag_ms")).toBe(700);
});

Deno.test("two flushes at once that remove the same instance both succeed [STO-13] [REG-34]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i", "gone");
  const cache = new DeaCache({ ...f, maxAgeMs: 20_000 });
  const inbox = new HeartbeatInbox(f);
  const other = new Flush({ ...f, cache, inbox });
  await cache.ensureLoaded();
  f.hear("a", "i");
  const [heard] = f.inbox.take();
  inbox.putBack(heard === undefined ? [] : [heard]);
  f.hear("a", "i");
  expect(await Promise.all([f.flush.pass(), other.pass()])).toEqual([true, true]);
  expect(f.store.touched.filter((key) => key.endsWith(",gone")).length).toBe(3);
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-i,v,i"]);
  expect(f.log.messages("error")).toEqual([]);
});

Deno.test("Flush goes on when freshness cannot be bumped [LIS-22]", async () => {
  await using f = await Fixture.start();
  f.store.failing = FRESH;
  await f.beat("a", "i");
  expect(f.log.messages("error")).toEqual(["Cannot bump actual freshness"]);
  expect(f.metrics.get("SavedHeartbeats")).toBe(1);
  f.store.failing = undefined;
  await f.beat("a", "i");
  expect(await f.freshSince()).toBeDefined();
});

Deno.test("Flush that could not revoke freshness does so before it saves again [LIS-12]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  f.time.advance(10_000);
  f.store.failing = "/";
  await f.beat("a", "j");
  expect(await f.freshSince()).toBe('{"timestamp":100}');
  f.store.failing = undefined;
  await f.flush.pass();
  expect(await f.freshSince()).toBe('{"timestamp":110}');
});

Deno.test("Flush bumps freshness for an advertisement if nothing else was heard [LIS-17] [REG-03]", async () => {
  await using f = await Fixture.start();
  f.flush.advertise();
  await f.flush.pass();
  expect(await f.freshSince()).toBe('{"timestamp":100}');
  f.time.advance(32_000);
  await f.flush.pass();
  expect(await f.freshSince()).toBeUndefined();
});

Deno.test("Flush does not let an advertisement mask a save that failed [REG-04]", async () => {
  await using f = await Fixture.start();
  f.store.failing = ACTUAL;
  f.flush.advertise();
  await f.beat("a", "i");
  expect(await f.freshSince()).toBeUndefined();
});

Deno.test("Flush writes nothing once another process leads [I9] [HAZ-14]", async () => {
  await using f = await Fixture.start();
  await f.beat("a", "i");
  await f.store.transact({ guards: [], mutations: [{ kind: "delete", key: LOCK }] });
  await expect(f.beat("a", "j")).rejects.toBeInstanceOf(LeadershipLostError);
  expect(await f.keys(ACTUAL)).toEqual(["a/app-of-i,v,i"]);
  expect(await f.freshSince()).toBeDefined();
});

Deno.test("Flush writes as many transactions as it must, and no more, for a DEA of 10,000 [F18]", async () => {
  await using f = await Fixture.start();
  let transactions = 0;
  f.store.onTransact = () => transactions += 1;
  await f.beat("a", ...Array.from({ length: 10_000 }, (_, i) => `i-${i}`));
  expect((await f.keys(ACTUAL)).length).toBe(10_000);
  expect(transactions).toBe(Math.ceil(10_000 / 128) + 2);
});

Deno.test("Flush says what share of its interval it took, whatever came of it [LIS-20] [MET-23]", async () => {
  await using f = await Fixture.start();
  const usage = () => f.metrics.get("ActualStateListenerStoreUsagePercentage");
  f.store.onTransact = ({ mutations }) => {
    if (mutations.some((one) => "key" in one && one.key.startsWith(PRESENT))) f.time.advance(723);
  };
  await f.beat("a", "i");
  expect(usage()).toBe(72.3);
  await f.flush.pass();
  expect(usage()).toBe(0);
  f.store.failing = PRESENT;
  await f.beat("a", "i");
  expect(usage()).toBe(72.3);
});
