/**
 * An order for instances that does not depend on the order in which they were read.
 *
 * @module
 */

import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";

/** Orders instances by guid, then by DEA. */
export function byInstance(a: InstanceHeartbeat, b: InstanceHeartbeat): number {
  return compare(a.instanceGuid, b.instanceGuid) || compare(a.deaGuid, b.deaGuid);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
