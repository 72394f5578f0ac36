import { expect } from "expect";
import { EXPLAIN_RULES } from "../../test_helpers/explain_rules.ts";
import type { App } from "../models/app.ts";
import type { Decision } from "../models/decision.ts";
import type { PackageState } from "../models/desired_app_state.ts";
import type { Hold } from "../models/hold.ts";
import type { InstanceState } from "../models/instance_heartbeat.ts";
import { newPendingStart, type PendingStartMessage } from "../models/pending_start_message.ts";
import { newPendingStop } from "../models/pending_stop_message.ts";
import { explain } from "./explain.ts";
import type { ExplainInput, IndexState, WaitsFor } from "./explanation.ts";
import { explanationToWire } from "./explanation_to_wire.ts";

const ID = { appGuid: "app", appVersion: "v1" };

function input(
  desired: number,
  seen: readonly [index: number, state: InstanceState][],
  overrides: Partial<ExplainInput> & {
    readonly packageState?: PackageState;
    readonly crashes?: number;
  } = {},
): ExplainInput {
  const { packageState = "STAGED", crashes = 0, ...rest } = overrides;
  const app: App = {
    ...ID,
    ...(desired === 0 ? {} : {
      desired: { ...ID, instances: desired, state: "STARTED", packageState },
    }),
    instances: seen.map(([instanceIndex, state], position) => ({
      ...ID,
      instanceGuid: `i-${position}`,
      instanceIndex,
      state,
      stateTimestamp: 1,
      deaGuid: "dea",
    })),
    crashCounts: crashes === 0
      ? []
      : [{ ...ID, instanceIndex: 0, crashCount: crashes, createdAt: 90 }],
  };
  return {
    app,
    pendingStarts: [],
    pendingStops: [],
    now: 100,
    staleBecause: undefined,
    rules: EXPLAIN_RULES,
    ...rest,
  };
}

function start(overrides: Partial<PendingStartMessage> = {}): PendingStartMessage {
  const message = newPendingStart(100, {
    ...ID,
    instanceIndex: 0,
    reason: "MISSING",
    priority: 1,
    delaySeconds: 30,
    keepAliveSeconds: 30,
    messageId: "m",
  });
  return { ...message, ...overrides };
}

function stop(instanceGuid: string, overrides: { readonly sentOn?: number; sendOn?: number } = {}) {
  const message = newPendingStop(100, {
    ...ID,
    instanceGuid,
    reason: "EXTRA",
    keepAliveSeconds: 30,
    messageId: `m-${instanceGuid}`,
  });
  return { ...message, ...overrides };
}

const HOLD: Hold = {
  name: "starts",
  holds: "starts",
  source: "operator",
  reason: "maintenance",
  by: "ada",
  setAt: 90,
  expiresAt: 400,
};

interface Case {
  readonly name: string;
  readonly input: ExplainInput;
  readonly state: IndexState;
  readonly next: string;
  readonly at?: number;
  readonly waitsFor?: WaitsFor;
}

const CASES: readonly Case[] = [
  {
    name: "a running index",
    input: input(1, [[0, "RUNNING"]]),
    state: "running",
    next: "nothing: it is running",
  },
  {
    name: "a starting index",
    input: input(1, [[0, "STARTING"]]),
    state: "starting",
    next: "nothing: it is starting",
  },
  {
    name: "a missing index",
    input: input(1, []),
    state: "missing",
    next: "the next analysis, within 10 s, queues a start (MISSING), due 30 s later: " +
      "index 0 has no instance",
    at: 110,
  },
  {
    name: "a missing index whose grace period runs",
    input: input(1, [], { pendingStarts: [start()] }),
    state: "missing",
    next: "start (MISSING) is sent in 30 s, if still right",
    at: 130,
  },
  {
    name: "a missing index whose start is due",
    input: input(1, [], { pendingStarts: [start()], now: 130 }),
    state: "missing",
    next:
      "start (MISSING) is due: sent by the next pass of the sender that has room, within 10 s " +
      "if it has, if still right",
    at: 130,
  },
  {
    name: "a start that was sent and is kept",
    input: input(1, [], { pendingStarts: [start({ sentOn: 130 })], now: 140 }),
    state: "missing",
    next: "start (MISSING) was sent 10 s ago; judged again in 20 s, unless it is seen to be done",
    at: 160,
  },
  {
    name: "a start whose keep-alive is over",
    input: input(1, [], { pendingStarts: [start({ sentOn: 130 })], now: 160 }),
    state: "missing",
    next: "start (MISSING) was sent 30 s ago; judged again by the next analysis",
  },
  {
    name: "a start that is not needed any more",
    input: input(1, [[0, "RUNNING"]], { pendingStarts: [start()] }),
    state: "running",
    next: "start (MISSING), due in 30 s, would be dropped: index 0 already starts or runs",
    at: 130,
  },
  {
    name: "a start of an index that is not desired any more",
    input: input(0, [], { pendingStarts: [start()], now: 140 }),
    state: "unwanted",
    next: "start (MISSING), due now, would be dropped: the app is not desired",
    at: 140,
  },
  {
    name: "a start that is held",
    input: input(1, [], { pendingStarts: [start()], holds: [HOLD], now: 140 }),
    state: "missing",
    next: "start (MISSING), due now, is held by ada for 260 s (maintenance)",
    waitsFor: "end_of_hold",
  },
  {
    name: "a crash that is restarted at once",
    input: input(1, [[0, "CRASHED"]]),
    state: "crashed",
    next: "the next analysis, within 10 s, queues a start (CRASHED), due at once: " +
      "index 0 has crashed, start 1 after 0 s",
    at: 110,
  },
  {
    name: "a crash that is restarted later",
    input: input(1, [[0, "CRASHED"]], { crashes: 4 }),
    state: "crashed",
    next: "the next analysis, within 10 s, queues a start (CRASHED), due 60 s later: " +
      "index 0 has crashed, start 5 after 60 s",
    at: 110,
  },
  {
    name: "duplicates",
    input: input(1, [[0, "RUNNING"], [0, "RUNNING"]]),
    state: "duplicate",
    next: "the next analysis, within 10 s, queues a stop (DUPLICATE) of i-0, due 120 s later: " +
      "index 0 has 2 instances; the next analysis, within 10 s, queues a stop (DUPLICATE) of i-1, " +
      "due 150 s later: index 0 has 2 instances",
    at: 110,
  },
  {
    name: "duplicates of which the last one stays",
    input: input(1, [[0, "RUNNING"], [0, "RUNNING"]], {
      pendingStops: [stop("i-0", { sendOn: 220 }), stop("i-1", { sendOn: 250 })],
    }),
    state: "duplicate",
    next: "stop (EXTRA) of i-0 is sent in 120 s, if still right; " +
      "stop (EXTRA) of i-1, due in 150 s, would be dropped: nothing else runs at index 0",
    at: 220,
  },
  {
    name: "a duplicate that was told to stop, whose survivor stays",
    input: input(1, [[0, "RUNNING"], [0, "RUNNING"]], {
      pendingStops: [stop("i-0", { sentOn: 100 }), stop("i-1", { sendOn: 250 })],
    }),
    state: "duplicate",
    next:
      "stop (EXTRA) of i-0 was sent 0 s ago; judged again in 30 s, unless it is seen to be done; " +
      "stop (EXTRA) of i-1, due in 150 s, would be dropped: nothing else runs at index 0",
    at: 130,
  },
  {
    name: "an extra instance",
    input: input(0, [[0, "RUNNING"]]),
    state: "extra",
    next: "the next analysis, within 10 s, queues a stop (EXTRA) of i-0, due at once: " +
      "the app is not desired",
    at: 110,
  },
  {
    name: "a crash that nobody desires",
    input: input(0, [[0, "CRASHED"]]),
    state: "crashed",
    next: "nothing: what crashed there is not desired",
  },
  {
    name: "an evacuating instance",
    input: input(1, [[0, "EVACUATING"]]),
    state: "evacuating",
    next: "the next analysis, within 10 s, queues a start (EVACUATING), due at once: " +
      "index 0 is being evacuated and runs nowhere else",
    at: 110,
  },
  {
    name: "an evacuating instance whose replacement starts",
    input: input(1, [[0, "EVACUATING"], [0, "STARTING"]]),
    state: "evacuating",
    next: "nothing until what replaces it runs; then it is stopped",
  },
  {
    name: "an evacuating instance whose replacement runs",
    input: input(1, [[0, "EVACUATING"], [0, "RUNNING"]]),
    state: "evacuating",
    next:
      "the next analysis, within 10 s, queues a stop (EVACUATION_COMPLETE) of i-0, due at once: " +
      "index 0 is being evacuated and runs elsewhere",
    at: 110,
  },
  {
    name: "an app that is not staged",
    input: input(1, [], { packageState: "PENDING" }),
    state: "missing",
    next: "nothing until the app is staged: its package is PENDING",
    waitsFor: "staging",
  },
  {
    name: "a stale store",
    input: input(1, [], { staleBecause: "no heartbeats" }),
    state: "missing",
    next:
      "nothing until the store is fresh; then: the next analysis, within 10 s, queues a start " +
      "(MISSING), due 30 s later: index 0 has no instance",
    waitsFor: "fresh_store",
  },
];

for (const { name, input, state, next, at, waitsFor } of CASES) {
  Deno.test(`explain() says what ${name} is and what becomes of it`, () => {
    const [index] = explain(input).indices;
    expect([index?.state, index?.next]).toEqual([state, next]);
    expect([index?.nextAt, index?.waitsFor]).toEqual([at, waitsFor]);
  });
}

Deno.test("explain() says that only index 0 is tried while all have crashed [CRA-21]", () => {
  const [, second] = explain(input(2, [[0, "CRASHED"], [1, "CRASHED"]])).indices;
  expect(second?.next).toMatch(/^nothing until an instance of the app starts: .*only index 0/);
});

Deno.test("explain() says that stops wait while a start is queued [ANA-13]", () => {
  const [, extra] = explain(input(1, [[5, "RUNNING"]])).indices;
  expect([extra?.index, extra?.state]).toEqual([5, "extra"]);
  expect(extra?.next).toBe(
    "the analysis after the next, within 20 s, queues a stop (EXTRA) of i-0: " +
      "index 5 is not desired, 1 instances are",
  );
  expect(extra?.nextAt).toBe(120);
});

Deno.test("explain() takes one instance that two DEAs report for one", () => {
  const twice = input(1, [[0, "RUNNING"], [0, "RUNNING"]]);
  const instances = twice.app.instances.map((one) => ({ ...one, instanceGuid: "same" }));
  expect(explain({ ...twice, app: { ...twice.app, instances } }).indices[0]?.state).toBe("running");
});

Deno.test("explain() counts crashes, and says how long a start is delayed because of them [CRA-04]", () => {
  const crashed = input(1, [[0, "CRASHED"]], {
    crashes: 5,
    pendingStarts: [start({ reason: "CRASHED", sendOn: 160 })],
  });
  expect(explain(crashed).indices[0]?.crashes)
    .toEqual({ count: 5, since: 90, nextDelaySeconds: 120, backoffUntil: 160 });
  const due = { ...crashed, now: 160 };
  expect(explain(due).indices[0]?.crashes).toEqual({ count: 5, since: 90, nextDelaySeconds: 120 });
});

function sent(at: number, overrides: Partial<Decision> = {}): Decision {
  return {
    at,
    component: "sender",
    kind: "start_sent",
    ...ID,
    instanceIndex: 0,
    reason: "MISSING",
    why: "",
    messageId: `m-${at}`,
    ...overrides,
  };
}

Deno.test("explain() says what was last sent, from the queues and from the log", () => {
  const decisions = [
    sent(98, { kind: "start_dropped" }),
    sent(97, { instanceIndex: 1 }),
    sent(90, { kind: "stop_sent", instanceGuid: "gone", reason: "DUPLICATE" }),
    sent(80),
  ];
  expect(explain(input(1, [], { decisions })).indices[0]?.lastSent).toEqual({
    kind: "stop",
    at: 90,
    reason: "DUPLICATE",
    messageId: "m-90",
    instanceGuid: "gone",
  });
  const kept = input(1, [], { decisions, pendingStarts: [start({ sentOn: 95 })] });
  expect(explain(kept).indices[0]?.lastSent)
    .toEqual({ kind: "start", at: 95, reason: "MISSING", messageId: "m" });
  const stopped = input(0, [[0, "RUNNING"]], { pendingStops: [stop("i-0", { sentOn: 99 })] });
  expect(explain(stopped).indices[0]?.lastSent).toMatchObject({ kind: "stop", at: 99 });
  expect(explain(input(1, [])).indices[0]?.lastSent).toBeUndefined();
});

Deno.test("explanationToWire() has the app's wire names, the queues, every index and the log", () => {
  const explained = input(1, [[0, "RUNNING"]], {
    pendingStarts: [start()],
    pendingStops: [stop("i-0")],
    holds: [HOLD],
    decisions: [sent(80)],
  });
  expect(explanationToWire(explain(explained))).toMatchObject({
    "droplet": "app",
    "version": "v1",
    "now": 100,
    "stale_because": null,
    "store": { "fresh": true, "fresh_since": null, "fresh_at": null },
    "pending_starts": [{ "droplet": "app", "index": 0, "start_reason": "MISSING" }],
    "pending_stops": [{ "droplet": "app", "instance": "i-0", "stop_reason": "EXTRA" }],
    "holds": [{ "by": "ada", "holds": "starts" }],
    "indices": [{
      "index": 0,
      "desired": true,
      "state": "running",
      "states": ["RUNNING"],
      "instances": [{ "instance": "i-0", "dea": "dea", "state": "RUNNING", "since": 1 }],
      "crashes": 0,
      "last_sent": { "kind": "start", "at": 80, "message_id": "m-80", "instance": null },
      "next_at": 130,
      "waits_for": null,
    }],
    "decisions": [{ "kind": "start_sent", "at": 80 }],
  });
  expect(explanationToWire(explain(input(1, [])))["decisions"]).toBeNull();
  const stale = explain({ ...explained, staleBecause: "no heartbeats" });
  expect(explanationToWire(stale)["stale_because"]).toBe("no heartbeats");
});
