import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { NotFreshError, StoreUnavailableError } from "../store/store_errors.ts";
import { lookUpAppStates } from "./mirrored_app_states.ts";

const app = new AppFixture("app");

function lookUp(fleet: MirroredFleet, ageMaxMs?: number) {
  const { mirror, time } = fleet;
  const deps = { mirror, time, actualFreshnessTtlSeconds: 30 };
  return lookUpAppStates(ageMaxMs === undefined ? deps : { ...deps, ageMaxMs });
}

/** Lets everybody do what there is to do. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
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

Deno.test("an answer may be as old as was allowed, and says how old it is [API-05]", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  const read = lookUp(fleet, 100);
  await read();
  const held = Promise.withResolvers<void>();
  fleet.switched.hold = held.promise;
  await fleet.desire(app.desiredState());
  fleet.time.advance(50);
  const states = await read();
  expect([states.ageSeconds, states.find(app.id)]).toEqual([0.05, undefined]);
  fleet.time.advance(51);
  const asked = read();
  held.resolve();
  expect((await asked).find(app.id)?.desired).toBeDefined();
});

Deno.test("while questions keep coming none waits for the store", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  const read = lookUp(fleet, 100);
  await read();
  await fleet.desire(app.desiredState());
  fleet.time.advance(60);
  await read(); // This one has what is known, and the mirror catch up.
  await turns();
  fleet.time.advance(60);
  const states = await read();
  expect([states.ageSeconds, states.find(app.id)?.appGuid]).toEqual([0.06, "app"]);
});

Deno.test("a view that was given up is not answered from, however young it is", async () => {
  await using fleet = new MirroredFleet();
  await fleet.makeFresh();
  fleet.start();
  const read = lookUp(fleet, 100);
  await read();
  await fleet.desire(app.desiredState());
  fleet.mirror.relist("a test says so");
  expect((await read()).find(app.id)?.appGuid).toBe("app");
});
