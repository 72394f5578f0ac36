import { expect } from "expect";
import { FakeLogger } from "../../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { MetricsRegistry } from "../../helpers/metrics.ts";
import type { InstanceHeartbeat } from "../../models/instance_heartbeat.ts";
import { StoreLayout } from "../layout.ts";
import { MemoryStore } from "../memory_store.ts";
import type { Mutation } from "../store.ts";
import { StoreUnavailableError } from "../store_errors.ts";
import { putInstance, putPresence } from "./actual_state.ts";
import { CorruptRecords } from "./corrupt_records.ts";
import { putCrashCount } from "./crash_counts.ts";
import { type Fleet, readApp, readFleet } from "./fleet.ts";

const layout = new StoreLayout({ schemaVersion: 1 });

class Fixture {
  readonly time = new FakeTimeProvider(100);
  readonly store = new MemoryStore({ time: this.time });
  readonly log = new FakeLogger();
  readonly metrics = new MetricsRegistry();

  write(...mutations: Mutation[]): Promise<unknown> {
    return this.store.transact({ guards: [], mutations });
  }

  /** A DEA that is present under a lease of its own, with one instance of each app. */
  async dea(lease: number, ...appGuids: string[]): Promise<void> {
    const deaGuid = `dea-${lease}`;
    await this.store.grantLease(lease, 30);
    await this.write(
      putPresence(layout, { deaGuid, lease }),
      ...appGuids.map((appGuid) => putInstance(layout, instance(appGuid, deaGuid))),
    );
  }

  desire(appGuid: string): Promise<unknown> {
    return this.write(put(`/hm/v1/apps/desired/${appGuid},v`, "2,STARTED,STAGED"));
  }

  async crash(appGuid: string): Promise<void> {
    const [{ ttlSeconds } = { ttlSeconds: 0 }] = await this.store.leaseStatus([77]);
    if (ttlSeconds <= 0) await this.store.grantLease(77, 1920);
    const count = { appGuid, appVersion: "v", instanceIndex: 1, crashCount: 2, createdAt: 90 };
    await this.write(putCrashCount(layout, { count, lease: 77 }));
  }

  read(): Promise<Fleet> {
    return readFleet(this.store, layout, { log: this.log, metrics: this.metrics });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

function put(key: string, value: string): Mutation {
  return { kind: "put", key, value };
}

function instance(appGuid: string, deaGuid: string): InstanceHeartbeat {
  const instanceGuid = `${appGuid}-on-${deaGuid}`;
  const stateTimestamp = 12.5;
  const [appVersion, instanceIndex, state] = ["v", 0, "RUNNING"] as const;
  return { appGuid, appVersion, instanceGuid, instanceIndex, state, stateTimestamp, deaGuid };
}

Deno.test("readFleet() finds an empty store empty [STO-17] [APP-07]", async () => {
  await using f = new Fixture();
  const fleet = await f.read();
  expect([fleet.apps.size, fleet.presentDeas.size, fleet.corrupt]).toEqual([0, 0, 0]);
  expect(readApp(fleet, { appGuid: "a", appVersion: "v" })).toBeUndefined();
});

Deno.test("readFleet() joins desired, actual and crashes [APP-02] [APP-04] [APP-05] [APP-06]", async () => {
  await using f = new Fixture();
  await f.dea(1, "both", "actual-only");
  await f.desire("both");
  await f.desire("desired-only");
  await f.crash("crashes-only");
  await f.store.revokeLease(77);
  await f.crash("both");
  const fleet = await f.read();
  expect([...fleet.apps.keys()].sort()).toEqual(["actual-only,v", "both,v", "desired-only,v"]);
  const both = readApp(fleet, { appGuid: "both", appVersion: "v" });
  expect(both?.desired?.instances).toBe(2);
  expect(both?.instances).toEqual([instance("both", "dea-1")]);
  expect(both?.crashCounts.map((count) => count.crashCount)).toEqual([2]);
  const actualOnly = readApp(fleet, { appGuid: "actual-only", appVersion: "v" });
  expect(actualOnly?.desired).toBeUndefined();
  expect(actualOnly?.instances.length).toBe(1);
  const desiredOnly = readApp(fleet, { appGuid: "desired-only", appVersion: "v" });
  expect([desiredOnly?.instances, desiredOnly?.crashCounts]).toEqual([[], []]);
});

Deno.test("readFleet() leaves out apps with crash counts alone [APP-02] [APP-06]", async () => {
  await using f = new Fixture();
  await f.crash("crashes-only");
  expect((await f.read()).apps.size).toBe(0);
});

Deno.test("readFleet() keeps versions apart [APP-09]", async () => {
  await using f = new Fixture();
  await f.write(
    put("/hm/v1/apps/desired/a,v1", "1,STARTED,STAGED"),
    put("/hm/v1/apps/desired/a,v2", "2,STARTED,STAGED"),
  );
  expect([...(await f.read()).apps.keys()]).toEqual(["a,v1", "a,v2"]);
});

Deno.test("readFleet() of one app has its versions as the whole fleet has them, and looks at nobody else's records", async () => {
  await using f = new Fixture();
  const names = ["app", "app2", "an-app"];
  await f.dea(1, ...names);
  for (const name of names) {
    await f.desire(name);
    await f.crash(name);
  }
  await f.write(
    put("/hm/v1/apps/desired/app,v2", "1,STARTED,STAGED"),
    put("/hm/v1/apps/actual/dea-1/app2,v,corrupt", "x"),
    put("/hm/v1/apps/desired/app2,v2", "corrupt"),
  );
  const whole = await readFleet(f.store, layout);
  const { log, metrics } = f;
  const fleet = await readFleet(f.store, layout, { log, metrics, appGuid: "app" });
  expect([...fleet.apps.keys()]).toEqual(["app,v", "app,v2"]);
  for (const [key, app] of fleet.apps) expect(app).toEqual(whole.apps.get(key));
  expect([fleet.corrupt, log.lines.length]).toEqual([0, 0]);
});

Deno.test("readFleet() drops what a silent DEA had, and only that, on every read [STO-18] [STO-20] [STO-23] [REG-07]", async () => {
  await using f = new Fixture();
  await f.dea(1, "spread", "lost");
  f.time.advance(20_000);
  await f.dea(2, "spread");
  f.time.advance(12_000);
  for (let reads = 0; reads < 2; reads += 1) {
    const fleet = await f.read();
    expect([...fleet.presentDeas]).toEqual(["dea-2"]);
    expect([...fleet.apps.keys()]).toEqual(["spread,v"]);
    const spread = readApp(fleet, { appGuid: "spread", appVersion: "v" });
    expect(spread?.instances).toEqual([instance("spread", "dea-2")]);
  }
});

Deno.test("readFleet() finds nothing actual when no DEA is present [STO-24] [STO-25]", async () => {
  await using f = new Fixture();
  await f.dea(1, "a");
  await f.desire("a");
  f.time.advance(32_000);
  const fleet = await f.read();
  expect(readApp(fleet, { appGuid: "a", appVersion: "v" })?.instances).toEqual([]);
});

Deno.test("readFleet() fails when it cannot learn which DEAs are present, and sees no empty fleet [STO-32]", async () => {
  await using f = new Fixture();
  await f.dea(1, "a");
  const range = f.store.range.bind(f.store);
  f.store.range = (prefix, options) => {
    if (prefix === layout.presencePrefix) throw new StoreUnavailableError("away");
    return range(prefix, options);
  };
  await expect(f.read()).rejects.toThrow("away");
  f.store.range = range;
  await f.write({ kind: "delete_prefix", prefix: layout.presencePrefix });
  expect((await f.read()).presentDeas.size).toBe(0);
});

const CORRUPT: [what: string, key: string, value: string][] = [
  ["instance", "/hm/v1/apps/actual/dea-1/a,v,i", "x,RUNNING,1.0"],
  ["instance key", "/hm/v1/apps/actual/dea-1/nonsense", "0,RUNNING,1.0"],
  ["plain key among instances", "/hm/v1/apps/actual/plain", "x"],
  ["crash count", "/hm/v1/apps/crashes/a,v/0", "{"],
  ["crash count under another key", "/hm/v1/apps/crashes/a,v/0", '{"droplet":"b","version":"v"}'],
  ["desired app", "/hm/v1/apps/desired/b,v", "1,STARTED"],
];
for (const [what, key, value] of CORRUPT) {
  Deno.test(`readFleet() skips a corrupt ${what} and nothing else [STO-26] [STO-28] [STO-29] [APP-10] [HAZ-02]`, async () => {
    await using f = new Fixture();
    await f.dea(1, "a");
    await f.crash("a");
    await f.write(put(key, value));
    const fleet = await f.read();
    const app = readApp(fleet, { appGuid: "a", appVersion: "v" });
    expect([app?.instances.length, app?.crashCounts.length]).toEqual([1, 1]);
    expect(fleet.corrupt).toBe(1);
    expect(f.metrics.get("corrupt_records")).toBe(1);
    expect(f.log.lines[0]?.fields["key"]).toBe(key);
  });
}

Deno.test("CorruptRecords says a record once, and again when it is written anew", async () => {
  await using f = new Fixture();
  const corruptRecords = new CorruptRecords(f);
  const key = "/hm/v1/apps/actual/dea-1/a,v,i";
  const readOften = async () => {
    for (let i = 0; i < 3; i += 1) await readFleet(f.store, layout, { corruptRecords });
  };
  await f.write(put(key, "corrupt"));
  await readOften();
  expect(f.log.lines.length).toBe(1);
  await f.write(put(key, "corrupt again"));
  await readOften();
  expect([f.log.lines.length, f.metrics.get("corrupt_records")]).toEqual([2, 2]);
});

Deno.test("CorruptRecords logs a few of many, and counts all", () => {
  const log = new FakeLogger();
  const metrics = new MetricsRegistry();
  const corruptRecords = new CorruptRecords({ log, metrics });
  for (let i = 0; i < 500; i += 1) {
    corruptRecords.report({ key: `key-${i}`, modRevision: 1 }, new Error("corrupt"));
  }
  expect([log.lines.length, metrics.get("corrupt_records")]).toEqual([21, 500]);
});

Deno.test("CorruptRecords remembers 10,000 records, then begins anew and says them again", () => {
  const log = new FakeLogger();
  const metrics = new MetricsRegistry();
  const corruptRecords = new CorruptRecords({ log, metrics });
  const report = (key: string) =>
    corruptRecords.report({ key, modRevision: 1 }, new Error("corrupt"));
  for (let i = 0; i < 10_000; i += 1) report(`key-${i}`);
  report("key-0");
  expect([log.lines.length, metrics.get("corrupt_records")]).toEqual([21, 10_000]);
  report("one too many");
  report("key-0");
  expect(log.lines.slice(21).map(({ fields }) => fields["key"])).toEqual(["one too many", "key-0"]);
  expect(metrics.get("corrupt_records")).toBe(10_002);
});

Deno.test("readFleet() skips a presence that names no DEA, says it, and sees the others", async () => {
  await using f = new Fixture();
  await f.dea(1, "a");
  await f.write(put("/hm/v1/dea-presence/no/guid", "no/guid"));
  const fleet = await f.read();
  expect([...fleet.presentDeas]).toEqual(["dea-1"]);
  expect([...fleet.apps.keys()]).toEqual(["a,v"]);
  expect(f.log.lines.map(({ fields }) => fields["key"])).toEqual(["/hm/v1/dea-presence/no/guid"]);
  expect(f.metrics.get("corrupt_records")).toBe(1);
});

Deno.test("readFleet() reads as of one revision, the one asked for", async () => {
  await using f = new Fixture();
  await f.dea(1, "a");
  const before = await f.read();
  await f.dea(2, "b");
  await f.desire("c");
  const again = await readFleet(f.store, layout, { revision: before.revision });
  expect(again).toEqual(before);
});
