import { expect } from "expect";
import type { App } from "../models/app.ts";
import type { InstanceState } from "../models/instance_heartbeat.ts";
import { newPendingStart } from "../models/pending_start_message.ts";
import { newPendingStop } from "../models/pending_stop_message.ts";
import { explainApp, type ExplainInput } from "./explain_app.ts";
import { explanationToWire, renderExplanation } from "./render_explanation.ts";

const ID = { appGuid: "app", appVersion: "v1" };

function input(
  desired: number,
  seen: readonly [index: number, state: InstanceState][],
  overrides: Partial<ExplainInput> = {},
): ExplainInput {
  const app: App = {
    ...ID,
    ...(desired === 0 ? {} : {
      desired: { ...ID, instances: desired, state: "STARTED", packageState: "STAGED" },
    }),
    instances: seen.map(([instanceIndex, state], position) => ({
      ...ID,
      instanceGuid: `i-${position}`,
      instanceIndex,
      state,
      stateTimestamp: 1,
      deaGuid: "dea",
    })),
    crashCounts: [],
  };
  return {
    app,
    pendingStarts: [],
    pendingStops: [],
    now: 100,
    staleBecause: undefined,
    ...overrides,
  };
}

const START = newPendingStart(100, {
  ...ID,
  instanceIndex: 0,
  reason: "MISSING",
  priority: 1,
  delaySeconds: 30,
  keepAliveSeconds: 30,
  messageId: "m",
});
const STOP = newPendingStop(100, {
  ...ID,
  instanceGuid: "i-0",
  reason: "EXTRA",
  keepAliveSeconds: 30,
  messageId: "m",
});

const CASES: [name: string, input: ExplainInput, next: RegExp][] = [
  ["a running index", input(1, [[0, "RUNNING"]]), /^nothing: it is running$/],
  ["a starting index", input(1, [[0, "STARTING"]]), /^nothing: it is starting$/],
  ["a missing index", input(1, []), /queues a start, due a grace period later/],
  ["a crashed index", input(1, [[0, "CRASHED"]]), /delayed by its crash count/],
  ["an evacuating index", input(1, [[0, "EVACUATING"]]), /queues a start elsewhere at once/],
  [
    "an evacuated index",
    input(1, [[0, "EVACUATING"], [0, "RUNNING"]]),
    /queues a stop for the evacuated/,
  ],
  ["duplicates", input(1, [[0, "RUNNING"], [0, "RUNNING"]]), /delayed stops for the duplicates/],
  ["an extra index", input(0, [[0, "RUNNING"]]), /queues a stop: the index is not desired/],
  ["a crash nobody desires", input(0, [[0, "CRASHED"]]), /^nothing: what crashed there/],
  ["a start that waits", input(1, [], { pendingStarts: [START] }), /MISSING\) is sent in 30 s/],
  [
    "a start that is due",
    input(1, [], { pendingStarts: [START], now: 130 }),
    /is due: sent by the next pass/,
  ],
  [
    "a start that was sent",
    input(1, [], { pendingStarts: [{ ...START, sentOn: 130 }], now: 140 }),
    /was sent 10 s ago; judged again in 20 s/,
  ],
  [
    "a stop that was sent",
    input(0, [[0, "RUNNING"]], { pendingStops: [{ ...STOP, sentOn: 100 }], now: 140 }),
    /stop \(EXTRA\) of i-0 was sent 40 s ago; judged again by the next analysis/,
  ],
  [
    "a start of an index that is not desired any more",
    input(0, [], { pendingStarts: [START] }),
    /will be dropped/,
  ],
  [
    "a stale store",
    input(1, [], { staleBecause: "no heartbeats" }),
    /^nothing until the store is fresh; then: the next analysis/,
  ],
];

for (const [name, explained, next] of CASES) {
  Deno.test(`explainApp() says what becomes of ${name}`, () => {
    expect(explainApp(explained)[0]?.next).toMatch(next);
  });
}

Deno.test("explainApp() says that only index 0 is tried while all have crashed [CRA-21]", () => {
  const [, second] = explainApp(input(2, [[0, "CRASHED"], [1, "CRASHED"]]));
  expect(second?.next).toMatch(/only index 0 is tried/);
});

Deno.test("renderExplanation() shows the app, freshness and every index", () => {
  expect(renderExplanation(input(2, [[0, "RUNNING"], [5, "RUNNING"]]))).toEqual([
    "App app, version v1",
    "  Store: fresh",
    "  Desired: 2 instances, STARTED, STAGED",
    "  [0] RUNNING: nothing: it is running",
    "  [1] no instance: the next analysis queues a start, due a grace period later",
    "  [5] (not desired) RUNNING: the next analysis queues a stop: the index is not desired",
  ]);
});

Deno.test("renderExplanation() says when the store is stale, nothing is desired and what crashed", () => {
  const explained = input(0, [[1, "CRASHED"]], { staleBecause: "no heartbeats" });
  const crashCounts = [{ ...ID, instanceIndex: 1, crashCount: 4, createdAt: 90 }];
  const lines = renderExplanation({ ...explained, app: { ...explained.app, crashCounts } });
  expect(lines.slice(1, 3)).toEqual(["  Store: NOT FRESH - no heartbeats", "  Desired: no"]);
  expect(lines[3]).toMatch(
    /^ {2}\[1\] \(not desired\) CRASHED, crashed 4 times of late: nothing until the store is fresh/,
  );
});

Deno.test("explanationToWire() has the app's wire names, the queues and every index", () => {
  const explained = input(1, [[0, "RUNNING"]], { pendingStarts: [START], pendingStops: [STOP] });
  const wire = explanationToWire(explained);
  expect(wire).toMatchObject({
    "droplet": "app",
    "version": "v1",
    "pending_starts": [{
      "droplet": "app",
      "index": 0,
      "start_reason": "MISSING",
      "message_id": "m",
    }],
    "pending_stops": [{ "droplet": "app", "instance": "i-0", "stop_reason": "EXTRA" }],
    "stale_because": null,
    "indices": [{ index: 0, desired: true, states: ["RUNNING"], crashes: 0 }],
  });
  const stale = explanationToWire({ ...explained, staleBecause: "no heartbeats" });
  expect(stale["stale_because"]).toBe("no heartbeats");
});
