import { expect } from "expect";
import { FLEET_GAUGES } from "../../lib/store/collections/metrics.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";

forEachStore(
  "the fleet's gauges are -1 while the store is not fresh [INT-01, FRE-21]",
  async (md) => {
    const app = new AppFixture();
    md.desire(app.desiredState());
    md.report(app.heartbeat(1));
    await md.tickUntil(130);
    const stale = await md.storedMetrics();
    expect(FLEET_GAUGES.map((name) => stale.get(name))).toEqual(FLEET_GAUGES.map(() => -1));
    await md.tickUntil(140);
    const fresh = await md.storedMetrics();
    expect(fresh.get("NumberOfDesiredApps")).toBe(1);
    expect(FLEET_GAUGES.filter((name) => fresh.get(name) === -1)).toEqual([]);
  },
);

forEachStore("a missing instance is counted, and so is its start [INT-31]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  md.report(app.heartbeat(1));
  await md.becomeFresh();
  await md.tick(3);
  const metrics = await md.storedMetrics();
  expect(metrics.get("NumberOfAppsWithMissingInstances")).toBe(1);
  expect(metrics.get("NumberOfUndesiredRunningApps")).toBe(0);
  expect(metrics.get("StartMissing")).toBe(1);
});

forEachStore("an app whose package failed misses nothing [INT-32]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2, packageState: "FAILED" }));
  md.report(app.heartbeat(1));
  await md.becomeFresh();
  expect((await md.storedMetrics()).get("NumberOfAppsWithMissingInstances")).toBe(0);
});
