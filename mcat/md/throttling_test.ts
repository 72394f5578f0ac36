import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { forEachStore } from "./fixture.ts";
import type { Scenario } from "./scenario.ts";

forEachStore("starts are bounded, those most in need first; stops are not [INT-24]", async (md) => {
  setUpCrowd(md);
  await md.tickUntil(170);
  expect(md.stops).toHaveLength(40);
  expect(new Set(md.stops.map(({ appGuid }) => appGuid)).size).toBe(40);
  expect(md.stops.every(({ appGuid, at }) => appGuid.startsWith("undesired") && at === 140))
    .toBe(true);
  expect(kinds(md)).toEqual(Array(8).fill("down"));
});

forEachStore("the next pass starts what the limit left over [INT-25]", async (md) => {
  setUpCrowd(md);
  await md.tickUntil(170);
  await md.send();
  expect(kinds(md).slice(8)).toEqual(["down", ...Array(7).fill("half")]);
  expect(new Set(md.starts.map(({ appGuid }) => appGuid)).size).toBe(16);
  expect(md.stops).toHaveLength(40);
});

/** Which group of apps each start is for, in the order in which they were sent. */
function kinds(md: Scenario): (string | undefined)[] {
  return md.starts.map(({ appGuid }) => appGuid.split("-")[0]);
}

/** 8 apps that run half of their instances, 9 that run none, 40 that nobody wants. */
function setUpCrowd(md: Scenario): void {
  const group = (name: string, count: number) =>
    Array.from({ length: count }, (_, number) => new AppFixture(`${name}-${number}`));
  const [half, down, undesired] = [group("half", 8), group("down", 9), group("undesired", 40)];
  md.desire(
    ...half.map((app) => app.desiredState({ instances: 2 })),
    ...down.map((app) => app.desiredState({ instances: 1 })),
  );
  const instances = [...half, ...undesired].flatMap((app) => app.runningInstances(1));
  md.report({ deaGuid: "dea", instances });
}
