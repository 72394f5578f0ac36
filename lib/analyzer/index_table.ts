/**
 * An app's instances sorted by index, once, so that no rule has to search them again: an app may have a
 * hundred thousand.
 *
 * @module
 */

import { type App, desiredInstances } from "../models/app.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";

/** All instances that report one index. */
export interface IndexSlot {
  readonly index: number;
  readonly starting: readonly InstanceHeartbeat[];
  readonly running: readonly InstanceHeartbeat[];
  readonly crashed: readonly InstanceHeartbeat[];
  readonly evacuating: readonly InstanceHeartbeat[];
}

/** Who is where. */
export interface IndexTable {
  /** How many instances are desired; the desired indices are those below it. */
  readonly desired: number;
  /** The indices that have an instance in any state, in ascending order. */
  readonly slots: readonly IndexSlot[];
  /** The part of `slots` whose indices are desired. */
  readonly desiredSlots: readonly IndexSlot[];
  /** How many desired indices have a starting or running instance (MOD-29). */
  readonly desiredServing: number;
  /** Whether anything of the app is starting or running, at whatever index (CRA-24). */
  readonly anyServing: boolean;
}

/** Sorts the app's instances. */
export function indexTable(app: App): IndexTable {
  const desired = desiredInstances(app);
  const slots = sortIntoSlots(app.instances);
  const desiredSlots = slots.filter((slot) => slot.index < desired);
  return {
    desired,
    slots,
    desiredSlots,
    desiredServing: countServing(desiredSlots),
    anyServing: slots.some(isServed),
  };
}

/** Whether a starting or running instance serves the index. */
export function isServed(slot: IndexSlot): boolean {
  return slot.running.length > 0 || slot.starting.length > 0;
}

type MutableSlot = { -readonly [K in keyof IndexSlot]: IndexSlot[K] };

const NOBODY: readonly InstanceHeartbeat[] = Object.freeze([]);

function sortIntoSlots(instances: readonly InstanceHeartbeat[]): IndexSlot[] {
  const slots = new Map<number, MutableSlot>();
  for (const instance of instances) {
    const slot = slotOf(slots, instance.instanceIndex);
    switch (instance.state) {
      case "STARTING":
        slot.starting = joinedBy(slot.starting, instance);
        break;
      case "RUNNING":
        slot.running = joinedBy(slot.running, instance);
        break;
      case "CRASHED":
        slot.crashed = joinedBy(slot.crashed, instance);
        break;
      case "EVACUATING":
        slot.evacuating = joinedBy(slot.evacuating, instance);
        break;
      default:
        instance.state satisfies never;
    }
  }
  return [...slots.values()].sort((a, b) => a.index - b.index);
}

function slotOf(slots: Map<number, MutableSlot>, index: number): MutableSlot {
  let slot = slots.get(index);
  if (slot === undefined) {
    slot = { index, starting: NOBODY, running: NOBODY, crashed: NOBODY, evacuating: NOBODY };
    slots.set(index, slot);
  }
  return slot;
}

/** Most lists stay empty, so they share one until the first instance comes. */
function joinedBy(
  list: readonly InstanceHeartbeat[],
  instance: InstanceHeartbeat,
): readonly InstanceHeartbeat[] {
  if (list === NOBODY) return [instance];
  (list as InstanceHeartbeat[]).push(instance);
  return list;
}

function countServing(slots: readonly IndexSlot[]): number {
  let count = 0;
  for (const slot of slots) if (isServed(slot)) count += 1;
  return count;
}
