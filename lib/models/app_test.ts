import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import {
  appToWire,
  byAppKey,
  crashCountAtIndex,
  crashedIndices,
  crashedInstances,
  desiredIndicesReporting,
  desiredIndicesRunning,
  emptyApp,
  evacuatingAtIndex,
  extraInstances,
  hasStartingOrRunning,
  instancesAtIndex,
  instanceWithGuid,
  isDesired,
  isIndexDesired,
  isStaged,
  startingOrRunningAtIndex,
  startingOrRunningInstances,
} from "./app.ts";
import type { InstanceHeartbeat } from "./instance_heartbeat.ts";

const fixture = new AppFixture();

/** Instances from `0R 1C 2S 3E`: index and first letter of the state. */
function seen(text: string): InstanceHeartbeat[] {
  const states = { R: "RUNNING", S: "STARTING", C: "CRASHED", E: "EVACUATING" } as const;
  return text.split(" ").map((word) => {
    const state = states[word.slice(-1) as keyof typeof states];
    return fixture.anotherInstanceAtIndex(Number(word.slice(0, -1))).heartbeat(state);
  });
}

const app = (desired: number | undefined, instances: string) =>
  fixture.app({ ...(desired === undefined ? {} : { desired }), instances: seen(instances) });

Deno.test("isIndexDesired() counts from 0 and ends before the desired count [MOD-25]", () => {
  const three = fixture.app({ desired: 3 });
  expect([-1, 0, 1, 2, 3].map((index) => isIndexDesired(three, index)))
    .toEqual([false, true, true, true, false]);
  expect(isIndexDesired(fixture.app(), 0)).toBe(false);
});

Deno.test("isDesired() goes by the record, not by the count [MOD-26]", () => {
  expect(isDesired(fixture.app())).toBe(false);
  expect(isDesired(fixture.app({ desired: 0 }))).toBe(true);
});

Deno.test("isStaged() is true of STAGED alone [MOD-27]", () => {
  const staged = (packageState: "PENDING" | "STAGED" | "FAILED") =>
    isStaged(fixture.app({ desired: { packageState } }));
  expect([staged("STAGED"), staged("PENDING"), staged("FAILED")]).toEqual([true, false, false]);
  expect(isStaged(fixture.app())).toBe(false);
});

Deno.test("extraInstances() finds what starts or runs beyond the desired count [MOD-28]", () => {
  const extras = extraInstances(app(2, "0R 1R 1C 2R 3C 4S"));
  expect(extras.map(({ instanceIndex }) => instanceIndex)).toEqual([2, 4]);
});

Deno.test("desiredIndicesRunning() counts served desired indices [MOD-29]", () => {
  expect(desiredIndicesRunning(app(3, "0C 1R 1C 2S 2C 3S 4R"))).toBe(2);
  expect(desiredIndicesRunning(app(3, "1R 1R 1S"))).toBe(1);
});

Deno.test("startingOrRunningAtIndex() leaves crashed instances out [MOD-30]", () => {
  expect(startingOrRunningAtIndex(app(3, "2S 2C 2R 1R"), 2).length).toBe(2);
});

Deno.test("evacuatingAtIndex() tells evacuating from running [MOD-31]", () => {
  expect(evacuatingAtIndex(app(3, "1R 1E 1E 0E"), 1).length).toBe(2);
});

Deno.test("desiredIndicesReporting() counts any state, each index once [MOD-32]", () => {
  expect(desiredIndicesReporting(app(4, "0C 0C 1R 2S 4R 5R 6R"))).toBe(3);
});

Deno.test("startingOrRunningInstances() counts wherever they are [MOD-33]", () => {
  expect(startingOrRunningInstances(app(3, "0C 1R 1C 2S 4R 5S 6R"))).toBe(5);
});

Deno.test("crashedInstances() counts every crashed instance [MOD-34]", () => {
  expect(crashedInstances(app(3, "0C 1R 1C 2S"))).toBe(2);
});

Deno.test("crashedIndices() counts an index once, and only if nothing serves it [MOD-35]", () => {
  expect(crashedIndices(app(3, "0C 1R 1C 2S 3C 3C"))).toBe(2);
});

Deno.test("instancesAtIndex() is an empty list where there is nothing [MOD-36]", () => {
  expect(instancesAtIndex(app(3, "0R"), 1)).toEqual([]);
});

Deno.test("hasStartingOrRunning() wants a sign of life", () => {
  expect(hasStartingOrRunning(app(3, "0C 1E"))).toBe(false);
  expect(hasStartingOrRunning(app(undefined, "0C 7S"))).toBe(true);
});

Deno.test("appToWire() never has null lists, and an undesired app has an empty desired state [MOD-37] [MOD-39] [REG-08]", () => {
  expect(JSON.parse(JSON.stringify(appToWire(emptyApp(fixture.id))))).toEqual({
    "droplet": "app",
    "version": "app-version",
    "desired": { "id": "", "version": "", "instances": 0, "state": "", "package_state": "" },
    "instance_heartbeats": [],
    "crash_counts": [],
  });
});

Deno.test("appToWire() says all there is [MOD-38]", () => {
  const instances = [fixture.instanceAtIndex(0).heartbeat("RUNNING", 1123.2)];
  expect(appToWire(fixture.app({ desired: 2, instances, crashCounts: { 1: 4 } }))).toEqual({
    "droplet": "app",
    "version": "app-version",
    "desired": {
      "id": "app",
      "version": "app-version",
      "instances": 2,
      "state": "STARTED",
      "package_state": "STAGED",
    },
    "instance_heartbeats": [{
      "droplet": "app",
      "version": "app-version",
      "instance": "app-version-instance-0",
      "index": 0,
      "state": "RUNNING",
      "state_timestamp": 1123.2,
      "dea_guid": "dea",
    }],
    "crash_counts": [{
      "droplet": "app",
      "version": "app-version",
      "instance_index": 1,
      "crash_count": 4,
      "created_at": 0,
    }],
  });
});

Deno.test("instanceWithGuid() knows nothing of an unknown guid [MOD-40]", () => {
  const instance = fixture.instanceAtIndex(0).heartbeat();
  const known = fixture.app({ instances: [instance] });
  expect(instanceWithGuid(known, instance.instanceGuid)).toBe(instance);
  expect(instanceWithGuid(known, "unheard-of")).toBeUndefined();
});

Deno.test("crashCountAtIndex() begins at 0 now, or goes on with the record [MOD-17] [MOD-18]", () => {
  const crashed = fixture.app({ crashCounts: { 2: 5 } });
  expect(crashCountAtIndex(crashed, 1, 120))
    .toEqual({ ...fixture.id, instanceIndex: 1, crashCount: 0, createdAt: 120 });
  expect(crashCountAtIndex(crashed, 2, 120)).toEqual(fixture.crashCount(2, 5));
});

Deno.test("byAppKey() puts apps into one order", () => {
  const ids = ["b", "a", "b"].map((appGuid, at) => ({ appGuid, appVersion: `v${at}` }));
  expect(ids.sort(byAppKey).map(({ appVersion }) => appVersion)).toEqual(["v1", "v0", "v2"]);
});
