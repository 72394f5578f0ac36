/**
 * What an index of an app is, in one word. Pure.
 *
 * @module
 */

import { type InstanceHeartbeat, isStartingOrRunning } from "../models/instance_heartbeat.ts";
import type { IndexState } from "./explanation.ts";

/** The word for an index where these instances are reported. */
export function indexState(
  instances: readonly InstanceHeartbeat[],
  { desired }: { readonly desired: boolean },
): IndexState {
  const serving = instances.filter(isStartingOrRunning);
  const evacuating = instances.some(({ state }) => state === "EVACUATING");
  const crashed = instances.some(({ state }) => state === "CRASHED");
  if (!desired) {
    return serving.length > 0 || evacuating ? "extra" : crashed ? "crashed" : "unwanted";
  }
  // One instance that two DEAs report is one.
  if (new Set(serving.map(({ instanceGuid }) => instanceGuid)).size > 1) return "duplicate";
  if (evacuating) return "evacuating";
  if (serving.length > 0) {
    return serving.some(({ state }) => state === "RUNNING") ? "running" : "starting";
  }
  return crashed ? "crashed" : "missing";
}
