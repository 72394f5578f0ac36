import { expect } from "expect";
import fc from "fast-check";
import { analyze, verdictLines } from "../../test_helpers/analysis.ts";
import { anyApp } from "../../test_helpers/any_app.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { type App, crashedInstances, desiredInstances, isIndexDesired } from "../models/app.ts";
import { isStartingOrRunning } from "../models/instance_heartbeat.ts";
import { EVACUATION_PRIORITY } from "../models/pending_start_message.ts";
import type { Verdict } from "./verdict.ts";

const running = (fixture: AppFixture, ...indices: number[]) =>
  indices.map((index) => fixture.instanceAtIndex(index).heartbeat());

Deno.test("analyzeApp() judges the apps of a fleet as if each were alone [ANA-22]", () => {
  const a = new AppFixture("a");
  const newer = a.withVersion("a-newer");
  const b = new AppFixture("b");
  const c = new AppFixture("c");
  const apps = [
    a.app({ desired: 1, instances: running(a, 0, 1) }),
    newer.app({ instances: running(newer, 0) }),
    b.app({ desired: 3, instances: running(b, 0, 2) }),
    c.app({ desired: 2 }),
  ];
  expect(apps.map((app) => verdictLines(analyze(app)))).toEqual([
    { starts: [], stops: ["a-version-instance-1 EXTRA +0 keep 30"] },
    { starts: [], stops: ["a-newer-instance-0 EXTRA +0 keep 30"] },
    { starts: ["1 MISSING +30 keep 0 priority 0.33"], stops: [] },
    {
      starts: ["0 MISSING +30 keep 0 priority 1.00", "1 MISSING +30 keep 0 priority 1.00"],
      stops: [],
    },
  ]);
});

Deno.test("analyzeApp() applies its rules in their order, and these all together [ANA-25] [ANA-26]", () => {
  const fixture = new AppFixture();
  const [evacuating, beside] = [fixture.instanceAtIndex(0), fixture.anotherInstanceAtIndex(0)];
  const instances = [
    evacuating.heartbeat("EVACUATING"),
    beside.heartbeat(),
    fixture.instanceAtIndex(1).heartbeat(),
    fixture.anotherInstanceAtIndex(1).heartbeat(),
    fixture.instanceAtIndex(9).heartbeat(),
  ];
  const reasons = (app: App) => {
    const { starts, stops } = analyze(app);
    return [...starts, ...stops].map(({ message }) => message.reason);
  };
  const whole = fixture.app({ desired: 2, instances });
  expect(reasons(whole)).toEqual(["EVACUATION_COMPLETE", "EXTRA", "DUPLICATE", "DUPLICATE"]);
  // With an index missing, one crashed and one evacuating, only what evacuates is stopped.
  const broken = fixture.app({
    desired: 5,
    instances: [
      ...instances,
      fixture.instanceAtIndex(3).heartbeat("CRASHED"),
      fixture.instanceAtIndex(4).heartbeat("CRASHED"),
      fixture.anotherInstanceAtIndex(4).heartbeat("EVACUATING"),
    ],
  });
  expect(reasons(broken)).toEqual(["MISSING", "CRASHED", "EVACUATING", "EVACUATION_COMPLETE"]);
});

Deno.test("analyzeApp() queues nothing twice: a third pass over the same app adds nothing [REG-25]", () => {
  fc.assert(fc.property(anyApp(), (app) => {
    const first = analyze(app);
    const seen = withCrashCounts(app, first);
    const second = analyze(seen, pendingAfter(first));
    expect(second.starts).toEqual([]);
    // Stops that the first pass held back may come in the second, those it did not cannot [ANA-14].
    if (first.starts.length === 0) expect(second.stops).toEqual([]);
    expect(analyze(seen, pendingAfter(first, second))).toEqual({ starts: [], stops: [] });
  }));
});

Deno.test("analyzeApp() starts only desired indices where nothing starts or runs, each once", () => {
  fc.assert(fc.property(anyApp(), (app) => {
    const { starts } = analyze(app);
    const indices = starts.map(({ message }) => message.instanceIndex);
    expect(new Set(indices).size).toBe(indices.length);
    for (const index of indices) {
      expect(isIndexDesired(app, index)).toBe(true);
      const there = app.instances.filter(({ instanceIndex }) => instanceIndex === index);
      expect(there.some(isStartingOrRunning)).toBe(false);
    }
  }));
});

Deno.test("analyzeApp() stops only instances that are there and not all crashed, each once", () => {
  fc.assert(fc.property(anyApp(), (app) => {
    const guids = analyze(app).stops.map(({ message }) => message.instanceGuid);
    expect(new Set(guids).size).toBe(guids.length);
    for (const guid of guids) {
      const reports = app.instances.filter(({ instanceGuid }) => instanceGuid === guid);
      expect(reports.some(({ state }) => state !== "CRASHED")).toBe(true);
    }
  }));
});

Deno.test("analyzeApp() gives priorities from 0 to 1, and 2 to evacuations [24.7]", () => {
  fc.assert(fc.property(anyApp(), (app) => {
    for (const { message } of analyze(app).starts) {
      if (message.reason === "EVACUATING") expect(message.priority).toBe(EVACUATION_PRIORITY);
      else expect(message.priority > 0 && message.priority <= 1).toBe(true);
    }
  }));
});

Deno.test("analyzeApp() counts crashes only with a start, and only of crashed indices [CRA-18]", () => {
  fc.assert(fc.property(anyApp(), (app) => {
    for (const { message, crashCount } of analyze(app).starts) {
      if (message.reason === "CRASHED") {
        expect(crashCount?.instanceIndex).toBe(message.instanceIndex);
      }
      if (crashCount === undefined) continue;
      expect(crashedInstances(app)).toBeGreaterThan(0);
      const before = app.crashCounts.find((count) => count.instanceIndex === message.instanceIndex);
      expect(crashCount.crashCount).toBe((before?.crashCount ?? 0) + 1);
      expect(crashCount.createdAt).toBe(before?.createdAt ?? 1000);
    }
  }));
});

Deno.test("analyzeApp() does not depend on the order of instances and crash counts", () => {
  const shuffled = anyApp().chain((app) =>
    fc.record({
      app: fc.constant(app),
      instances: fc.shuffledSubarray([...app.instances], { minLength: app.instances.length }),
      crashCounts: fc.shuffledSubarray([...app.crashCounts], { minLength: app.crashCounts.length }),
    })
  );
  fc.assert(fc.property(shuffled, ({ app, instances, crashCounts }) => {
    const verdict = withoutIds(analyze(app));
    expect(withoutIds(analyze({ ...app, instances, crashCounts }))).toEqual(verdict);
  }));
});

Deno.test("analyzeApp() leaves a healed app alone: obeying its starts leaves nothing missing", () => {
  fc.assert(fc.property(anyApp({ uniqueGuids: true }), (app) => {
    if (app.desired?.packageState !== "STAGED") return;
    const fixture = new AppFixture("new");
    let healed = app;
    // An app of which all is crashed comes back index 0 first, the others after it [CRA-21].
    for (let pass = 0; pass < 2; pass += 1) {
      const started = analyze(healed).starts.map(({ message }) => ({
        ...fixture.anotherInstanceAtIndex(message.instanceIndex).heartbeat(),
        ...{ appGuid: app.appGuid, appVersion: app.appVersion },
      }));
      healed = { ...healed, instances: [...healed.instances, ...started] };
    }
    expect(analyze(healed).starts).toEqual([]);
    for (let index = 0; index < desiredInstances(app); index += 1) {
      const there = healed.instances.filter(({ instanceIndex }) => instanceIndex === index);
      expect(there.some(isStartingOrRunning)).toBe(true);
    }
  }));
});

Deno.test("analyzeApp() judges an app of 100,000 instances without searching for each of them", () => {
  const fixture = new AppFixture();
  const instances = fixture.runningInstances(100_000);
  const crashCounts = instances.map(({ instanceIndex }) => fixture.crashCount(instanceIndex, 1));
  const crashed = instances.map((instance, at) =>
    at === 0 ? instance : { ...instance, state: "CRASHED" as const }
  );
  const undesired = analyze(fixture.app({ instances }));
  const broken = analyze({ ...fixture.app({ desired: 100_000, instances: crashed }), crashCounts });
  expect(undesired.stops.length).toBe(100_000);
  expect(broken.starts.length).toBe(99_999);
});

function pendingAfter(...verdicts: readonly Verdict[]) {
  return {
    starts: verdicts.flatMap(({ starts }) => starts.map(({ message }) => message.instanceIndex)),
    stops: verdicts.flatMap(({ stops }) => stops.map(({ message }) => message.instanceGuid)),
  };
}

/** The app after the crash counts of a verdict were stored. */
function withCrashCounts(app: App, { starts }: Verdict): App {
  const changed = starts.flatMap(({ crashCount }) => crashCount === undefined ? [] : [crashCount]);
  const indices = new Set(changed.map(({ instanceIndex }) => instanceIndex));
  const kept = app.crashCounts.filter(({ instanceIndex }) => !indices.has(instanceIndex));
  return { ...app, crashCounts: [...kept, ...changed] };
}

function withoutIds({ starts, stops }: Verdict): unknown {
  const withoutId = <T extends { readonly message: object }>(decision: T) => ({
    ...decision,
    message: { ...decision.message, messageId: "" },
  });
  return { starts: starts.map(withoutId), stops: stops.map(withoutId) };
}
