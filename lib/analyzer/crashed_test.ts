import { expect } from "expect";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import type { CrashCount } from "../models/crash_count.ts";

const fixture = new AppFixture();
const running = (index: number) => fixture.instanceAtIndex(index).heartbeat();
const starting = (index: number) => fixture.instanceAtIndex(index).heartbeat("STARTING");
const crashed = (index: number) => fixture.anotherInstanceAtIndex(index).heartbeat("CRASHED");

Deno.test("analyzeApp() restarts a crashed index at once and counts it [CRA-01] [CRA-18] [MOD-17]", () => {
  const app = fixture.app({ desired: 1, instances: [crashed(0), crashed(0)] });
  const verdict = analyze(app);
  expect(verdictLines(verdict)).toEqual({
    starts: ["0 CRASHED +0 keep 30 priority 1.00"],
    stops: [],
  });
  expect(verdict.starts[0]?.crashCount).toEqual({
    ...fixture.id,
    instanceIndex: 0,
    crashCount: 1,
    createdAt: 1000,
  });
  expect(verdict.starts[0]?.why).toBe("index 0 has crashed, start 1 after 0 s");
});

Deno.test("analyzeApp() restarts nothing of an app that is not staged [CRA-03]", () => {
  const desired = { instances: 1, packageState: "PENDING" } as const;
  expect(analyze(fixture.app({ desired, instances: [crashed(0)] })))
    .toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() delays the starts of an index that keeps crashing [CRA-17] [CRA-26] [CRA-28]", () => {
  const delays: number[] = [];
  let crashCounts: CrashCount[] = [];
  for (let now = 1000; now < 1011; now += 1) {
    const app = { ...fixture.app({ desired: 1, instances: [crashed(0)] }), crashCounts };
    const decision = analyze(app, { now }).starts[0];
    if (decision?.crashCount === undefined) throw new Error("Expected a start that is counted");
    delays.push(decision.message.sendOn - now);
    crashCounts = [decision.crashCount];
  }
  expect(delays).toEqual([0, 0, 0, 30, 60, 120, 240, 480, 960, 960, 960]);
  expect(crashCounts).toEqual([{ ...fixture.crashCount(0, 11), createdAt: 1000 }]);
});

Deno.test("analyzeApp() counts nothing while a start waits for the index [CRA-19]", () => {
  const app = fixture.app({ desired: 1, instances: [crashed(0)] });
  expect(analyze(app, { starts: [0] })).toEqual({ starts: [], stops: [] });
});

Deno.test("analyzeApp() tries only index 0 while nothing runs [CRA-21] [REG-20]", () => {
  for (const desired of [2, 3]) {
    const instances = [crashed(2), crashed(1), crashed(0)].slice(3 - desired);
    expect(verdictLines(analyze(fixture.app({ desired, instances }))).starts).toEqual([
      "0 CRASHED +0 keep 30 priority 1.00",
    ]);
  }
});

Deno.test("analyzeApp() restarts all crashed indices once something runs [CRA-22]", () => {
  const app = fixture.app({ desired: 3, instances: [crashed(0), crashed(1), running(2)] });
  expect(verdictLines(analyze(app)).starts).toEqual([
    "0 CRASHED +0 keep 30 priority 0.67",
    "1 CRASHED +0 keep 30 priority 0.67",
  ]);
});

Deno.test("analyzeApp() takes one starting instance for a sign of life [CRA-23]", () => {
  const app = fixture.app({ desired: 3, instances: [starting(0), crashed(1), crashed(2)] });
  expect(analyze(app).starts.map(({ message }) => message.instanceIndex)).toEqual([1, 2]);
});

Deno.test("analyzeApp() takes an extra instance for a sign of life [CRA-24]", () => {
  const app = fixture.app({ desired: 2, instances: [crashed(0), crashed(1), running(7)] });
  expect(analyze(app).starts.map(({ message }) => message.instanceIndex)).toEqual([0, 1]);
});

Deno.test("analyzeApp() starts a missing index 0 as missing while the others are crashed [CRA-25]", () => {
  const app = fixture.app({ desired: 3, instances: [crashed(1), crashed(2)] });
  expect(verdictLines(analyze(app)).starts).toEqual(["0 MISSING +30 keep 0 priority 1.00"]);
});

Deno.test("analyzeApp() keeps each index's own count", () => {
  const app = fixture.app({
    desired: 3,
    instances: [running(0), crashed(1), crashed(2)],
    crashCounts: { 1: 4, 2: 1 },
  });
  const verdict = analyze(app);
  expect(verdictLines(verdict).starts).toEqual([
    "1 CRASHED +60 keep 30 priority 0.67",
    "2 CRASHED +0 keep 30 priority 0.67",
  ]);
  expect(verdict.starts.map(({ crashCount }) => crashCount?.crashCount)).toEqual([5, 2]);
});

Deno.test("analyzeApp() starts a crashed index although crashed is not running [REG-19]", () => {
  const app = fixture.app({ desired: 1, instances: [crashed(0)] });
  expect(analyze(app).starts.length).toBe(1);
});
