/**
 * What holds of the analyzer's verdict on any app. When a property fails, fast-check prints the seed and
 * the smallest case that it found.
 *
 * @module
 */

import { expect } from "expect";
import fc from "fast-check";
import { analyze, RULE_CONFIG } from "../../test_helpers/analysis.ts";
import { anyApp } from "../../test_helpers/any_app.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import type { App } from "../models/app.ts";
import { analyzeApp } from "./analyze_app.ts";
import type { RuleConfig } from "./app_case.ts";
import { pendingByApp } from "./pending_by_app.ts";
import type { Verdict } from "./verdict.ts";

const NOW = 1000;
const RUNS = { numRuns: 500 };

Deno.test("analyzeApp() run again on what it queued adds no start, and no stop that it held back for none [I19] [REG-25]", () => {
  fc.assert(
    fc.property(anyApp(), (app) => {
      const first = analyze(app);
      const second = analyze(app, pendingAfter(first));
      expect(second.starts).toEqual([]);
      // Extra and duplicate stops wait one pass for a start that was queued (ANA-14); no others do.
      if (first.starts.length === 0) expect(second.stops).toEqual([]);
      const third = analyze(app, pendingAfter(first, second));
      expect([third.starts, third.stops]).toEqual([[], []]);
    }),
    RUNS,
  );
});

Deno.test("analyzeApp() judges an app the same whatever other apps there are, and whatever waits for them [ANA-21] [ANA-22]", () => {
  const other = anyApp().map((app) => renamed(app, "another-app"));
  const pending = fc.record({
    starts: fc.subarray([0, 1, 2, 3, 4]),
    stops: fc.subarray([0, 1, 2]),
  });
  fc.assert(
    fc.property(anyApp(), other, pending, (app, beside, { starts, stops }) => {
      const waiting = pendingByApp({
        starts: starts.map((instanceIndex) => queuedStart(beside, { instanceIndex })),
        stops: stops.map((n) => queuedStop(beside, { instanceGuid: `instance-${n}` })),
      });
      const judge = (one: App) => {
        const uuid = () => "an id";
        return analyzeApp(one, { pending: waiting(one), now: NOW, config: RULE_CONFIG, uuid });
      };
      const alone = judge(app);
      judge(beside);
      expect(judge(app)).toEqual(alone);
      expect(withoutIds(analyze(app))).toEqual(withoutIds(alone));
    }),
    RUNS,
  );
});

Deno.test("analyzeApp() never delays a start longer than the maximum, nor less for one crash more [I14] [CRA-13]", () => {
  const config = fc.record({
    crashesBeforeBackoff: fc.nat(5),
    startingBackoffSeconds: fc.nat(100),
    maximumBackoffSeconds: fc.integer({ min: 100, max: 2000 }),
  });
  const counts = fc.uniqueArray(fc.nat(2000), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(config, counts, (config, counts) => {
      const delays = counts.toSorted((a, b) => a - b).map((count) => crashDelay(count, config));
      for (const delay of delays) expect(delay).toBeLessThanOrEqual(config.maximumBackoffSeconds);
      expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    }),
    RUNS,
  );
});

/** How long the start of an index waits that crashed `crashCount` times. */
function crashDelay(crashCount: number, config: Partial<RuleConfig>): number {
  const id = { appGuid: "app", appVersion: "version" };
  const desired = { ...id, instances: 1, state: "STARTED", packageState: "STAGED" } as const;
  const instance = { ...id, instanceGuid: "i", instanceIndex: 0, deaGuid: "dea" };
  const { starts } = analyze({
    ...id,
    desired,
    instances: [{ ...instance, state: "CRASHED", stateTimestamp: 0 }],
    crashCounts: [{ ...id, instanceIndex: 0, crashCount, createdAt: 0 }],
  }, { now: NOW, config });
  expect(starts.length).toBe(1);
  return (starts[0]?.message.sendOn ?? NaN) - NOW;
}

function pendingAfter(...verdicts: readonly Verdict[]) {
  return {
    starts: verdicts.flatMap(({ starts }) => starts.map(({ message }) => message.instanceIndex)),
    stops: verdicts.flatMap(({ stops }) => stops.map(({ message }) => message.instanceGuid)),
  };
}

function renamed(app: App, appGuid: string): App {
  const instances = app.instances.map((one) => ({ ...one, appGuid }));
  const crashCounts = app.crashCounts.map((one) => ({ ...one, appGuid }));
  const other = { ...app, appGuid, instances, crashCounts };
  return app.desired === undefined ? other : { ...other, desired: { ...app.desired, appGuid } };
}

function withoutIds({ starts, stops }: Verdict): unknown {
  return [...starts, ...stops].map((one) => ({
    ...one,
    message: { ...one.message, messageId: "" },
  }));
}
