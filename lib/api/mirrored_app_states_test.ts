import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { lookUpAppStates } from "./mirrored_app_states.ts";

const app = new AppFixture("app");

function lookUp(fleet: MirroredFleet) {
  const { mirror, time } = fleet;
  return lookUpAppStates({ mirror, time, actualFreshnessTtlSeconds: 30 });
}

Deno.test("lookUpAppStates() finds what was committed before the question, and says of which revision [API-05] [API-06] [I16]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  const read = lookUp(fleet);
  expect((await read()).find(app.id)).toBeUndefined();
  await fleet.desire(app.desiredState({ instances: 2 }));
  await fleet.report(app.heartbeat(2));
  const revision = await fleet.store.revision();
  const states = await read();
  expect(states.find(app.id)?.instances).toHaveLength(2);
  expect(states.revision).toBeGreaterThanOrEqual(revision);
  expect(states.find({ ...app.id, appVersion: "another" })).toBeUndefined();
});

Deno.test("lookUpAppStates() refuses while the store is stale, or the mirror cannot catch up [API-07] [API-08]", async () => {
  await using fleet = new MirroredFleet();
  const read = lookUp(fleet);
  await expect(read()).rejects.toThrow(StoreUnavailableError); // Nobody keeps the mirror up to date yet.
  fleet.start();
  await expect(read()).rejects.toThrow(NotFreshError);
  await fleet.makeFresh();
  await read();
  await fleet.remove(fleet.layout.desiredFreshKey);
  await expect(read()).rejects.toThrow(NotFreshError);
});
