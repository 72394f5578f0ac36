import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

const QUIET = { deaGuid: "quiet-dea", instances: [] };

forEachStore("an instance that its DEA leaves out is missing at once [INT-18]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  md.report(app.heartbeat(2));
  await md.tickUntil(140);
  md.report(app.heartbeat(1));
  await md.tickUntil(170);
  expect(md.orders).toEqual([]);
  await md.tickUntil(180);
  expect(md.orders).toEqual(["180: start app[1]"]);
});

forEachStore("what ran on a DEA that fell silent is started elsewhere [INT-19]", async (md) => {
  await silencedAt140(md);
  await md.tickUntil(190);
  expect(md.orders).toEqual([]);
  await md.tickUntil(200);
  expect(md.orders.toSorted()).toEqual(["200: start one[0]", "200: start two[0]"]);
});

forEachStore("a DEA that fell silent is gone when its time is over [REG-38]", async (md) => {
  const { one } = await silencedAt140(md);
  const seen = async () => await md.askForApp(one) as { ["instance_heartbeats"]: unknown[] };
  await md.tickUntil(160);
  expect((await seen()).instance_heartbeats).toHaveLength(1);
  await md.tickUntil(170);
  expect((await seen()).instance_heartbeats).toEqual([]);
});

forEachStore("a DEA that speaks up again in time has lost nothing", async (md) => {
  const { heartbeat } = await silencedAt140(md);
  await md.tickUntil(160);
  md.report(heartbeat, QUIET);
  await md.tickUntil(250);
  expect(md.orders).toEqual([]);
});

/** A DEA with two apps is silent from second 140 on; another goes on. */
async function silencedAt140(md: Scenario) {
  const [one, two] = [new AppFixture("one"), new AppFixture("two")];
  const instances = [...one.runningInstances(1), ...two.runningInstances(1)];
  const heartbeat = { deaGuid: one.deaGuid, instances };
  md.desire(one.desiredState(), two.desiredState());
  md.report(heartbeat, QUIET);
  await md.tickUntil(140);
  md.report(QUIET);
  return { one, two, heartbeat };
}
