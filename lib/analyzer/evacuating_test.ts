import { expect } from "expect";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { AppFixture } from "../../test_helpers/app.ts";

const fixture = new AppFixture();
const running = (index: number) => fixture.instanceAtIndex(index).heartbeat();
const leaving = fixture.anotherInstanceAtIndex(1);
const alsoLeaving = fixture.anotherInstanceAtIndex(1);
const START = "1 EVACUATING +0 keep 30 priority 2.00";
const STOP = `${leaving.instanceGuid} EVACUATION_COMPLETE +0 keep 30`;
const evacuating = leaving.heartbeat("EVACUATING");
const PENDING = { instances: 2, packageState: "PENDING" } as const;

Deno.test("analyzeApp() starts an evacuating index elsewhere at once [EVA-03] [EVA-16]", () => {
  const verdict = analyze(fixture.app({ desired: 2, instances: [running(0), evacuating] }));
  expect(verdictLines(verdict)).toEqual({ starts: [START], stops: [] });
  expect(verdict.starts[0]?.message.skipVerification).toBe(false);
});

Deno.test("analyzeApp() stops an evacuating instance whose index runs elsewhere [EVA-04]", () => {
  const app = fixture.app({ desired: 2, instances: [running(0), evacuating, running(1)] });
  expect(verdictLines(analyze(app))).toEqual({ starts: [], stops: [STOP] });
});

Deno.test("analyzeApp() stops all evacuating instances of an index that runs elsewhere [EVA-05] [REG-11]", () => {
  const instances = [running(0), evacuating, running(1), alsoLeaving.heartbeat("EVACUATING")];
  expect(verdictLines(analyze(fixture.app({ desired: 2, instances }))).stops).toEqual([
    STOP,
    `${alsoLeaving.instanceGuid} EVACUATION_COMPLETE +0 keep 30`,
  ]);
});

Deno.test("analyzeApp() waits while the replacement is starting [EVA-06]", () => {
  const instances = [running(0), evacuating, fixture.instanceAtIndex(1).heartbeat("STARTING")];
  expect(analyze(fixture.app({ desired: 2, instances }))).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() stops an evacuating instance at once that has crashed before [EVA-07] [REG-10]", () => {
  for (const crashes of [1, 7]) {
    const instances = [running(0), evacuating];
    const app = fixture.app({ desired: 2, instances, crashCounts: { 1: crashes } });
    expect(verdictLines(analyze(app))).toEqual({ starts: [START], stops: [STOP] });
  }
});

Deno.test("analyzeApp() starts and stops an evacuating instance of an unstaged app [EVA-08]", () => {
  const app = fixture.app({ desired: PENDING, instances: [running(0), evacuating] });
  expect(verdictLines(analyze(app))).toEqual({ starts: [START], stops: [STOP] });
});

Deno.test("analyzeApp() does not wait for a starting replacement of an unstaged app [EVA-09]", () => {
  const instances = [running(0), evacuating, fixture.instanceAtIndex(1).heartbeat("STARTING")];
  const app = fixture.app({ desired: PENDING, instances });
  expect(verdictLines(analyze(app))).toEqual({ starts: [], stops: [STOP] });
});

Deno.test("analyzeApp() starts evacuating and missing indices, each by its own rule [EVA-10] [EVA-11] [REG-13]", () => {
  const app = fixture.app({
    desired: 2,
    instances: [fixture.instanceAtIndex(0).heartbeat("EVACUATING")],
  });
  expect(verdictLines(analyze(app)).starts).toEqual([
    "0 EVACUATING +0 keep 30 priority 2.00",
    "1 MISSING +30 keep 0 priority 1.00",
  ]);
});

Deno.test("analyzeApp() leaves a start that already waits for an evacuating index [EVA-12]", () => {
  const app = fixture.app({ desired: 2, instances: [running(0), evacuating] });
  expect(analyze(app, { starts: [1] })).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() saves the crash count though the evacuation start is what remains [EVA-13] [ANA-26]", () => {
  const instances = [
    running(0),
    evacuating,
    fixture.anotherInstanceAtIndex(1).heartbeat("CRASHED"),
  ];
  const verdict = analyze(fixture.app({ desired: 2, instances }));
  expect(verdictLines(verdict)).toEqual({ starts: [START], stops: [] });
  expect(verdict.starts[0]?.crashCount).toEqual({ ...fixture.crashCount(1, 1), createdAt: 1000 });
});

Deno.test("analyzeApp() queues one start for two evacuating instances of an index [EVA-14]", () => {
  const instances = [running(0), evacuating, alsoLeaving.heartbeat("EVACUATING")];
  expect(verdictLines(analyze(fixture.app({ desired: 2, instances }))))
    .toEqual({ starts: [START], stops: [] });
});

Deno.test("analyzeApp() postpones extra and duplicate stops for an evacuation start [EVA-15]", () => {
  const instances = [
    running(0),
    fixture.anotherInstanceAtIndex(0).heartbeat(),
    evacuating,
    running(5),
  ];
  const app = fixture.app({ desired: 2, instances });
  expect(verdictLines(analyze(app))).toEqual({ starts: [START], stops: [] });
  expect(analyze(app, { starts: [1] }).stops.length).toBe(3);
});

Deno.test("analyzeApp() leaves an evacuating instance alone that has a pending stop [ANA-15]", () => {
  const app = fixture.app({ desired: 2, instances: [running(0), evacuating, running(1)] });
  expect(analyze(app, { stops: [leaving.instanceGuid] })).toEqual({ starts: [], stops: [] });
});
