/**
 * The rule for extra instances: whatever starts, runs or evacuates at an index that is not desired is
 * stopped at once, staged or not (ANA-10 to ANA-12, ANA-18, EVA-01, EVA-02). Crashed instances are left
 * alone: there is nothing to stop (CRA-01).
 *
 * @module
 */

import { isDesired } from "../models/app.ts";
import { type AppCase, decideStop } from "./app_case.ts";
import { byInstance } from "./by_instance.ts";
import type { IndexSlot } from "./index_table.ts";
import type { StopDecision } from "./verdict.ts";

/** Stops for the instances that nobody wants. */
export function extraStops(appCase: AppCase): StopDecision[] {
  const { table, pending } = appCase;
  const stops: StopDecision[] = [];
  for (const slot of table.slots.slice(table.desiredSlots.length)) {
    const instances = [...slot.starting, ...slot.running, ...slot.evacuating].sort(byInstance);
    for (const instance of instances) {
      if (pending.stops.has(instance.instanceGuid)) continue;
      const why = whyExtra(slot, appCase);
      stops.push(decideStop(appCase, { instance, reason: "EXTRA", delaySeconds: 0, why }));
    }
  }
  return stops;
}

function whyExtra(slot: IndexSlot, { app, table }: AppCase): string {
  if (!isDesired(app)) return "the app is not desired";
  return `index ${slot.index} is not desired, ${table.desired} instances are`;
}
