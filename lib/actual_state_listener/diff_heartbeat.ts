/**
 * What of a heartbeat is new to the store. An instance is written again when its state or its index
 * changed; that only its timestamp differs is not worth a write (STO-06, STO-07, REG-36). What its DEA no
 * longer reports is removed (STO-08); other DEAs' instances are not looked at (STO-09). Pure.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import type { Heartbeat } from "../models/heartbeat.ts";
import { INSTANCE_STATES, type InstanceHeartbeat } from "../models/instance_heartbeat.ts";

/** One DEA's instances: what follows the DEA's prefix in the key, and state and index as one number. */
export type KnownInstances = ReadonlyMap<string, number>;

/** The fingerprint of a record that cannot be read: it differs from every instance's. */
export const UNREADABLE = -1;

/** What a heartbeat changes. */
export interface HeartbeatDiff {
  /** New and changed instances, by name. */
  readonly puts: ReadonlyMap<string, InstanceHeartbeat>;
  /** Names, as in {@linkcode KnownInstances}, of instances that are gone. */
  readonly deletes: readonly string[];
  /** What is stored of the DEA once the changes are made. */
  readonly instances: () => KnownInstances;
}

/** The difference between what is stored of a DEA and what it says. */
export function diffHeartbeat(known: KnownInstances, heartbeat: Heartbeat): HeartbeatDiff {
  const puts = new Map<string, InstanceHeartbeat>();
  for (const instance of heartbeat.instances) {
    const name = instanceName(instance);
    if (known.get(name) !== instanceFingerprint(instance)) puts.set(name, instance);
    else puts.delete(name); // It was named before, with another state.
  }
  // A DEA that is new has nothing to be removed, and names are dear to gather.
  if (known.size === 0) return { puts, deletes: [], instances: () => instancesOf(heartbeat) };
  const instances = instancesOf(heartbeat);
  const deletes = [...known.keys()].filter((name) => !instances.has(name));
  return { puts, deletes, instances: () => instances };
}

/** What a heartbeat says of its DEA's instances; of one that is named twice the last word counts. */
export function instancesOf(heartbeat: Heartbeat): KnownInstances {
  const instances = new Map<string, number>();
  for (const instance of heartbeat.instances) {
    instances.set(instanceName(instance), instanceFingerprint(instance));
  }
  return instances;
}

/** What follows the DEA's prefix in an instance's key. */
export function instanceName(
  instance: Pick<InstanceHeartbeat, "appGuid" | "appVersion" | "instanceGuid">,
): string {
  return `${appKey(instance)},${instance.instanceGuid}`;
}

/** State and index as one small number, so that a million of them take little memory. */
export function instanceFingerprint(
  instance: Pick<InstanceHeartbeat, "instanceIndex" | "state">,
): number {
  return instance.instanceIndex * INSTANCE_STATES.length + INSTANCE_STATES.indexOf(instance.state);
}
