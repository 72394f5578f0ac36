import { expect } from "expect";
import { StoredFleet } from "../../../test_helpers/stored_fleet.ts";
import { StoreUnavailableError } from "../store_errors.ts";
import { FLEET_GAUGES, type StoredMetricName } from "./metrics.ts";
import { readPlatformMetrics } from "./platform_metrics.ts";

const ANALYZER = "/hm/locks/analyzer";

/** A fresh fleet, an analyzer that leads, and figures that were recorded. */
async function platform(): Promise<StoredFleet> {
  const fleet = new StoredFleet(200);
  await fleet.makeFresh();
  await fleet.put(ANALYZER, "leads");
  await record(fleet, { "NumberOfRunningInstances": 3, "StartMissing": 2, "SavedHeartbeats": 7 });
  return fleet;
}

async function record(fleet: StoredFleet, values: Partial<Record<StoredMetricName, number>>) {
  for (const [name, value] of Object.entries(values)) {
    await fleet.put(fleet.layout.metricKey(name), value.toFixed(5));
  }
}

function read({ store, layout, time, log, metrics }: StoredFleet) {
  const options = { now: time.now(), actualFreshnessTtlSeconds: 30, log, metrics };
  return readPlatformMetrics(store, layout, options);
}

Deno.test("readPlatformMetrics() is what was recorded, counters 0 and gauges -1 if they were not [MET-18]", async () => {
  await using fleet = await platform();
  const { fleet: gauges, counters } = await read(fleet);
  expect(gauges).toMatchObject({ "NumberOfRunningInstances": 3, "NumberOfDesiredApps": -1 });
  expect(Object.keys(gauges)).toEqual(FLEET_GAUGES);
  expect(counters).toMatchObject({ "StartMissing": 2, "SavedHeartbeats": 7, "StopExtra": 0 });
});

Deno.test("readPlatformMetrics() has all ten at -1 while the store is stale, and counters all the same [MET-03] [MET-05]", async () => {
  for (const key of ["actualFreshKey", "desiredFreshKey"] as const) {
    await using fleet = await platform();
    await fleet.remove(fleet.layout[key]);
    const { fleet: gauges, counters } = await read(fleet);
    expect(Object.values(gauges)).toEqual(Array(10).fill(-1));
    expect(counters).toMatchObject({ "StartMissing": 2 });
  }
});

Deno.test("readPlatformMetrics() does not believe what an analyzer left behind that leads no more [MET-04]", async () => {
  await using fleet = await platform();
  await fleet.remove(ANALYZER);
  expect(Object.values((await read(fleet)).fleet)).toEqual(Array(10).fill(-1));
});

Deno.test("readPlatformMetrics() leaves counters out when they cannot be read, and has all ten [MET-04] [MET-06]", async () => {
  await using fleet = await platform();
  fleet.store.range = () => {
    throw new StoreUnavailableError("Cannot read: for this test");
  };
  const { fleet: gauges, counters } = await read(fleet);
  expect(counters).toBeUndefined();
  expect(Object.values(gauges)).toEqual(Array(10).fill(-1));
});

Deno.test("readPlatformMetrics() has the ten in whole numbers, and counters with fractions [MET-30] [REG-41]", async () => {
  await using fleet = await platform();
  await record(fleet, {
    "NumberOfCrashedIndices": 2.5,
    "ActualStateListenerStoreUsagePercentage": 72.3,
  });
  const { fleet: gauges, counters } = await read(fleet);
  expect(gauges.NumberOfCrashedIndices).toBe(2);
  expect(counters?.ActualStateListenerStoreUsagePercentage).toBe(72.3);
});
