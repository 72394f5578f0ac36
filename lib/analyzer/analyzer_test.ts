import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { UNFENCED } from "../store/fence.ts";
import { LeadershipLostError, StoreUnavailableError } from "../store/store_errors.ts";
import { Analyzer } from "./analyzer.ts";

const CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  gracePeriodSeconds: 30,
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
  crashCountTtlSeconds: 1920,
};

function analyzerOf(fleet: StoredFleet, fence = UNFENCED): Analyzer {
  return new Analyzer({ ...outside(fleet), config: CONFIG, actualFreshnessTtlSeconds: 30, fence });
}

function outside(fleet: StoredFleet) {
  const { store, layout, time, random, log, metrics } = fleet;
  return { store, layout, time, random, log, metrics };
}

Deno.test("pass() queues a start for a missing index, due after the grace period [ANA-03] [PEN-05]", async () => {
  await using fleet = new StoredFleet(200);
  const app = new AppFixture("app");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 2 }));
  await fleet.report(app.heartbeat(1));
  const report = await analyzerOf(fleet).pass();
  expect(report.starts).toHaveLength(1);
  const queued = await fleet.read(fleet.layout.startPrefix);
  expect(Object.keys(queued)).toEqual(["app,app-version,1"]);
  expect(JSON.parse(queued["app,app-version,1"] ?? "")).toMatchObject({
    "send_on": 230,
    "sent_on": 0,
    "keep_alive": 0,
    "index": 1,
    "priority": 0.5,
    "start_reason": "MISSING",
  });
});

Deno.test("pass() run twice queues nothing the second time [ANA-07] [ANA-15] [REG-25] [I19]", async () => {
  await using fleet = new StoredFleet();
  const app = new AppFixture("app");
  const extra = new AppFixture("extra");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 2 }));
  await fleet.report(extra.heartbeat(1));
  const analyzer = analyzerOf(fleet);
  const first = await analyzer.pass();
  expect([first.starts.length, first.stops.length]).toEqual([2, 1]);
  const before = [await fleet.read(fleet.layout.root), await fleet.store.revision()];
  const second = await analyzer.pass();
  expect([second.starts.length, second.stops.length]).toEqual([0, 0]);
  expect([await fleet.read(fleet.layout.root), await fleet.store.revision()]).toEqual(before);
});

Deno.test("pass() stores the crash count with the start it delays, for 1920 s [CRA-18] [CRA-20] [I14]", async () => {
  await using fleet = new StoredFleet(200);
  const app = new AppFixture("app");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 1 }));
  const crashed = app.instanceAtIndex(0).heartbeat("CRASHED");
  await fleet.report({ deaGuid: crashed.deaGuid, instances: [crashed] });
  const revision = await fleet.store.revision();
  await analyzerOf(fleet).pass();
  expect(await fleet.store.revision()).toBe(revision + 1);
  const count = await fleet.store.get(`${fleet.layout.crashesPrefix}app,app-version/0`);
  expect(JSON.parse(count?.value ?? "")).toMatchObject({ "crash_count": 1, "created_at": 200 });
  const [lease] = await fleet.store.leaseStatus([count?.lease ?? 0]);
  expect(lease?.ttlSeconds).toBe(1920);
});

Deno.test("pass() refuses a store that is not fresh, and queues nothing [ANA-27] [ANA-28]", async () => {
  for (
    const [stale, key] of [["desired", "desiredFreshKey"], ["actual", "actualFreshKey"]] as const
  ) {
    await using fleet = new StoredFleet();
    const app = new AppFixture("app");
    await fleet.makeFresh();
    await fleet.desire(app.desiredState({ instances: 1 }));
    await fleet.remove(fleet.layout[key]);
    await expect(analyzerOf(fleet).pass()).rejects.toMatchObject({ name: "NotFreshError", stale });
    expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
  }
});

Deno.test("pass() judges each version of an app alone [ANA-21] [APP-09]", async () => {
  await using fleet = new StoredFleet();
  const wanted = new AppFixture("new", { appGuid: "app", appVersion: "v2" });
  const old = new AppFixture("old", { appGuid: "app", appVersion: "v1" });
  await fleet.makeFresh();
  await fleet.desire(wanted.desiredState({ instances: 1 }));
  await fleet.report({
    deaGuid: "dea",
    instances: [wanted.instanceAtIndex(0).heartbeat(), old.instanceAtIndex(0).heartbeat()],
  });
  const report = await analyzerOf(fleet).pass();
  expect(report.starts).toEqual([]);
  expect(report.stops.map(({ appVersion, reason }) => [appVersion, reason])).toEqual([
    ["v1", "EXTRA"],
  ]);
});

Deno.test("pass() skips a corrupt record and judges all others [HAZ-02] [STO-26]", async () => {
  await using fleet = new StoredFleet();
  const app = new AppFixture("app");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 1 }));
  await fleet.report(app.heartbeat(1));
  await fleet.put(`${fleet.layout.actualPrefix}dea/broken,v1,i`, "not,a,record,at,all");
  const report = await analyzerOf(fleet).pass();
  expect([report.starts, report.stops]).toEqual([[], []]);
  expect(fleet.metrics.get("corrupt_records")).toBe(1);
});

Deno.test("pass() takes an index whose instance is in an unknown state for missing [ANA-32]", async () => {
  await using fleet = new StoredFleet();
  const app = new AppFixture("app");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 2 }));
  await fleet.report(app.heartbeat(2));
  await fleet.put(fleet.layout.actualKey(app.instanceAtIndex(1).identity), "1,SLEEPING,0.0");
  const { starts, stops } = await analyzerOf(fleet).pass();
  expect(starts.map(({ instanceIndex, reason }) => [instanceIndex, reason])).toEqual([
    [1, "MISSING"],
  ]);
  expect(stops).toEqual([]);
});

Deno.test("pass() of a leader that was deposed queues nothing [I9]", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
  const fence = {
    component: "analyzer",
    guards: [{ kind: "created_at", key: "/hm/locks/analyzer", revision: 1 }],
    assertHeld() {},
  } as const;
  await expect(analyzerOf(fleet, fence).pass()).rejects.toThrow(LeadershipLostError);
  expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
});

Deno.test("pass() counts and logs what it queued, with the reason in words", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
  await analyzerOf(fleet).pass();
  expect(fleet.metrics.get("starts_queued")).toBe(1);
  const line = fleet.log.lines.find(({ message }) => message === "Queued a start");
  expect(line?.fields).toMatchObject({ app: "app", reason: "MISSING", why: expect.any(String) });
});

Deno.test("pass() queues nothing when the apps or the queues cannot be read [ANA-29] [ANA-30]", async () => {
  for (const unreadable of ["appsPrefix", "startPrefix", "stopPrefix"] as const) {
    await using fleet = new StoredFleet();
    await fleet.makeFresh();
    await fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
    const prefix = unreadable === "appsPrefix"
      ? fleet.layout.actualPrefix
      : fleet.layout[unreadable];
    const range = fleet.store.range.bind(fleet.store);
    fleet.store.range = (asked, options) => {
      if (asked === prefix) throw new StoreUnavailableError("away");
      return range(asked, options);
    };
    await expect(analyzerOf(fleet).pass()).rejects.toThrow("away");
    fleet.store.range = range;
    expect(await fleet.read(fleet.layout.startPrefix)).toEqual({});
  }
});

Deno.test("pass() stores starts before stops, and stops nothing when that fails [ANA-31]", async () => {
  await using fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(new AppFixture("app").desiredState({ instances: 1 }));
  await fleet.report(new AppFixture("extra").heartbeat(1));
  const transact = fleet.store.transact.bind(fleet.store);
  fleet.store.transact = () => Promise.reject(new StoreUnavailableError("away"));
  await expect(analyzerOf(fleet).pass()).rejects.toThrow("away");
  const written: string[] = [];
  fleet.store.transact = (transaction) => {
    for (const mutation of transaction.mutations) if ("key" in mutation) written.push(mutation.key);
    return transact(transaction);
  };
  await analyzerOf(fleet).pass();
  expect(written.map((key) => key.split("/")[3])).toEqual(["start", "stop"]);
});

Deno.test("pass() counts crashes anew once the count has expired [CRA-27] [CRA-28]", async () => {
  await using fleet = new StoredFleet(200);
  const app = new AppFixture("app");
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 1 }));
  const crashed = app.instanceAtIndex(0).heartbeat("CRASHED");
  await fleet.report({ deaGuid: crashed.deaGuid, instances: [crashed] });
  const crashes = async () => {
    await analyzerOf(fleet).pass();
    const [start] = (await fleet.outbox.list()).starts;
    if (start !== undefined) await fleet.outbox.remove([start]);
    const count = await fleet.store.get(`${fleet.layout.crashesPrefix}app,app-version/0`);
    return JSON.parse(count?.value ?? "{}")["crash_count"];
  };
  expect(await crashes()).toBe(1);
  fleet.time.advance(1919_000);
  expect(await crashes()).toBe(2);
  fleet.time.advance(1920_000);
  expect(await crashes()).toBe(1);
});
