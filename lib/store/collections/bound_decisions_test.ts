import { expect } from "expect";
import type { Decision, DecisionKind } from "../../models/decision.ts";
import { boundDecisions } from "./bound_decisions.ts";

const decision = (at: number, kind: DecisionKind = "start_enqueued"): Decision => ({
  at,
  component: "analyzer",
  kind,
  appGuid: `app-${at}`,
  appVersion: "v",
  reason: "MISSING",
  why: "",
});

Deno.test("boundDecisions() leaves what is within the bound as it is", () => {
  const decisions = [decision(1), decision(2)];
  expect(boundDecisions(decisions, 2)).toBe(decisions);
});

Deno.test("boundDecisions() keeps the newest and counts the others by kind", () => {
  const decisions = [decision(1), decision(2, "stop_enqueued"), decision(3), decision(4)];
  const bounded = boundDecisions(decisions, 1);
  expect(bounded.map(({ kind, reason, count, at }) => [kind, reason, count, at])).toEqual([
    ["omitted", "start_enqueued", 2, 3],
    ["omitted", "stop_enqueued", 1, 2],
    ["start_enqueued", "MISSING", undefined, 4],
  ]);
  expect(bounded[0]).toMatchObject({ appGuid: "", appVersion: "", component: "analyzer" });
});

Deno.test("boundDecisions() goes on counting what was left out before", () => {
  const once = boundDecisions([decision(1), decision(2), decision(3)], 1);
  const twice = boundDecisions([...once, decision(4)], 1);
  expect(twice.map(({ reason, count }) => [reason, count]))
    .toEqual([["start_enqueued", 3], ["MISSING", undefined]]);
});
