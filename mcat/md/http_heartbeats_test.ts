import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";

forEachStore("heartbeats over HTTP count like those over NATS [LIS-31]", async (md) => {
  const app = new AppFixture();
  md.heartbeatsOver = "http";
  md.desire(app.desiredState({ instances: 2 }));
  md.report(app.heartbeat(1));
  await md.tickUntil(170);
  expect(md.orders).toEqual(["170: start app[1]"]);
});

forEachStore("a DEA may go over from NATS to HTTP and back [LIS-36]", async (md) => {
  const app = new AppFixture();
  md.desire(app.desiredState({ instances: 2 }));
  md.report(app.heartbeat(2));
  await md.becomeFresh();
  md.heartbeatsOver = "http";
  await md.tick(4);
  md.heartbeatsOver = "nats";
  await md.tick(4);
  expect(md.orders).toEqual([]);
});
