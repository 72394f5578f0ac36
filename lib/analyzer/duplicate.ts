/**
 * The rule for duplicates: where more than one instance starts or runs at a desired index, each of them
 * gets a stop, late and one grace period apart (ANA-16 to ANA-20, REG-17, REG-18). Which of them goes is
 * not decided here: the sender looks again when a stop falls due, and the last one running stays.
 *
 * One instance that two DEAs report, as when a DEA comes back under a new name, is not two.
 *
 * @module
 */

import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import { type AppCase, decideStop } from "./app_case.ts";
import { byInstance } from "./by_instance.ts";
import type { IndexSlot } from "./index_table.ts";
import type { StopDecision } from "./verdict.ts";

/** Grace periods before the first of an index's duplicates may be stopped. */
const GRACE_PERIODS_BEFORE_FIRST = 4;

/** Stops for all instances of the desired indices that have more than one. */
export function duplicateStops(appCase: AppCase): StopDecision[] {
  const { table, pending, config } = appCase;
  const stops: StopDecision[] = [];
  for (const slot of table.desiredSlots) {
    if (slot.starting.length + slot.running.length < 2) continue;
    const instances = inOrderOfStopping(slot);
    if (instances.length < 2) continue;
    instances.forEach((instance, position) => {
      if (pending.stops.has(instance.instanceGuid)) return;
      stops.push(decideStop(appCase, {
        instance,
        reason: "DUPLICATE",
        delaySeconds: (GRACE_PERIODS_BEFORE_FIRST + position) * config.gracePeriodSeconds,
        why: `index ${slot.index} has ${instances.length} instances`,
      }));
    });
  }
  return stops;
}

/** Those that are only starting go first; every guid once. */
function inOrderOfStopping(slot: IndexSlot): InstanceHeartbeat[] {
  const running = slot.running.toSorted(byInstance);
  const isRunning = new Set(running.map((instance) => instance.instanceGuid));
  const starting = slot.starting
    .filter((instance) => !isRunning.has(instance.instanceGuid))
    .sort(byInstance);
  const byGuid = new Map([...starting, ...running].map((i) => [i.instanceGuid, i]));
  return [...byGuid.values()];
}
