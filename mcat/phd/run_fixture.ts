/**
 * A run as a test needs one: everything filled in, and what matters said.
 *
 * @module
 */

import type { Run } from "./results.ts";

/** A run of the store's section, with `parts` in place of what it says otherwise. */
export function aRun(parts: Partial<Run> = {}): Run {
  return {
    section: "store",
    id: "store",
    title: "Store",
    at: "2026-01-01T00:00:00.000Z",
    seconds: 1,
    command: "deno task phd store",
    machine: {
      cpu: "A CPU",
      cores: 2,
      memoryMib: 1024,
      kernel: "linux 6",
      deno: "2.9.6",
      nats: "2.9.10",
      etcd: "3.4.23",
      commit: "abc1234",
      etcdData: "disk",
    },
    measurements: [],
    series: [],
    notes: [],
    ...parts,
  };
}
