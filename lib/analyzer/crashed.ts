/**
 * The rule for crashed instances: a desired index of a staged app that has nothing but crashed instances
 * is started again, at once for the first few crashes and ever later after that (CRA-01 to CRA-28).
 *
 * While nothing of the app runs, only index 0 is tried: an app that cannot start need not fail at every
 * index (CRA-21, REG-20).
 *
 * @module
 */

import type { CrashCount } from "../models/crash_count.ts";
import { type AppCase, decideStart } from "./app_case.ts";
import { crashDelaySeconds } from "./crash_delay.ts";
import { isServed } from "./index_table.ts";
import type { StartDecision } from "./verdict.ts";

/** Starts for the desired indices that have crashed, each with the crash count it raises. */
export function crashedStarts(appCase: AppCase): StartDecision[] {
  const { table, pending, staged } = appCase;
  if (!staged) return [];
  const starts: StartDecision[] = [];
  for (const slot of table.desiredSlots) {
    if (slot.crashed.length === 0 || isServed(slot)) continue;
    if (slot.index !== 0 && !table.anyServing) continue;
    if (!pending.starts.has(slot.index)) starts.push(crashedStart(appCase, slot.index));
  }
  return starts;
}

function crashedStart(appCase: AppCase, index: number): StartDecision {
  const { config, missingShare } = appCase;
  const before = crashCountBefore(appCase, index);
  const delaySeconds = crashDelaySeconds(before.crashCount, config);
  return decideStart(appCase, {
    index,
    reason: "CRASHED",
    priority: missingShare,
    delaySeconds,
    keepAliveSeconds: config.gracePeriodSeconds,
    crashCount: { ...before, crashCount: before.crashCount + 1 },
    why: `index ${index} has crashed, start ${before.crashCount + 1} after ${delaySeconds} s`,
  });
}

/** The record there is, or a new one that begins now (MOD-17, CRA-26). */
function crashCountBefore({ app, now, crashCountAt }: AppCase, index: number): CrashCount {
  const { appGuid, appVersion } = app;
  return crashCountAt(index) ??
    { appGuid, appVersion, instanceIndex: index, crashCount: 0, createdAt: now };
}
