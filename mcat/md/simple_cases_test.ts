import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("nothing is done before the store is fresh [INT-01, INT-02]", async (md) => {
  const { app, superfluous } = oneTooMany(md);
  await md.tickUntil(130);
  await expect(md.analyze()).rejects.toThrow("heartbeats were saved for 20 s, needed are 30 s");
  await expect(md.send()).rejects.toThrow("heartbeats were saved for 20 s, needed are 30 s");
  expect(md.orders).toEqual([]);
  await md.tickUntil(140);
  expect(md.orders).toEqual([`140: stop ${app.appGuid}[1] ${superfluous.instanceGuid}`]);
});

forEachStore("what runs as desired is left alone [INT-03]", async (md) => {
  const [one, two] = [new AppFixture("one"), new AppFixture("two", { deaGuid: "dea-2" })];
  md.desire(one.desiredState(), two.desiredState());
  md.report(one.heartbeat(1), two.heartbeat(1));
  await md.becomeFresh();
  await md.tick(5);
  expect(md.orders).toEqual([]);
});

forEachStore("a missing instance is started after a grace period [INT-04, INT-05]", async (md) => {
  oneTooFew(md);
  await md.tickUntil(160);
  expect(md.orders).toEqual([]);
  await md.tickUntil(170);
  expect(md.orders).toEqual(["170: start app[1]"]);
});

forEachStore("an instance that appears in time is not started [INT-06]", async (md) => {
  const app = oneTooFew(md);
  await md.tickUntil(160);
  md.report(app.heartbeat(2));
  await md.tick(5);
  expect(md.orders).toEqual([]);
});

forEachStore("an instance that nobody wants any more is not started [INT-07]", async (md) => {
  const app = oneTooFew(md);
  await md.tickUntil(160);
  md.desire(app.desiredState({ instances: 1 }));
  await md.tick(5);
  expect(md.orders).toEqual([]);
});

forEachStore("a superfluous instance is stopped at once, and not again [INT-08]", async (md) => {
  const { superfluous } = oneTooMany(md);
  await md.tickUntil(150);
  expect(md.stops).toMatchObject([
    { at: 140, instanceIndex: 1, instanceGuid: superfluous.instanceGuid, isDuplicate: false },
  ]);
  expect(md.starts).toEqual([]);
});

forEachStore("no stop follows when the instance is wanted after all [INT-09]", async (md) => {
  const { app } = oneTooMany(md);
  await md.tickUntil(140);
  expect(md.stops).toHaveLength(1);
  md.desire(app.desiredState({ instances: 2 }));
  await md.tick(5);
  expect(md.orders).toHaveLength(1);
});

forEachStore("who ignores a stop is told every 40 s [INT-10]", async (md) => {
  oneTooMany(md);
  await md.tickUntil(260);
  expect(md.stops.map(({ at }) => at)).toEqual([140, 180, 220, 260]);
  expect(md.starts).toEqual([]);
});

forEachStore("what runs of an app being staged is left alone [INT-11]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ packageState: "PENDING" }));
  md.report(app.heartbeat(1));
  await md.becomeFresh();
  await md.tick(5);
  expect(md.orders).toEqual([]);
});

/** Two instances are desired, index 1 is missing. */
function oneTooFew(md: Scenario): AppFixture {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  md.report(app.heartbeat(1));
  return app;
}

/** One instance is desired, two run. */
function oneTooMany(md: Scenario) {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 1 }));
  md.report(app.heartbeat(2));
  return { app, superfluous: app.instanceAtIndex(1) };
}
