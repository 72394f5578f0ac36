import { expect } from "expect";
import { AppFixture } from "./app.ts";
import { type DeaState, type DeaView, reportPlatform } from "./simulated_report.ts";

const APP = new AppFixture("app");
const RUNNING = APP.instanceAtIndex(0).heartbeat();
const OTHER = APP.anotherInstanceAtIndex(0);

function dea(instances: DeaView["instances"], state: DeaState = "live"): DeaView {
  return { deaGuid: "dea", state, instances };
}

const CASES: readonly (readonly [string, boolean, DeaView])[] = [
  ["an instance runs at the desired index", true, dea([RUNNING])],
  ["nothing runs", false, dea([])],
  ["the instance is only starting", false, dea([APP.instanceAtIndex(0).heartbeat("STARTING")])],
  ["a crash is all there is", false, dea([APP.instanceAtIndex(0).heartbeat("CRASHED")])],
  ["a crash lies beside the instance", true, dea([RUNNING, OTHER.heartbeat("CRASHED")])],
  ["two instances run", false, dea([RUNNING, OTHER.heartbeat()])],
  ["one starts beside the instance", false, dea([RUNNING, OTHER.heartbeat("STARTING")])],
  ["one evacuates beside the instance", false, dea([RUNNING, OTHER.heartbeat("EVACUATING")])],
  ["one runs at another index", false, dea([RUNNING, APP.instanceAtIndex(1).heartbeat()])],
  [
    "one crashed at another index",
    true,
    dea([RUNNING, APP.instanceAtIndex(1).heartbeat("CRASHED")]),
  ],
  ["another app runs", false, dea([RUNNING, new AppFixture("b").instanceAtIndex(0).heartbeat()])],
  ["it runs on a DEA that is dead", false, dea([RUNNING], "dead")],
];

for (const [what, whole, view] of CASES) {
  Deno.test(`reportPlatform() calls it ${whole ? "whole" : "broken"} when ${what}`, () => {
    expect(reportPlatform([APP.desiredState()], [view]).whole).toBe(whole);
  });
}

Deno.test("reportPlatform() counts every index that is desired or has instances", () => {
  const instances = [
    RUNNING,
    OTHER.heartbeat("EVACUATING"),
    APP.instanceAtIndex(3).heartbeat("STARTING"),
  ];
  const { apps, deas } = reportPlatform([APP.desiredState({ instances: 2 })], [dea(instances)]);
  const none = { running: 0, starting: 0, evacuating: 0, crashed: 0 };
  expect(apps).toEqual([{
    ...APP.id,
    desired: 2,
    running: 1,
    whole: false,
    indices: [
      { ...none, index: 0, desired: true, running: 1, evacuating: 1 },
      { ...none, index: 1, desired: true },
      { ...none, index: 3, desired: false, starting: 1 },
    ],
  }]);
  expect(deas).toEqual([{ deaGuid: "dea", state: "live", instances: 3 }]);
});

Deno.test("reportPlatform() names what runs though nobody desires it", () => {
  const { apps, whole } = reportPlatform([], [dea([RUNNING])]);
  expect(apps.map(({ appGuid, desired, running }) => [appGuid, desired, running]))
    .toEqual([["app", 0, 1]]);
  expect(whole).toBe(false);
});
