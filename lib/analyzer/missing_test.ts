import { expect } from "expect";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { AppFixture } from "../../test_helpers/app.ts";

const fixture = new AppFixture();
const running = (index: number) => fixture.instanceAtIndex(index).heartbeat();

Deno.test("analyzeApp() has nothing to say of an app that is neither desired nor seen [ANA-01]", () => {
  expect(analyze(fixture.app())).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() has nothing to say of an app that is whole [ANA-02]", () => {
  const app = fixture.app({ desired: 3, instances: fixture.runningInstances(3) });
  expect(analyze(app)).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() starts every index after a grace period when nothing runs [ANA-03]", () => {
  const verdict = analyze(fixture.app({ desired: 2 }), { now: 1000 });
  expect(verdict.starts[0]).toEqual({
    message: {
      messageId: "00000000-0000-4000-8000-000000000001",
      sendOn: 1030,
      sentOn: 0,
      keepAlive: 0,
      appGuid: "app",
      appVersion: "app-version",
      instanceIndex: 0,
      priority: 1,
      skipVerification: false,
      reason: "MISSING",
    },
    why: "index 0 has no instance",
  });
  expect(verdictLines(verdict)).toEqual({
    starts: ["0 MISSING +30 keep 0 priority 1.00", "1 MISSING +30 keep 0 priority 1.00"],
    stops: [],
  });
});

Deno.test("analyzeApp() gives a start the missing share of its app as priority [ANA-04] [ANA-06] [ANA-23]", () => {
  expect(verdictLines(analyze(fixture.app({ desired: 2, instances: [running(0)] })))).toEqual({
    starts: ["1 MISSING +30 keep 0 priority 0.50"],
    stops: [],
  });
  const third = fixture.app({ desired: 3, instances: [running(0), running(2)] });
  expect(verdictLines(analyze(third)).starts).toEqual(["1 MISSING +30 keep 0 priority 0.33"]);
});

Deno.test("analyzeApp() counts crashed and evacuating indices as missing in the priority [ANA-23]", () => {
  const instances = [
    running(0),
    fixture.instanceAtIndex(1).heartbeat("CRASHED"),
    fixture.instanceAtIndex(2).heartbeat("EVACUATING"),
  ];
  const app = fixture.app({ desired: 4, instances });
  expect(verdictLines(analyze(app)).starts).toEqual([
    "1 CRASHED +0 keep 30 priority 0.75",
    "2 EVACUATING +0 keep 30 priority 2.00",
    "3 MISSING +30 keep 0 priority 0.75",
  ]);
});

Deno.test("analyzeApp() leaves an index alone that has a pending start [ANA-07]", () => {
  const verdict = analyze(fixture.app({ desired: 3 }), { starts: [1] });
  expect(verdict.starts.map(({ message }) => message.instanceIndex)).toEqual([0, 2]);
});

Deno.test("analyzeApp() starts nothing of an app that is not staged [ANA-08] [REG-21]", () => {
  for (const packageState of ["PENDING", "FAILED"] as const) {
    expect(analyze(fixture.app({ desired: { instances: 2, packageState } })).starts).toEqual([]);
  }
});

Deno.test("analyzeApp() leaves what runs while its app is staged anew [ANA-09] [REG-22]", () => {
  const desired = { instances: 1, packageState: "PENDING" } as const;
  const app = fixture.app({ desired, instances: [running(0)] });
  expect(analyze(app)).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() starts nothing of an app of which 0 instances are desired [ANA-24]", () => {
  expect(analyze(fixture.app({ desired: 0 }))).toEqual({ starts: [], stops: [] });
});
