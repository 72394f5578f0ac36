/**
 * Gives the components that decide the log they record it in.
 *
 * @module
 */

import { DECIDERS } from "../lib/models/decision.ts";
import { DecisionLog } from "../lib/store/decision_log.ts";
import type { Fence } from "../lib/store/fence.ts";
import type { ComponentName } from "../lib/models/component_role.ts";
import type { Outside } from "./_components.ts";

/** The component's log; undefined for one that decides nothing. */
export function decisionLogOf(
  name: ComponentName,
  context: { readonly outside: Outside; readonly fence: Fence },
): DecisionLog | undefined {
  const component = DECIDERS.find((decider) => decider === name);
  if (component === undefined) return undefined;
  const { outside, fence } = context;
  return new DecisionLog({ ...outside, component, config: outside.config.decisionLog, fence });
}
