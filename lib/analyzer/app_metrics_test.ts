import { expect } from "expect";
import fc from "fast-check";
import { anyApp } from "../../test_helpers/any_app.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import type { App } from "../models/app.ts";
import {
  appMetrics,
  type FleetMetrics,
  fleetMetrics,
  fleetMetricsToGauges,
  UNKNOWN_FLEET_METRICS,
} from "./app_metrics.ts";

const fixture = new AppFixture();
const other = new AppFixture("other");
const running = (index: number) => fixture.anotherInstanceAtIndex(index).heartbeat();
const starting = (index: number) => fixture.anotherInstanceAtIndex(index).heartbeat("STARTING");
const crashed = (index: number) => fixture.anotherInstanceAtIndex(index).heartbeat("CRASHED");

const NOTHING = fleetMetrics([]);
/** What MET-07 says of an app of three that is whole. */
const WHOLE: FleetMetrics = {
  ...NOTHING,
  appsWithAllInstancesReporting: 1,
  runningInstances: 3,
  desiredApps: 1,
  desiredInstances: 3,
};

const ROWS: readonly (readonly [id: string, apps: readonly App[], expected: FleetMetrics])[] = [
  ["MET-07", [fixture.app({ desired: 3, instances: fixture.runningInstances(3) })], WHOLE],
  [
    "MET-08",
    [fixture.app({ desired: 3, instances: [running(0), starting(1), running(2)] })],
    WHOLE,
  ],
  [
    "MET-09] [REG-23",
    [fixture.app({ desired: { instances: 3, packageState: "PENDING" }, instances: [running(0)] })],
    { ...NOTHING, runningInstances: 1, desiredAppsPendingStaging: 1 },
  ],
  [
    "MET-10",
    [fixture.app({
      desired: 3,
      instances: [...fixture.runningInstances(3), crashed(1), crashed(2), crashed(2)],
    })],
    { ...WHOLE, crashedInstances: 3 },
  ],
  [
    "MET-11",
    [fixture.app({
      desired: 3,
      instances: [...fixture.runningInstances(3), crashed(3), running(4), running(5)],
    })],
    { ...WHOLE, runningInstances: 5, crashedInstances: 1, crashedIndices: 1 },
  ],
  [
    "MET-12",
    [fixture.app({ desired: 3, instances: [running(0), crashed(1), crashed(1), running(2)] })],
    { ...WHOLE, runningInstances: 2, crashedInstances: 2, crashedIndices: 1 },
  ],
  [
    "MET-13",
    [fixture.app({ desired: 3, instances: [running(0), running(2)] })],
    {
      ...WHOLE,
      appsWithAllInstancesReporting: 0,
      appsWithMissingInstances: 1,
      missingIndices: 1,
      runningInstances: 2,
    },
  ],
  [
    "MET-14",
    [fixture.app({ desired: 3 })],
    {
      ...WHOLE,
      appsWithAllInstancesReporting: 0,
      appsWithMissingInstances: 1,
      missingIndices: 3,
      runningInstances: 0,
    },
  ],
  [
    "MET-15",
    [
      fixture.app({ instances: [running(0), crashed(1), running(2)] }),
      other.app({ instances: other.runningInstances(1) }),
    ],
    {
      ...NOTHING,
      undesiredRunningApps: 2,
      runningInstances: 3,
      crashedInstances: 1,
      crashedIndices: 1,
    },
  ],
  [
    "MET-16",
    [fixture.app({ instances: [crashed(0), crashed(1)] })],
    { ...NOTHING, crashedInstances: 2, crashedIndices: 2 },
  ],
  [
    "MET-17",
    [fixture.app({ desired: { instances: 3, packageState: "FAILED" } })],
    NOTHING,
  ],
];

for (const [id, apps, expected] of ROWS) {
  Deno.test(`fleetMetrics() counts as the contract says [${id}]`, () => {
    expect(fleetMetrics(apps)).toEqual(expected);
  });
}

Deno.test("fleetMetrics() of no apps is all zeros", () => {
  expect(new Set(Object.values(NOTHING))).toEqual(new Set([0]));
});

Deno.test("UNKNOWN_FLEET_METRICS is -1 throughout [MET-03] [MET-04]", () => {
  expect(Object.keys(UNKNOWN_FLEET_METRICS)).toEqual(Object.keys(NOTHING));
  expect(new Set(Object.values(UNKNOWN_FLEET_METRICS))).toEqual(new Set([-1]));
});

Deno.test("fleetMetricsToGauges() gives every figure the original's name", () => {
  const counted = Object.fromEntries(Object.keys(NOTHING).map((name, at) => [name, at + 1]));
  expect(fleetMetricsToGauges(counted as unknown as FleetMetrics)).toEqual({
    "NumberOfAppsWithAllInstancesReporting": 1,
    "NumberOfAppsWithMissingInstances": 2,
    "NumberOfUndesiredRunningApps": 3,
    "NumberOfRunningInstances": 4,
    "NumberOfMissingIndices": 5,
    "NumberOfCrashedInstances": 6,
    "NumberOfCrashedIndices": 7,
    "NumberOfDesiredApps": 8,
    "NumberOfDesiredInstances": 9,
    "NumberOfDesiredAppsPendingStaging": 10,
  });
});

Deno.test("fleetMetrics() does not depend on any order, and is the sum of its apps", () => {
  fc.assert(fc.property(fc.array(anyApp(), { maxLength: 6 }), (apps) => {
    const total = fleetMetrics(apps);
    const reversed = apps.toReversed().map((app) => ({
      ...app,
      instances: app.instances.toReversed(),
    }));
    expect(fleetMetrics(reversed)).toEqual(total);
    for (const name of Object.keys(total) as (keyof FleetMetrics)[]) {
      expect(total[name]).toBe(apps.reduce((sum, app) => sum + appMetrics(app)[name], 0));
    }
  }));
});
