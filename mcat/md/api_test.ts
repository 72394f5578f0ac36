import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("the API knows nothing while the store is not fresh [INT-01, FRE-21]", async (md) => {
  const { one } = twoApps(md);
  await md.tickUntil(130);
  expect(await md.askForApp(one)).toEqual({});
  expect(await md.askForApps(one)).toEqual({
    status: 200,
    reason: expect.stringContaining("heartbeats were saved for 20 s"),
    apps: {},
  });
  await md.tickUntil(140);
  expect(await md.askForApp(one)).not.toEqual({});
});

forEachStore("app.state tells what is desired and what runs [INT-34]", async (md) => {
  const { one } = twoApps(md);
  await md.becomeFresh();
  expect(await md.askForApp(one)).toMatchObject({
    "droplet": one.appGuid,
    "version": one.appVersion,
    "desired": { "instances": 2 },
    "instance_heartbeats": [{ "instance": one.instanceAtIndex(0).instanceGuid, "index": 0 }],
  });
});

forEachStore("POST /bulk_app_state tells of all apps asked for [INT-33]", async (md) => {
  const { one, two } = twoApps(md);
  await md.becomeFresh();
  const answer = await md.askForApps(one, two, new AppFixture("unknown"));
  expect(answer).toMatchObject({ status: 200, reason: null });
  expect(answer.apps).toMatchObject({
    [one.appGuid]: { "droplet": one.appGuid, "desired": { "instances": 2 } },
    [two.appGuid]: { "droplet": two.appGuid, "desired": { "instances": 1 } },
  });
  expect(Object.keys(answer.apps as object)).toHaveLength(2);
});

/** Two desired apps, each with one instance that runs. */
function twoApps(md: Scenario) {
  const [one, two] = [new AppFixture("one"), new AppFixture("two", { deaGuid: "dea-2" })];
  md.desire(one.desiredState({ instances: 2 }), two.desiredState());
  md.report(one.heartbeat(1), two.heartbeat(1));
  return { one, two };
}
