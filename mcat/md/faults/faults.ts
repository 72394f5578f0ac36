/**
 * Every kind of fault that the suite injects.
 *
 * @module
 */

import { ETCD_FAULTS } from "./etcd_faults.ts";
import type { FaultKind } from "./fault_kind.ts";
import { LINK_FAULTS } from "./link_faults.ts";
import { NATS_FAULTS } from "./nats_faults.ts";
import { OUTSIDE_FAULTS } from "./outside_faults.ts";
import { PROCESS_FAULTS } from "./process_faults.ts";

/** All kinds; their names are unique. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...PROCESS_FAULTS,
  ...ETCD_FAULTS,
  ...NATS_FAULTS,
  ...LINK_FAULTS,
  ...OUTSIDE_FAULTS,
];
