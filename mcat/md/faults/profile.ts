/**
 * What the gate injects: a cross-section of all kinds, one of each.
 *
 * @module
 */

import { FAULT_KINDS } from "./faults.ts";
import type { ScheduleOptions } from "./schedule.ts";

const NAMES: readonly string[] = [
  "both of a component killed",
  "component asked to end",
  "component paused for longer than its lease",
  "etcd leader killed",
  "etcd quorum lost",
  "etcd full (NOSPACE)",
  "etcd history compacted behind those cut off",
  "etcd restored from a backup",
  "NATS server killed",
  "NATS hangs",
  "link without answers",
  "link in small pieces",
  "machine cut off the store",
  "DEA dies",
  "DEA evacuates",
];

/** The kinds. */
export const CI_KINDS = FAULT_KINDS.filter(({ name }) => NAMES.includes(name));

/** Always the same: with this seed every one of them is dealt, the backup not before there is one. */
export const CI_SCHEDULE: ScheduleOptions = { seed: 3, count: NAMES.length, everyMs: 6_000 };
