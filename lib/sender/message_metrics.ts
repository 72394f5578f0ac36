/**
 * Which counter a sent message adds to: the original's names (MET-18, MET-19).
 *
 * @module
 */

import type { CounterName } from "../helpers/metric_catalog.ts";
import type { StartReason } from "../models/pending_start_message.ts";
import type { StopReason } from "../models/pending_stop_message.ts";

const METRICS: Readonly<Record<StartReason | StopReason, CounterName>> = {
  CRASHED: "StartCrashed",
  MISSING: "StartMissing",
  EVACUATING: "StartEvacuating",
  EXTRA: "StopExtra",
  DUPLICATE: "StopDuplicate",
  EVACUATION_COMPLETE: "StopEvacuationComplete",
};

/** The counter of messages that are sent for `reason`. */
export function messageMetric(reason: StartReason | StopReason): CounterName {
  return METRICS[reason];
}
