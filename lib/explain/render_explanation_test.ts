import { expect } from "expect";
import { EXPLAIN_RULES } from "../../test_helpers/explain_rules.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { messageDecision } from "../models/decision.ts";
import { explain } from "./explain.ts";
import type { ExplainInput } from "./explanation.ts";
import { renderExplanation } from "./render_explanation.ts";

const app = new AppFixture("app");
const BASE = {
  pendingStarts: [],
  pendingStops: [],
  now: 200,
  staleBecause: undefined,
  rules: EXPLAIN_RULES,
};

const render = (input: Omit<ExplainInput, keyof typeof BASE> & Partial<ExplainInput>) =>
  renderExplanation(explain({ ...BASE, ...input }));

Deno.test("renderExplanation() shows the store, what is desired, every index and what was decided", () => {
  const crashed = app.instanceAtIndex(0).heartbeat("CRASHED", 100);
  const { message } = queuedStart(app.id, { reason: "CRASHED", sendOn: 260 });
  const earlier = queuedStart(app.id, { reason: "CRASHED" });
  const lines = render({
    app: app.app({
      desired: 2,
      instances: [crashed, app.instanceAtIndex(1).heartbeat("RUNNING", 50)],
      crashCounts: { 0: 5 },
    }),
    freshness: { actual: { fresh: true, since: 60 }, desired: { fresh: true, since: 90 } },
    pendingStarts: [message],
    holds: [{
      ...{ name: "stops", holds: "stops", source: "operator", reason: "careful", by: "ada" },
      ...{ setAt: 100, expiresAt: 500 },
    }],
    decisions: [
      messageDecision(message, { at: 200, component: "analyzer", outcome: "enqueued", why: "so" }),
      messageDecision(earlier.message, { at: 140, component: "sender", outcome: "sent" }),
    ],
  });
  expect(lines).toEqual([
    "App app, version app-version, as of 1970-01-01T00:03:20Z",
    "  Store: fresh since 1970-01-01T00:01:30Z",
    "  Held: stops, by ada, for 300 s more: careful",
    "  Desired: 2 instances, STARTED, STAGED",
    "  [0] crashed: start (CRASHED) is sent in 60 s, if still right",
    `      ${crashed.instanceGuid} on ${crashed.deaGuid}: CRASHED since 1970-01-01T00:01:40Z`,
    "      started after a crash 5 times since 1970-01-01T00:00:00Z, backs off for 60 s more; " +
    "the start after the next crash waits 120 s",
    "      last sent: start (CRASHED) 60 s ago, 1970-01-01T00:02:20Z",
    "  [1] running: nothing: it is running",
    `      ${app.instanceAtIndex(1).instanceGuid} on ${app.deaGuid}: RUNNING since ` +
    "1970-01-01T00:00:50Z",
    "  Decided of late, the newest first:",
    "    1970-01-01T00:03:20Z analyzer start_enqueued [0] CRASHED, due 1970-01-01T00:04:20Z: so",
    "    1970-01-01T00:02:20Z sender start_sent [0] CRASHED",
  ]);
});

Deno.test("renderExplanation() says that the store is stale, and when it may be fresh", () => {
  const lines = render({
    app: app.app({ instances: [app.instanceAtIndex(1).heartbeat("CRASHED")] }),
    staleBecause: "no heartbeats",
    freshness: { actual: { fresh: false, since: 190 }, desired: { fresh: true } },
  });
  expect(lines.slice(1, 4)).toEqual([
    "  Store: NOT FRESH - no heartbeats; fresh in 20 s at the earliest, " +
    "if heartbeats and desired state keep coming",
    "  Desired: no",
    "  [1] crashed, not desired: nothing until the store is fresh; then: " +
    "nothing: what crashed there is not desired",
  ]);
});

Deno.test("renderExplanation() shows timestamps that no calendar has", () => {
  const far = app.instanceAtIndex(0).heartbeat("RUNNING", 1e15);
  expect(render({ app: app.app({ desired: 1, instances: [far] }) }).at(-1))
    .toMatch(/RUNNING since second 1000000000000000$/);
});
