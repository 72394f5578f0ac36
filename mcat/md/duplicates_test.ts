import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("one of two duplicates is stopped after 120 s [INT-20, INT-21]", async (md) => {
  const { guids } = duplicated(md);
  await md.tickUntil(250);
  expect(md.orders).toEqual([]);
  await md.tickUntil(260);
  expect(md.stops).toMatchObject([{ at: 260, instanceIndex: 1, isDuplicate: true }]);
  expect(guids).toContain(md.stops[0]?.instanceGuid);
});

forEachStore("the survivor of two duplicates is left alone [INT-22]", async (md) => {
  const { survivorsOf } = duplicated(md);
  await md.tickUntil(260);
  survivorsOf(md.stops[0]?.instanceGuid);
  await md.tick(6);
  expect(md.orders).toHaveLength(1);
});

forEachStore("no duplicate is stopped when one goes by itself [INT-23]", async (md) => {
  const { guids, survivorsOf } = duplicated(md);
  await md.tickUntil(240);
  survivorsOf(guids[0]);
  await md.tick(15);
  expect(md.orders).toEqual([]);
});

forEachStore("the second duplicate is stopped when the first never obeys [VSP-15]", async (md) => {
  const { guids } = duplicated(md);
  await md.tickUntil(290);
  expect(md.stops.map(({ at }) => at)).toEqual([260, 290]);
  expect(md.stops.map(({ instanceGuid }) => instanceGuid).toSorted()).toEqual(guids.toSorted());
});

forEachStore(
  "a sender that was down does not stop both duplicates at once [VSP-14]",
  async (md) => {
    duplicated(md);
    await md.tickUntil(250);
    while (md.now < 300) await md.tickWithoutSender();
    expect(md.orders).toEqual([]);
    await md.send();
    expect(md.stops).toMatchObject([{ at: 300, instanceIndex: 1, isDuplicate: true }]);
  },
);

/** Two instances are desired, and index 1 runs twice. */
function duplicated(md: Scenario) {
  const app = new AppFixture();
  const [one, other] = [app.instanceAtIndex(1), app.anotherInstanceAtIndex(1)];
  const report = (...duplicates: readonly (typeof one)[]) => {
    const instances = [app.instanceAtIndex(0), ...duplicates].map((each) => each.heartbeat());
    md.report({ deaGuid: app.deaGuid, instances });
  };
  md.desire(app.desiredState({ instances: 2 }));
  report(one, other);
  /** From now on all but this one are reported. */
  const survivorsOf = (goneGuid: string | undefined) =>
    report(...[one, other].filter(({ instanceGuid }) => instanceGuid !== goneGuid));
  return { guids: [one.instanceGuid, other.instanceGuid], survivorsOf };
}
