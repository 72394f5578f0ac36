/**
 * The rule for missing instances: a desired index of a staged app at which nothing reports is started
 * after a grace period, time enough for an instance on its way to report (ANA-03 to ANA-08).
 *
 * An index with a crashed or an evacuating instance is not missing: other rules see to it (EVA-11).
 *
 * @module
 */

import { type AppCase, decideStart } from "./app_case.ts";
import type { StartDecision } from "./verdict.ts";

/** Starts for the desired indices that have no instance. */
export function missingStarts(appCase: AppCase): StartDecision[] {
  const { table, pending, staged, config, missingShare } = appCase;
  if (!staged || table.desiredSlots.length === table.desired) return [];
  const starts: StartDecision[] = [];
  for (const index of emptyIndices(appCase)) {
    if (pending.starts.has(index)) continue;
    starts.push(decideStart(appCase, {
      index,
      reason: "MISSING",
      priority: missingShare,
      delaySeconds: config.gracePeriodSeconds,
      keepAliveSeconds: 0,
      why: `index ${index} has no instance`,
    }));
  }
  return starts;
}

/** Walks the desired indices and the slots, both in ascending order, side by side. */
function* emptyIndices({ table }: AppCase): Generator<number> {
  let next = 0;
  for (let index = 0; index < table.desired; index += 1) {
    if (table.desiredSlots[next]?.index === index) next += 1;
    else yield index;
  }
}
