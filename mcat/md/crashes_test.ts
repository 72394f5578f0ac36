import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import type { InstanceState } from "../../lib/models/instance_heartbeat.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("of an app that crashed altogether only index 0 is started [INT-12]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 3 }));
  reportStates(md, app, ["CRASHED", "CRASHED", "CRASHED"]);
  await md.tickUntil(150);
  expect(md.orders).toEqual(["140: start app[0]"]);
});

forEachStore("crashed instances are started beside one that runs [INT-13]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 3 }));
  reportStates(md, app, ["CRASHED", "RUNNING", "CRASHED"]);
  await md.becomeFresh();
  expect(md.orders.toSorted()).toEqual(["140: start app[0]", "140: start app[2]"]);
});

forEachStore("who crashes for ever is started ever more slowly [INT-14]", async (md) => {
  const app = crashing(md);
  await md.tickUntil(590);
  expect(md.starts.map(({ at }) => at)).toEqual([140, 180, 220, 290, 390, 490, 590]);
  expect(new Set(md.orders.map((order) => order.split(" ").at(-1)))).toEqual(
    new Set([`${app.appGuid}[1]`]),
  );
});

forEachStore("the delay doubles until it is 960 s [INT-15]", async (md) => {
  crashing(md);
  await md.tickUntil(3350);
  expect(md.starts.map(({ at }) => at)).toEqual(
    [140, 180, 220, 290, 390, 550, 830, 1350, 2350, 3350],
  );
  expect(md.stops).toEqual([]);
}, { config: { "maximum_backoff_delay_in_heartbeats": 96 } });

forEachStore("a run in between does not forgive crashes [INT-16]", async (md) => {
  const app = await crashedThrice(md);
  await md.tickUntil(260);
  reportStates(md, app, ["RUNNING", "CRASHED"]);
  await md.tickUntil(290);
  expect(md.starts).toHaveLength(3);
  await md.tickUntil(300);
  expect(md.starts.map(({ at }) => at)).toEqual([140, 180, 220, 300]);
});

forEachStore("a long run does forgive crashes [INT-17]", async (md) => {
  const app = await crashedThrice(md);
  await md.tickUntil(260);
  await md.tick(12);
  reportStates(md, app, ["RUNNING", "CRASHED"]);
  await md.tick();
  expect(md.starts.map(({ at }) => at)).toEqual([140, 180, 220, 390]);
});

/** Two instances are desired, index 1 has crashed and stays so. */
function crashing(md: Scenario): AppFixture {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  reportStates(md, app, ["RUNNING", "CRASHED"]);
  return app;
}

/** Index 1 has crashed at 140, 180 and 220; from 260 on it is reported to run. */
async function crashedThrice(md: Scenario): Promise<AppFixture> {
  const app = crashing(md);
  await md.tickUntil(250);
  expect(md.starts.map(({ at }) => at)).toEqual([140, 180, 220]);
  reportStates(md, app, ["RUNNING", "RUNNING"]);
  return app;
}

/** The app's DEA reports one instance at each index, in these states. */
function reportStates(md: Scenario, app: AppFixture, states: readonly InstanceState[]): void {
  const instances = states.map((state, index) => app.instanceAtIndex(index).heartbeat(state));
  md.report({ deaGuid: app.deaGuid, instances });
}
