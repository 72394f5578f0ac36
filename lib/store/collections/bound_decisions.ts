/**
 * Keeps a batch of decisions within a bound: the newest stay, and of those left out a line for each kind
 * says how many there were. Pure.
 *
 * @module
 */

import type { Decision, DecisionKind } from "../../models/decision.ts";

/** At most `max` of the decisions, in their order, after a line for each kind that is left out. */
export function boundDecisions(decisions: readonly Decision[], max: number): readonly Decision[] {
  if (decisions.length <= max) return decisions;
  const cut = decisions.length - max;
  const omitted = new Map<string, Decision>();
  for (const decision of decisions.slice(0, cut)) {
    const kind = decision.kind === "omitted" ? decision.reason : decision.kind;
    const count = (omitted.get(kind)?.count ?? 0) + (decision.count ?? 1);
    omitted.set(kind, omission(decision, { kind: kind as DecisionKind, count }));
  }
  return [...omitted.values(), ...decisions.slice(cut)];
}

function omission(
  { at, component }: Decision,
  { kind, count }: { readonly kind: DecisionKind; readonly count: number },
): Decision {
  return {
    at,
    component,
    kind: "omitted",
    appGuid: "",
    appVersion: "",
    reason: kind,
    why: "more was decided at once than the log keeps",
    count,
  };
}
