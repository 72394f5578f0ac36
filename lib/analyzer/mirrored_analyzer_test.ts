import { expect } from "expect";
import fc from "fast-check";
import { anyFleetChanges, type FleetChange } from "../../test_helpers/any_fleet_change.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { UNFENCED } from "../store/fence.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { Analyzer, type AnalyzerDeps } from "./analyzer.ts";
import { MirroredAnalyzer } from "./mirrored_analyzer.ts";

const CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  gracePeriodSeconds: 30,
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
  crashCountTtlSeconds: 1920,
};

const app = new AppFixture("app");
const other = new AppFixture("other");

function depsOf(fleet: StoredFleet): AnalyzerDeps {
  const { store, layout, time, random, log, metrics } = fleet;
  const outside = { store, layout, time, random, log, metrics };
  return { ...outside, fence: UNFENCED, config: CONFIG, actualFreshnessTtlSeconds: 30 };
}

/** A fleet with an analyzer that lives on its mirror. */
class LiveFleet extends MirroredFleet {
  readonly analyzer: MirroredAnalyzer;

  constructor() {
    super();
    const { switched: store, mirror } = this;
    this.analyzer = new MirroredAnalyzer({
      ...{ ...depsOf(this), store, mirror },
      passesPerComparison: 3,
    });
    this.start();
  }

  async queued(): Promise<string[]> {
    const starts = await this.read(this.layout.startPrefix);
    const stops = await this.read(this.layout.stopPrefix);
    return [...Object.keys(starts), ...Object.keys(stops)];
  }

  /** Waits for what the analyzer waits for between two passes, letting `ms` pass at most. */
  async wakesWithin(ms: number): Promise<boolean> {
    const cancel = new AbortController();
    let woken = false;
    const waking = this.analyzer.wake(cancel.signal).then(() => woken = true);
    for (let passed = 0; passed < ms && !woken; passed += 50) {
      await settle();
      this.time.advance(50);
      await settle();
    }
    const result = woken;
    cancel.abort();
    await waking;
    return result;
  }
}

/** Lets everything happen that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** The queues and crash counts, but for ids and leases. */
async function decided(fleet: StoredFleet): Promise<Record<string, unknown>> {
  const { startPrefix, stopPrefix, crashesPrefix } = fleet.layout;
  const stored = await Promise.all(
    [startPrefix, stopPrefix, crashesPrefix].map((p) => fleet.read(p)),
  );
  return Object.fromEntries(
    stored.flatMap((part) =>
      Object.entries(part).map(([key, value]) => [key, value.replace(/"message_id":"[^"]*"/, "")])
    ),
  );
}

async function make(fleet: StoredFleet, change: FleetChange): Promise<void> {
  if (change.kind === "wait") return fleet.time.advance(change.seconds * 1000);
  if (change.kind === "write") {
    await fleet.store.transact({ guards: [], mutations: change.mutations });
    return;
  }
  const lease = 1_000_000 + fleet.random.leaseId();
  await fleet.store.grantLease(lease, change.ttlSeconds);
  const put = { kind: "put", key: change.presenceKey, value: "", lease } as const;
  await fleet.store.transact({ guards: [], mutations: [put] });
}

Deno.test("regular passes over the mirror queue exactly what passes over everything queue [ANA-07] [ANA-15]", async () => {
  const { layout } = new StoredFleet();
  await fc.assert(
    fc.asyncProperty(anyFleetChanges(layout, { guidsOfOneApp: true }), async (changes) => {
      await using live = new LiveFleet();
      await using full = new StoredFleet(200);
      const analyzer = new Analyzer(depsOf(full));
      await live.makeFresh();
      await full.makeFresh();
      for (const change of changes) {
        await make(live, change);
        await make(full, change);
        const [inLive, inFull] = [await live.analyzer.pass(), await analyzer.pass()];
        expect(inLive.starts.length + inLive.stops.length)
          .toBe(inFull.starts.length + inFull.stops.length);
        expect(await decided(live)).toEqual(await decided(full));
        expect(live.metrics.get("NumberOfRunningInstances"))
          .toBe(full.metrics.get("NumberOfRunningInstances"));
        live.time.advance(10_000);
        full.time.advance(10_000);
      }
      expect(live.metrics.get("mirror_divergences")).toBe(0);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a pass looks at what changed, and at nothing else", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState(), other.desiredState());
  await fleet.report(app.heartbeat(1));
  expect((await fleet.analyzer.pass()).apps).toBe(2);
  fleet.time.advance(10_000);
  // The start that was queued for the other app is all that has happened.
  expect((await fleet.analyzer.pass()).apps).toBe(1);
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).apps).toBe(0);
});

Deno.test("a crash wakes the analyzer within a moment, what it queues does not [CRA-04]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  await fleet.analyzer.pass();
  expect(await fleet.wakesWithin(5_000)).toBe(false);
  await fleet.report(app.crashedInstanceHeartbeatAtIndex(0));
  expect(await fleet.wakesWithin(250)).toBe(true);
  const { starts } = await fleet.analyzer.pass();
  expect(starts.map(({ reason, sendOn }) => [reason, sendOn])).toEqual([["CRASHED", 205]]);
});

Deno.test("wake() keeps the regular passes a polling interval apart, whatever came between [DMN-01]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.analyzer.pass();
  fleet.time.advance(9_000);
  await fleet.desire(other.desiredState());
  expect(await fleet.wakesWithin(200)).toBe(true);
  await fleet.analyzer.pass();
  expect(await fleet.wakesWithin(1_000)).toBe(true);
  expect(fleet.time.monotonicMs()).toBe(10_000);
});

Deno.test("extra instances stay until the next regular pass when a start was queued in this one [ANA-13] [ANA-14]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.analyzer.pass();
  const [, one, two] = app.runningInstances(3);
  await fleet.desire(app.desiredState());
  await fleet.report({ deaGuid: "dea", instances: [one, two].filter((i) => i !== undefined) });
  fleet.time.advance(1_000);
  expect((await fleet.analyzer.pass()).starts).toHaveLength(1);
  // Something else of the app changes: that is no reason to stop what runs at the wrong index.
  fleet.time.advance(1_000);
  await fleet.desire(app.desiredState({ packageState: "PENDING" }));
  expect((await fleet.analyzer.pass()).stops).toEqual([]);
  fleet.time.advance(8_000);
  expect((await fleet.analyzer.pass()).stops).toHaveLength(2);
});

Deno.test("what could not be queued is analysed again [ANA-31]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.mirror.caughtUp();
  fleet.switched.transactFails = () => new StoreUnavailableError("down");
  await expect(fleet.analyzer.pass()).rejects.toBeInstanceOf(StoreUnavailableError);
  fleet.switched.transactFails = undefined;
  expect(await fleet.queued()).toEqual([]);
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).starts).toHaveLength(1);
});

Deno.test("a start is queued once the record that stood in its place is gone [PEN-10]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  const key = `${fleet.layout.startPrefix}app,app-version,0`;
  await fleet.put(key, "corrupt");
  expect((await fleet.analyzer.pass()).starts).toEqual([]);
  await fleet.remove(key);
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).starts).toHaveLength(1);
});

Deno.test("a stale store is not acted upon; once it is fresh, everything is made up for [ANA-27] [ANA-28] [I5] [MET-03]", async () => {
  await using fleet = new LiveFleet();
  await fleet.desire(app.desiredState());
  await expect(fleet.analyzer.pass()).rejects.toBeInstanceOf(NotFreshError);
  expect(fleet.metrics.get("NumberOfDesiredApps")).toBe(-1);
  expect(await fleet.wakesWithin(5_000)).toBe(false);
  await fleet.makeFresh();
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).starts).toHaveLength(1);
  expect(fleet.metrics.get("NumberOfDesiredApps")).toBe(1);
  await fleet.remove(fleet.layout.actualFreshKey);
  await fleet.desire(other.desiredState());
  fleet.time.advance(10_000);
  await expect(fleet.analyzer.pass()).rejects.toBeInstanceOf(NotFreshError);
  expect(await fleet.queued()).toEqual(["app,app-version,0"]);
});

Deno.test("a comparison finds what the watch kept from the mirror, and it is put right [I11]", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1), { deaGuid: "another", instances: [] });
  await fleet.analyzer.pass();
  await fleet.analyzer.compare();
  expect(fleet.metrics.get("mirror_divergences")).toBe(0);
  fleet.switched.hides = (key) => key === fleet.layout.presenceKey("dea");
  await fleet.remove(fleet.layout.presenceKey("dea"));
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).starts).toEqual([]);
  fleet.switched.hides = () => false;
  await fleet.analyzer.compare();
  expect(fleet.metrics.get("mirror_divergences")).toBe(1);
  expect(fleet.log.messages("error")).toEqual(["The mirror differs from the store"]);
  fleet.time.advance(10_000);
  expect((await fleet.analyzer.pass()).starts).toHaveLength(1);
  expect(fleet.metrics.get("mirror_listings")).toBe(2);
});

Deno.test("run() compares after as many regular passes as it is told", async () => {
  await using fleet = new LiveFleet();
  await fleet.makeFresh();
  const stop = new AbortController();
  const running = fleet.analyzer.run(stop.signal);
  const said = () => fleet.log.messages("debug").length;
  for (let turn = 1; turn <= 3; turn += 1) {
    expect(said()).toBe(0);
    await fleet.analyzer.pass();
    fleet.time.advance(10_000);
  }
  while (said() === 0) await fleet.mirror.caughtUp();
  expect(fleet.log.messages("debug")).toEqual(["The mirror is what stands in the store"]);
  stop.abort();
  await running;
});
