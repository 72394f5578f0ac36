/**
 * Arbitrary apps for property tests: few indices and few guids, so that crowded indices, instances that
 * are reported twice and all mixtures of states are common.
 *
 * @module
 */

import fc from "fast-check";
import type { App } from "../lib/models/app.ts";
import type { DesiredAppState } from "../lib/models/desired_app_state.ts";
import { INSTANCE_STATES, type InstanceHeartbeat } from "../lib/models/instance_heartbeat.ts";

/** How wild the apps may be. */
export interface AnyAppOptions {
  /** Every guid is reported once only. @default {false} */
  readonly uniqueGuids?: boolean;
}

const ID = { appGuid: "app", appVersion: "version" };

/** An arbitrary app, always of the same id. */
export function anyApp(options: AnyAppOptions = {}): fc.Arbitrary<App> {
  const instances = fc.array(anyInstance(), { maxLength: 9 })
    .map((list) => options.uniqueGuids === true ? renamed(list) : list);
  const parts = fc.record({ desired: fc.option(anyDesired(), { nil: undefined }), instances });
  return fc.tuple(parts, anyCrashCounts()).map(([{ desired, instances }, crashCounts]) => {
    const app = { ...ID, instances, crashCounts };
    return desired === undefined ? app : { ...app, desired };
  });
}

function anyDesired(): fc.Arbitrary<DesiredAppState> {
  return fc.record({
    appGuid: fc.constant(ID.appGuid),
    appVersion: fc.constant(ID.appVersion),
    instances: fc.nat(4),
    state: fc.constant("STARTED" as const),
    packageState: fc.constantFrom("STAGED", "STAGED", "STAGED", "PENDING", "FAILED"),
  });
}

function anyInstance(): fc.Arbitrary<InstanceHeartbeat> {
  return fc.record({
    appGuid: fc.constant(ID.appGuid),
    appVersion: fc.constant(ID.appVersion),
    instanceGuid: fc.nat(9).map((n) => `instance-${n}`),
    instanceIndex: fc.nat(4),
    state: fc.constantFrom(...INSTANCE_STATES),
    stateTimestamp: fc.nat(100),
    deaGuid: fc.constantFrom("dea-a", "dea-b"),
  });
}

function anyCrashCounts(): fc.Arbitrary<App["crashCounts"]> {
  const counts = fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(12)), {
    maxLength: 4,
    selector: ([index]) => index,
  });
  return counts.map((pairs) =>
    pairs.map(([instanceIndex, crashCount]) => ({ ...ID, instanceIndex, crashCount, createdAt: 1 }))
  );
}

function renamed(instances: readonly InstanceHeartbeat[]): InstanceHeartbeat[] {
  return instances.map((instance, at) => ({ ...instance, instanceGuid: `instance-${at}` }));
}
