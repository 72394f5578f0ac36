import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { AppSnapshot } from "./app_snapshot.ts";

const fixture = new AppFixture();
const first = fixture.instanceAtIndex(0);
const second = fixture.anotherInstanceAtIndex(0);

Deno.test("AppSnapshot forgets what was removed, and nothing else [HAZ-09]", () => {
  const instances = [first.heartbeat(), second.heartbeat("STARTING")];
  const snapshot = new AppSnapshot(fixture.app({ desired: 1, instances }));
  snapshot.remove("unheard-of");
  expect(snapshot.reportsOf(first.instanceGuid)).toEqual([first.heartbeat()]);
  snapshot.remove(first.instanceGuid);
  expect(snapshot.reportsOf(first.instanceGuid)).toEqual([]);
  expect(snapshot.isServed(0)).toBe(true);
  snapshot.remove(second.instanceGuid);
  expect(snapshot.isServed(0)).toBe(false);
});

Deno.test("AppSnapshot tells another running instance from the same one", () => {
  const alone = new AppSnapshot(fixture.app({
    desired: 1,
    instances: [first.heartbeat(), first.onDea("reborn").heartbeat()],
  }));
  expect(alone.otherRunning(first.heartbeat())).toBeUndefined();
  expect(alone.otherRunning(second.heartbeat("STARTING"))).toEqual(first.heartbeat());
  expect(alone.otherRunning(fixture.instanceAtIndex(1).heartbeat())).toBeUndefined();
});
