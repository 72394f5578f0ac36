import { expect } from "expect";
import fc from "fast-check";
import { anyFleetChanges } from "../../test_helpers/any_fleet_change.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { UNFENCED } from "../store/fence.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { Analyzer } from "./analyzer.ts";
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

function depsOf(fleet: MirroredFleet) {
  const { store, layout, time, random, log, metrics, mirror } = fleet;
  const outside = { store, layout, time, random, log, metrics, mirror };
  return { ...outside, config: CONFIG, actualFreshnessTtlSeconds: 30, fence: UNFENCED };
}

async function freshFleet(): Promise<MirroredFleet> {
  const fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  return fleet;
}

Deno.test("MirroredAnalyzer queues what a pass over everything would, and leaves nothing to it [I19]", async () => {
  const fleets = fc.constant(new MirroredFleet().layout).chain(anyFleetChanges);
  await fc.assert(
    fc.asyncProperty(fleets, async (changes) => {
      await using fleet = await freshFleet();
      const analyzer = new MirroredAnalyzer({ ...depsOf(fleet), passesPerComparison: 1 });
      for (const change of changes) {
        if (change.kind === "wait") continue;
        const mutations = change.kind === "write"
          ? change.mutations
          : [{ kind: "put", key: change.presenceKey, value: "" }] as const;
        await fleet.store.transact({ guards: [], mutations });
        // A pass that queues a start holds stops back; the pass after it sees to them (ANA-13, ANA-14).
        for (let queued = 1; queued > 0;) {
          const { starts, stops } = await analyzer.pass();
          queued = starts.length + stops.length;
        }
        const { starts, stops } = await new Analyzer(depsOf(fleet)).pass();
        expect([starts, stops]).toEqual([[], []]);
      }
      expect(fleet.metrics.get("mirror_divergences")).toBe(0);
    }),
    { numRuns: 60 },
  );
});

Deno.test("MirroredAnalyzer judges all apps at first, then those that changed", async () => {
  await using fleet = await freshFleet();
  await fleet.desire(app.desiredState(), other.desiredState());
  await fleet.report(app.heartbeat(1));
  const analyzer = new MirroredAnalyzer(depsOf(fleet));
  const first = await analyzer.pass();
  expect([first.apps, first.starts.length]).toEqual([2, 1]);
  expect((await analyzer.pass()).apps).toBe(1); // What it queued itself.
  expect((await analyzer.pass()).apps).toBe(0);
  await fleet.report(app.heartbeat(2));
  const last = await analyzer.pass();
  expect([last.apps, last.stops.length]).toEqual([1, 1]);
});

Deno.test("MirroredAnalyzer keeps the gauges of the whole fleet, and knows none when it fails [MET-03] [MET-07]", async () => {
  await using fleet = await freshFleet();
  await fleet.desire(app.desiredState({ instances: 2 }), other.desiredState());
  await fleet.report(app.heartbeat(2));
  const analyzer = new MirroredAnalyzer(depsOf(fleet));
  await analyzer.pass();
  const gauges = () => [
    fleet.metrics.get("NumberOfDesiredInstances"),
    fleet.metrics.get("NumberOfRunningInstances"),
    fleet.metrics.get("NumberOfMissingIndices"),
  ];
  expect(gauges()).toEqual([3, 2, 1]);
  await fleet.remove(fleet.layout.desiredKey(other.id));
  await fleet.report(app.heartbeat(1));
  await analyzer.pass();
  expect(gauges()).toEqual([2, 1, 1]);
  await fleet.remove(fleet.layout.actualFreshKey);
  await expect(analyzer.pass()).rejects.toThrow(NotFreshError);
  expect(gauges()).toEqual([-1, -1, -1]);
});

Deno.test("MirroredAnalyzer forgets no app whose verdict could not be queued, or that changed while stale [ANA-27] [ANA-29]", async () => {
  await using fleet = await freshFleet();
  const analyzer = new MirroredAnalyzer(depsOf(fleet));
  await analyzer.pass();
  await fleet.desire(app.desiredState());
  const transact = fleet.store.transact.bind(fleet.store);
  fleet.store.transact = () => Promise.reject(new StoreUnavailableError("away"));
  await expect(analyzer.pass()).rejects.toThrow("away");
  fleet.store.transact = transact;
  await fleet.remove(fleet.layout.actualFreshKey);
  await expect(analyzer.pass()).rejects.toThrow(NotFreshError);
  await fleet.makeFresh();
  expect((await analyzer.pass()).starts.length).toBe(1);
});

Deno.test("MirroredAnalyzer is woken by what DEAs say, without waiting for its period", async () => {
  await using fleet = await freshFleet();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  const analyzer = new MirroredAnalyzer(depsOf(fleet));
  await analyzer.pass();
  const waking = analyzer.wake(new AbortController().signal);
  await fleet.report({
    deaGuid: app.deaGuid,
    instances: [app.instanceAtIndex(0).heartbeat("CRASHED")],
  });
  await fleet.time.waitForSleeper();
  fleet.time.advance(250);
  await waking;
  const { starts } = await analyzer.pass();
  expect(starts.map(({ reason }) => reason)).toEqual(["CRASHED"]);
});

Deno.test("MirroredAnalyzer lists anew when the mirror does not say what the store says [I11]", async () => {
  await using fleet = await freshFleet();
  await fleet.desire(app.desiredState());
  await fleet.report(app.heartbeat(1));
  const analyzer = new MirroredAnalyzer({ ...depsOf(fleet), passesPerComparison: 2 });
  await analyzer.pass();
  const view = await fleet.mirror.caughtUp();
  view.remove(fleet.layout.actualKey(app.instanceAtIndex(0).heartbeat())); // As if the watch had lost it.
  await analyzer.pass();
  expect(fleet.metrics.get("mirror_divergences")).toBe(1);
  expect(fleet.log.messages("error")).toEqual(["The mirror and the store do not say the same"]);
  expect((await fleet.mirror.caughtUp()).app("app,app-version")?.instances).toHaveLength(1);
});
