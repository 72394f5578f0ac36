import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { StoredFleet } from "../../test_helpers/stored_fleet.ts";
import { MetricsRegistry } from "../helpers/metrics.ts";
import { FLEET_GAUGES } from "../store/collections/metrics.ts";
import { UNFENCED } from "../store/fence.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { Analyzer } from "./analyzer.ts";
import { fleetMetrics } from "./app_metrics.ts";
import { FleetGauges } from "./fleet_gauges.ts";

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

/** A fresh fleet with an app of three, of which one instance runs. */
async function freshFleet(): Promise<StoredFleet> {
  const fleet = new StoredFleet();
  await fleet.makeFresh();
  await fleet.desire(app.desiredState({ instances: 3 }));
  await fleet.report(app.heartbeat(1));
  return fleet;
}

function analyzerOf(fleet: StoredFleet): Analyzer {
  const { store, layout, time, random, log, metrics } = fleet;
  const outside = { store, layout, time, random, log, metrics, fence: UNFENCED };
  return new Analyzer({ ...outside, config: CONFIG, actualFreshnessTtlSeconds: 30 });
}

function gauges({ metrics }: StoredFleet): number[] {
  return FLEET_GAUGES.map((name) => metrics.get(name));
}

Deno.test("a pass of the analyzer sets the ten gauges to what it saw [MET-13] [INT-31]", async () => {
  await using fleet = await freshFleet();
  await analyzerOf(fleet).pass();
  expect(fleet.metrics.snapshot()).toMatchObject({
    "NumberOfAppsWithAllInstancesReporting": 0,
    "NumberOfAppsWithMissingInstances": 1,
    "NumberOfUndesiredRunningApps": 0,
    "NumberOfRunningInstances": 1,
    "NumberOfMissingIndices": 2,
    "NumberOfCrashedInstances": 0,
    "NumberOfCrashedIndices": 0,
    "NumberOfDesiredApps": 1,
    "NumberOfDesiredInstances": 3,
    "NumberOfDesiredAppsPendingStaging": 0,
  });
});

Deno.test("a pass that finds the store stale sets all ten to -1 [MET-03] [MET-26] [FRE-21]", async () => {
  await using fleet = await freshFleet();
  const analyzer = analyzerOf(fleet);
  await analyzer.pass();
  await fleet.remove(fleet.layout.desiredFreshKey);
  await expect(analyzer.pass()).rejects.toThrow("Cannot act on what is stored");
  expect(gauges(fleet)).toEqual(Array(10).fill(-1));
});

Deno.test("a pass that cannot read the apps sets all ten to -1, until one can [MET-04] [MET-26]", async () => {
  await using fleet = await freshFleet();
  const analyzer = analyzerOf(fleet);
  fleet.store.range = () => {
    throw new StoreUnavailableError("Cannot read: for this test");
  };
  await expect(analyzer.pass()).rejects.toThrow(StoreUnavailableError);
  expect(gauges(fleet)).toEqual(Array(10).fill(-1));
  Reflect.deleteProperty(fleet.store, "range");
  await analyzer.pass();
  expect(gauges(fleet)).toEqual([0, 1, 0, 1, 2, 0, 0, 1, 3, 0]);
});

Deno.test("known() sets exactly the ten, under the original's names, in whole numbers [MET-30]", () => {
  const metrics = new MetricsRegistry();
  new FleetGauges(metrics).known(fleetMetrics([]));
  expect(Object.keys(metrics.snapshot()).sort()).toEqual([...FLEET_GAUGES].sort());
  expect(Object.values(metrics.snapshot()).every(Number.isInteger)).toBe(true);
});
