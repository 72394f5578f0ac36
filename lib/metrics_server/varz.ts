/**
 * The figures of the platform in the shape in which collectors of Cloud Foundry read them from every
 * component at `/varz` (MET-01, MET-06, MET-30; behaviour.md 24.1). Pure.
 *
 * @module
 */

import type { PlatformMetrics } from "../store/collections/platform_metrics.ts";
import type { ProcessInfo } from "./process_info.ts";

/** What collectors know hm9000 as. */
export const COLLECTOR_NAME = "HM9000";

/** The body of an answer, to be written as JSON. */
export function varz(
  platform: PlatformMetrics,
  { process, ip }: { readonly process: ProcessInfo; readonly ip: string },
): Record<string, unknown> {
  const { resident, heapUsed } = process.memory();
  const metrics = Object.entries({ ...platform.fleet, ...platform.counters });
  return {
    "name": COLLECTOR_NAME,
    "numCPUS": process.cpus,
    "numGoRoutines": 0, // There are none; a collector wants the field.
    "memoryStats": {
      "numBytesAllocatedHeap": heapUsed,
      "numBytesAllocatedStack": 0,
      "numBytesAllocated": resident,
    },
    "tags": { "ip": ip },
    "contexts": [{
      "name": COLLECTOR_NAME,
      "metrics": metrics.map(([name, value]) => ({ "name": name, "value": value })),
    }],
  };
}
