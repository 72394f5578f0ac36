import { expect } from "expect";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { AppFixture } from "../../test_helpers/app.ts";

const fixture = new AppFixture();
const running = (index: number) => fixture.instanceAtIndex(index).heartbeat();

Deno.test("analyzeApp() stops an undesired app at once [ANA-11]", () => {
  const verdict = analyze(fixture.app({ instances: fixture.runningInstances(3) }));
  expect(verdict.stops[0]).toEqual({
    message: {
      messageId: "00000000-0000-4000-8000-000000000001",
      sendOn: 1000,
      sentOn: 0,
      keepAlive: 30,
      appGuid: "app",
      appVersion: "app-version",
      instanceGuid: "app-version-instance-0",
      reason: "EXTRA",
    },
    why: "the app is not desired",
  });
  expect(verdictLines(verdict)).toEqual({
    starts: [],
    stops: [
      "app-version-instance-0 EXTRA +0 keep 30",
      "app-version-instance-1 EXTRA +0 keep 30",
      "app-version-instance-2 EXTRA +0 keep 30",
    ],
  });
});

Deno.test("analyzeApp() stops what is beyond the desired count only [ANA-12]", () => {
  const verdict = analyze(fixture.app({ desired: 1, instances: fixture.runningInstances(3) }));
  expect(verdictLines(verdict)).toEqual({
    starts: [],
    stops: ["app-version-instance-1 EXTRA +0 keep 30", "app-version-instance-2 EXTRA +0 keep 30"],
  });
  expect(verdict.stops[0]?.why).toBe("index 1 is not desired, 1 instances are");
});

Deno.test("analyzeApp() stops extras of an app that is not staged, too [ANA-10]", () => {
  const desired = { instances: 1, packageState: "PENDING" } as const;
  const app = fixture.app({ desired, instances: fixture.runningInstances(2) });
  expect(verdictLines(analyze(app))).toEqual({
    starts: [],
    stops: ["app-version-instance-1 EXTRA +0 keep 30"],
  });
});

Deno.test("analyzeApp() stops every instance of an app of which 0 are desired", () => {
  const app = fixture.app({ desired: 0, instances: fixture.runningInstances(2) });
  expect(analyze(app).stops.length).toBe(2);
});

Deno.test("analyzeApp() does not stop extras in the pass that queues a start, but in the next [ANA-13] [ANA-14]", () => {
  const app = fixture.app({ desired: 1, instances: [running(1), running(2)] });
  expect(verdictLines(analyze(app))).toEqual({
    starts: ["0 MISSING +30 keep 0 priority 1.00"],
    stops: [],
  });
  expect(verdictLines(analyze(app, { starts: [0] }))).toEqual({
    starts: [],
    stops: ["app-version-instance-1 EXTRA +0 keep 30", "app-version-instance-2 EXTRA +0 keep 30"],
  });
});

Deno.test("analyzeApp() leaves an instance alone that has a pending stop [ANA-15]", () => {
  const app = fixture.app({ instances: fixture.runningInstances(3) });
  expect(verdictLines(analyze(app, { stops: ["app-version-instance-1"] })).stops).toEqual([
    "app-version-instance-0 EXTRA +0 keep 30",
    "app-version-instance-2 EXTRA +0 keep 30",
  ]);
});

Deno.test("analyzeApp() treats duplicates at an undesired index as extras [ANA-18]", () => {
  const instances = [
    ...fixture.runningInstances(4),
    fixture.anotherInstanceAtIndex(3).heartbeat("STARTING"),
    fixture.anotherInstanceAtIndex(3).heartbeat(),
  ];
  const { stops } = verdictLines(analyze(fixture.app({ desired: 3, instances })));
  expect(stops.length).toBe(3);
  expect(stops.every((line) => line.endsWith("EXTRA +0 keep 30"))).toBe(true);
});

Deno.test("analyzeApp() never stops a crashed instance [CRA-01] [CRA-02]", () => {
  const crashed = [0, 1].map((index) => fixture.instanceAtIndex(index).heartbeat("CRASHED"));
  expect(analyze(fixture.app({ instances: crashed }))).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() stops evacuating instances that nobody wants [EVA-01] [EVA-02]", () => {
  const instances = [running(0), fixture.instanceAtIndex(1).heartbeat("EVACUATING")];
  expect(verdictLines(analyze(fixture.app({ instances })))).toEqual({
    starts: [],
    stops: ["app-version-instance-0 EXTRA +0 keep 30", "app-version-instance-1 EXTRA +0 keep 30"],
  });
  expect(verdictLines(analyze(fixture.app({ desired: 1, instances })))).toEqual({
    starts: [],
    stops: ["app-version-instance-1 EXTRA +0 keep 30"],
  });
});

Deno.test("analyzeApp() judges each version of an app alone [ANA-21]", () => {
  const newer = fixture.withVersion("newer");
  const old = fixture.app({ instances: fixture.runningInstances(1) });
  const kept = newer.app({ desired: 1, instances: newer.runningInstances(1) });
  expect(verdictLines(analyze(old)).stops).toEqual(["app-version-instance-0 EXTRA +0 keep 30"]);
  expect(analyze(kept)).toEqual({ starts: [], stops: [] });
});
