/**
 * What the yardstick writes and reads: instance records and heartbeats as the end-to-end workload has them.
 *
 * @module
 */

import { StoreLayout } from "../../../lib/store/layout.ts";

/** hmperformance's. */
export const INSTANCES_PER_DEA = 100;

const LAYOUT = new StoreLayout({ schemaVersion: 1 });

/** The key of one instance. */
export function actualKey(dea: number, position: number): string {
  const number = dea * INSTANCES_PER_DEA + position;
  return LAYOUT.actualKey({
    deaGuid: deaGuid(dea),
    appGuid: `app-${number}`,
    appVersion: "v1",
    instanceGuid: `i-${number}`,
  });
}

/** What a DEA says. */
export function plainHeartbeat(dea: number): string {
  const droplets = Array.from({ length: INSTANCES_PER_DEA }, (_, position) => {
    const number = dea * INSTANCES_PER_DEA + position;
    const names = { "droplet": `app-${number}`, "version": "v1", "instance": `i-${number}` };
    return { ...names, "index": 0, "state": "RUNNING", "state_timestamp": 1_700_000_000.5 };
  });
  return JSON.stringify({ "dea": deaGuid(dea), "droplets": droplets });
}

function deaGuid(dea: number): string {
  return `dea-${String(dea).padStart(6, "0")}`;
}
