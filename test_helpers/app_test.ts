import { expect } from "expect";
import { AppFixture } from "./app.ts";
import { FakeRandom } from "./fake_random.ts";

Deno.test("AppFixture gives the same instance at an index every time, and others on demand", () => {
  const fixture = new AppFixture("shop");
  expect(fixture.instanceAtIndex(1)).toBe(fixture.instanceAtIndex(1));
  const guids = [
    fixture.instanceAtIndex(0),
    fixture.instanceAtIndex(1),
    fixture.anotherInstanceAtIndex(1),
    fixture.anotherInstanceAtIndex(1),
  ].map(({ instanceGuid }) => instanceGuid);
  expect(new Set(guids).size).toBe(4);
});

Deno.test("AppFixture speaks of one app everywhere", () => {
  const fixture = new AppFixture("shop", { deaGuid: "dea-7" });
  const id = { appGuid: "shop", appVersion: "shop-version" };
  expect(fixture.desiredState({ instances: 2 }))
    .toEqual({ ...id, instances: 2, state: "STARTED", packageState: "STAGED" });
  const instance = fixture.instanceAtIndex(0).heartbeat();
  expect(instance).toEqual({
    ...id,
    instanceGuid: "shop-version-instance-0",
    instanceIndex: 0,
    state: "RUNNING",
    stateTimestamp: 0,
    deaGuid: "dea-7",
  });
  expect(fixture.heartbeat(1)).toEqual({ deaGuid: "dea-7", instances: [instance] });
  expect(fixture.crashedInstanceHeartbeatAtIndex(0).instances)
    .toEqual([{ ...instance, state: "CRASHED" }]);
  expect(fixture.instanceAtIndex(0).exited("CRASHED"))
    .toEqual(expect.objectContaining({ ...id, instanceGuid: instance.instanceGuid }));
  expect(fixture.app({ desired: 3, instances: [instance], crashCounts: { 2: 4 } })).toEqual({
    ...id,
    desired: fixture.desiredState({ instances: 3 }),
    instances: [instance],
    crashCounts: [{ ...id, instanceIndex: 2, crashCount: 4, createdAt: 0 }],
  });
  expect(fixture.app()).toEqual({ ...id, instances: [], crashCounts: [] });
});

Deno.test("AppFixture names versions apart, and takes its guids from Random if given", () => {
  const fixture = new AppFixture("shop");
  const newer = fixture.withVersion("v2");
  expect(newer.id).toEqual({ appGuid: "shop", appVersion: "v2" });
  expect(newer.instanceAtIndex(0).instanceGuid).not.toBe(fixture.instanceAtIndex(0).instanceGuid);
  const random = new AppFixture("shop", { random: new FakeRandom() });
  expect(random.appGuid).toBe("00000000-0000-4000-8000-000000000001");
  expect(random.instanceAtIndex(0).instanceGuid).toBe("00000000-0000-4000-8000-000000000003");
});
