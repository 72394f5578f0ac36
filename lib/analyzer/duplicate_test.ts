import { expect } from "expect";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { AppFixture } from "../../test_helpers/app.ts";

const fixture = new AppFixture();
const a = fixture.anotherInstanceAtIndex(2);
const b = fixture.anotherInstanceAtIndex(2);
const c = fixture.anotherInstanceAtIndex(2);

Deno.test("analyzeApp() stops duplicates late and one grace period apart [ANA-16] [REG-17] [REG-18]", () => {
  const instances = [
    fixture.instanceAtIndex(2).heartbeat("CRASHED"),
    c.heartbeat(),
    ...fixture.runningInstances(2),
    a.heartbeat(),
    b.heartbeat(),
  ];
  const verdict = analyze(fixture.app({ desired: 3, instances }));
  expect(verdictLines(verdict)).toEqual({
    starts: [],
    stops: [
      `${a.instanceGuid} DUPLICATE +120 keep 30`,
      `${b.instanceGuid} DUPLICATE +150 keep 30`,
      `${c.instanceGuid} DUPLICATE +180 keep 30`,
    ],
  });
  expect(verdict.stops[0]?.why).toBe("index 2 has 3 instances");
});

Deno.test("analyzeApp() does not stop duplicates in the pass that queues a start [ANA-05]", () => {
  const instances = [
    fixture.instanceAtIndex(2).heartbeat(),
    a.heartbeat(),
    b.heartbeat(),
    c.heartbeat(),
  ];
  expect(verdictLines(analyze(fixture.app({ desired: 3, instances })))).toEqual({
    starts: ["0 MISSING +30 keep 0 priority 0.67", "1 MISSING +30 keep 0 priority 0.67"],
    stops: [],
  });
});

Deno.test("analyzeApp() leaves a duplicate alone that has a pending stop [ANA-17]", () => {
  const instances = [
    ...fixture.runningInstances(2),
    a.heartbeat(),
    b.heartbeat(),
    c.heartbeat(),
  ];
  const app = fixture.app({ desired: 3, instances });
  expect(verdictLines(analyze(app, { stops: [b.instanceGuid] })).stops).toEqual([
    `${a.instanceGuid} DUPLICATE +120 keep 30`,
    `${c.instanceGuid} DUPLICATE +180 keep 30`,
  ]);
});

Deno.test("analyzeApp() counts a starting instance as a duplicate, and stops it first [ANA-19]", () => {
  const instances = [
    ...fixture.runningInstances(2),
    a.heartbeat("RUNNING"),
    b.heartbeat("STARTING"),
  ];
  expect(verdictLines(analyze(fixture.app({ desired: 3, instances })))).toEqual({
    starts: [],
    stops: [`${b.instanceGuid} DUPLICATE +120 keep 30`, `${a.instanceGuid} DUPLICATE +150 keep 30`],
  });
});

Deno.test("analyzeApp() does not count crashed instances as duplicates [ANA-20]", () => {
  const instances = [
    fixture.instanceAtIndex(0).heartbeat(),
    fixture.anotherInstanceAtIndex(0).heartbeat("CRASHED"),
    fixture.anotherInstanceAtIndex(0).heartbeat("CRASHED"),
  ];
  expect(analyze(fixture.app({ desired: 1, instances }))).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() does not take one instance that two DEAs report for two", () => {
  const instance = fixture.instanceAtIndex(0);
  const instances = [instance.heartbeat(), instance.onDea("reborn").heartbeat("STARTING")];
  expect(analyze(fixture.app({ desired: 1, instances }))).toEqual({ starts: [], stops: [] });
});
