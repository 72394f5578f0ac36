/**
 * The rules for evacuating instances at desired indices (EVA-03 to EVA-16): their index is started
 * elsewhere at once, before anything else, and they are stopped when a running instance has taken over.
 *
 * An instance that has crashed before, or whose app is not staged, is stopped without waiting for its
 * replacement: none may ever come to run (EVA-07 to EVA-09, REG-10).
 *
 * @module
 */

import { EVACUATION_PRIORITY } from "../models/pending_start_message.ts";
import { type AppCase, decideStart, decideStop } from "./app_case.ts";
import { byInstance } from "./by_instance.ts";
import { type IndexSlot, isServed } from "./index_table.ts";
import type { StartDecision, StopDecision } from "./verdict.ts";

/** Starts for the desired indices that are being evacuated and have nowhere to go yet. */
export function evacuationStarts(appCase: AppCase): StartDecision[] {
  const { table, pending, config } = appCase;
  const starts: StartDecision[] = [];
  for (const slot of table.desiredSlots) {
    if (slot.evacuating.length === 0 || isServed(slot) || pending.starts.has(slot.index)) continue;
    starts.push(decideStart(appCase, {
      index: slot.index,
      reason: "EVACUATING",
      priority: EVACUATION_PRIORITY,
      delaySeconds: 0,
      keepAliveSeconds: config.gracePeriodSeconds,
      why: `index ${slot.index} is being evacuated and runs nowhere else`,
    }));
  }
  return starts;
}

/** Stops for the evacuating instances that have done their duty. */
export function evacuationStops(appCase: AppCase): StopDecision[] {
  const stops: StopDecision[] = [];
  for (const slot of appCase.table.desiredSlots) {
    if (slot.evacuating.length === 0) continue;
    const why = whyComplete(slot, appCase);
    if (why === undefined) continue;
    for (const instance of slot.evacuating.toSorted(byInstance)) {
      if (appCase.pending.stops.has(instance.instanceGuid)) continue;
      stops.push(
        decideStop(appCase, { instance, reason: "EVACUATION_COMPLETE", delaySeconds: 0, why }),
      );
    }
  }
  return stops;
}

function whyComplete(slot: IndexSlot, appCase: AppCase): string | undefined {
  const { index } = slot;
  if (slot.running.length > 0) return `index ${index} is being evacuated and runs elsewhere`;
  if ((appCase.crashCountAt(index)?.crashCount ?? 0) > 0) {
    return `index ${index} is being evacuated and has crashed before`;
  }
  if (!appCase.staged) return `index ${index} is being evacuated and its app is not staged`;
  return undefined;
}
