import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("a DEA that shuts down has its instances started at once [INT-26]", async (md) => {
  const app = await running(md);
  await md.evacuate(app.instanceAtIndex(1).exited("DEA_SHUTDOWN"));
  await md.tick();
  expect(md.orders).toEqual(["150: start app[1]"]);
});

forEachStore(
  "an evacuating instance is started elsewhere, then stopped [INT-27, INT-28, REG-12]",
  async (md) => {
    const app = await running(md);
    reportEvacuating(md, app);
    await md.tick();
    expect(md.orders).toEqual(["150: start app[1]"]);
    md.report({ deaGuid: "new-dea", instances: [replacementOf(app)] }, rest(app));
    await md.tick();
    const { instanceGuid } = app.instanceAtIndex(1);
    expect(md.orders.slice(1)).toEqual([`160: stop duplicate app[1] ${instanceGuid}`]);
  },
);

forEachStore("an exit and the heartbeat that follows make one start [EVC-13]", async (md) => {
  const app = await running(md);
  await md.evacuate(app.instanceAtIndex(1).exited("DEA_EVACUATION"));
  reportEvacuating(md, app);
  await md.tickUntil(170);
  expect(md.orders).toEqual(["150: start app[1]"]);
});

forEachStore("an exit is kept while the store is stale, and acted upon later", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState());
  md.report(app.heartbeat(1));
  await md.tick();
  await md.evacuate(app.instanceAtIndex(0).exited("DEA_EVACUATION"));
  await md.tickUntil(140);
  expect(md.orders).toEqual(["140: start app[0]"]);
});

/** Two instances are desired and run, and the store is fresh. */
async function running(md: Scenario): Promise<AppFixture> {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  md.report({ deaGuid: app.deaGuid, instances: [app.instanceAtIndex(1).heartbeat()] }, rest(app));
  await md.becomeFresh();
  expect(md.orders).toEqual([]);
  return app;
}

/** Index 0 runs on a DEA that stays. */
function rest(app: AppFixture) {
  const deaGuid = "other-dea";
  return { deaGuid, instances: [app.instanceAtIndex(0).onDea(deaGuid).heartbeat()] };
}

/** Index 1 is leaving its DEA. */
function reportEvacuating(md: Scenario, app: AppFixture): void {
  const leaving = app.instanceAtIndex(1).heartbeat("EVACUATING");
  md.report({ deaGuid: app.deaGuid, instances: [leaving] }, rest(app));
}

/** Index 1 runs on a DEA that has not been heard of before. */
function replacementOf(app: AppFixture) {
  return app.anotherInstanceAtIndex(1).onDea("new-dea").heartbeat();
}
